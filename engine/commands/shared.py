"""What the commands share: options, bars, tables, and how errors become exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..report.catalogue import LANGUAGES
from ..studies.objective_names import WEIGHTS as OBJECTIVES

if TYPE_CHECKING:
    from ...networks.progress import Tell


def either(names: Iterable[str]) -> str:
    """Return 'a, b or c', for help texts."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


StudyFolder = Annotated[Path, typer.Argument(help="The study's folder (it holds study.toml).", show_default=False)]
PlanPath = Annotated[
    Path, typer.Argument(help="plan.json, or a SUMO additional file with tlLogic programs.", show_default=False)
]
Out = Annotated[Path, typer.Option("--out", help="Folder to write into; made if it is not there.", show_default=False)]
PeriodName = Annotated[
    str | None, typer.Option("--period", help="A period of study.toml; the first if none is named.", show_default=False)
]
ObjectiveName = Annotated[
    str | None,
    typer.Option(
        "--objective",
        help=f"{either(OBJECTIVES)}: in place of the study's own weights.",
        show_default=False,
    ),
]
Routes = Annotated[
    str | None,
    typer.Option("--routes", help="SUMO route files, separated by commas: judge on these trips.", show_default=False),
]
Seeds = Annotated[
    int | None, typer.Option("--seeds", min=2, max=1000, help="Paired seeds, from 100 on. [study.toml, else 10]")
]
WarmUp = Annotated[
    int, typer.Option("--warm-up", min=0, max=7200, help="Seconds of --routes traffic before the period counts.")
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", help="Address of a Dask scheduler whose workers simulate: tcp://host:8786."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


def _known_language(name: str) -> str:
    if name not in LANGUAGES:
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(LANGUAGES)}.")
    return name


ReportLanguage = Annotated[
    str,
    typer.Option("--lang", callback=_known_language, help=f"Language of report.html: {either(LANGUAGES)}."),
]

GATE_FAILED = 3


@contextmanager
def bars(*, hidden: bool) -> Iterator[Tell]:
    """Give a function that draws a progress bar for each thing it is told of, on the error stream."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    tasks: dict[str, Any] = {}
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=hidden,
    ) as progress:

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield tell


def say(text: str, *, quiet: bool = False) -> None:
    """Print a line for people, where Rich's markup may colour it."""
    if not quiet:
        from rich.console import Console

        Console(highlight=False, soft_wrap=True).print(text)


def print_json(content: object) -> None:
    """Print JSON with sorted keys."""
    typer.echo(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False))


def comma_paths(text: str) -> tuple[Path, ...]:
    """Return the paths of a comma list."""
    return tuple(Path(part.strip()) for part in text.split(",") if part.strip())
