"""`greenband benchmark fuzz`: malformed files of every kind end in one clear error, odd streets too or in a plan."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .fuzz_cases import Tried


class Only(StrEnum):
    """Which cases are tried."""

    ALL = "all"
    FILES = "files"
    COUNTS = "counts"
    STREETS = "streets"


def fuzz(
    minutes: Annotated[float, typer.Option(min=0, help="How long.")] = 10.0,
    seed: Annotated[int, typer.Option(min=0, help="Of what is spoilt and drawn.")] = 1,
    case: Annotated[int | None, typer.Option(min=0, help="This spoilt file alone.")] = None,
    street: Annotated[int | None, typer.Option(min=0, help="This drawn street alone.")] = None,
    only: Annotated[Only, typer.Option(help="All, files alone, files of counts alone, or streets alone.")] = Only.ALL,
    memory_gib: Annotated[float, typer.Option(min=0.5, help="Memory of a command that reads a file.")] = 2.0,
    keep: Annotated[Path | None, typer.Option(help="Keep the files of cases that ended badly here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Give spoilt files, and streets and programs drawn at random, to the commands that read them.

    No traceback, no hang, nothing written but into --out, limited memory, and exit code 2 for what cannot be read. Half
    of the time goes to spoilt files; half to streets that netconvert builds with random options, from import to run.
    Files of counts are spoilt in more ways: `--only counts` tries them alone.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "2")  # each thread takes address space, which is limited
    from .fuzz_cases import whole
    from .fuzz_keep import kept
    from .fuzz_run import import_all
    from .fuzz_targets import TARGETS, whole_files

    import_all()
    with tempfile.TemporaryDirectory(prefix="greenband-fuzz-") as name:
        folder = Path(name) / "case"
        folder.mkdir()
        files = _made_apart(whole_files)
        found = Found(bad=[t for target in TARGETS if (t := whole(files, folder, target)).wrong])
        draw = Draw(files=files, folder=folder, seed=seed, only=only, memory_gib=memory_gib)
        for one in _drawn(draw, (case, street), minutes):
            found.add(one)
            if one.wrong:
                kept(one, folder, keep)
                typer.echo(one.told, err=True)
            elif case is not None or street is not None:
                typer.echo(f"{one.target.name}, {one.what}: exit code {one.ended.code}, as it should")
    told = found.as_dict()
    typer.echo(json.dumps(told, sort_keys=True) if as_json else "\n".join(f"{k}: {v}" for k, v in told.items()))
    if found.bad:
        raise typer.Exit(1)


@dataclass(kw_only=True)
class Found:
    """What came of the cases."""

    bad: list[Tried]
    ends: Counter[str] = field(default_factory=Counter)
    files: int = 0
    streets: set[int] = field(default_factory=set)
    simulator_fell: int = 0  # SUMO itself crashed, and the command says so
    slowest_s: float = 0.0
    most_bytes: int = 0

    def add(self, one: Tried) -> None:
        """Take in a case."""
        is_street = one.target.name.startswith("street")
        self.files += not is_street
        self.streets |= {one.number} if is_street else set()
        self.ends[f"{one.target.name if is_street else 'file'}, exit code {one.ended.code}"] += 1
        self.simulator_fell += one.simulator_fell
        self.slowest_s = max(self.slowest_s, one.ended.processor_s)
        self.most_bytes = max(self.most_bytes, one.ended.memory_bytes)
        self.bad += [one] if one.wrong else []

    def as_dict(self) -> dict[str, object]:
        """Return the figures."""
        return {
            "files": self.files,
            "streets": len(self.streets),
            "ends": dict(sorted(self.ends.items())),
            "bad": [one.told for one in self.bad],
            "simulator_fell": self.simulator_fell,
            "most_processor_s": round(self.slowest_s, 2),
            "most_memory_mib": self.most_bytes >> 20,
        }


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What cases are drawn of: whole files, the folder to try them in, the seed, which kinds, and the memory."""

    files: dict[str, bytes]
    folder: Path
    seed: int
    only: Only
    memory_gib: float

    def file(self, number: int) -> Tried:
        """Return what came of a spoilt file."""
        from .fuzz_cases import tried
        from .fuzz_run import limits_of
        from .fuzz_targets import TARGETS, table_targets

        targets = table_targets() if self.only is Only.COUNTS else TARGETS
        return tried(self.files, self.folder, self.seed, number, targets, limits_of(self.memory_gib))

    def street(self, number: int) -> Iterator[Tried]:
        """Yield what came of a drawn street."""
        from .fuzz_streets import street_tried

        yield from street_tried(self.folder, self.seed, number)


def _drawn(draw: Draw, named: tuple[int | None, int | None], minutes: float) -> Iterator[Tried]:
    """Yield cases: those named, or until the time is over files and streets in turn, each half of the time."""
    case, street = named
    if case is not None:
        yield draw.file(case)
    if street is not None:
        yield from draw.street(street)
    if case is not None or street is not None:
        return
    kinds = {Only.ALL: ("files", "streets"), Only.STREETS: ("streets",)}.get(draw.only, ("files",))
    spent_s, numbers = dict.fromkeys(kinds, 0.0), dict.fromkeys(kinds, 0)
    until_s = time.monotonic() + 60 * minutes
    while time.monotonic() < until_s:
        kind = min(spent_s, key=spent_s.__getitem__)
        began_s = time.monotonic()
        if kind == "files":
            yield draw.file(numbers[kind])
        else:
            yield from draw.street(numbers[kind])
        numbers[kind] += 1
        spent_s[kind] += time.monotonic() - began_s


def _made_apart(make: object) -> dict[str, bytes]:
    """Return what a function returns in a process of its own: it may start threads, which a fork would lose."""
    import pickle

    assert callable(make)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(make(), pipe)
            pipe.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(content)
