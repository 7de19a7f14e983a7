"""`greenband counts`: the verdict on counts, and files of other systems imported into one table."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ...networks.errors import InputError
from ...networks.progress import Tell
from ..counts.formats.counts_format import AUTO, FORMATS
from .shared import AsJson, Quiet, bars, print_json, say

if TYPE_CHECKING:
    from ..counts.formats.counts_format import How


class VerdictUnlessNamed(TyperGroup):
    """`greenband counts STUDY` means `greenband counts verdict STUDY`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the usual command in front where none is named."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["verdict", *args]
        return super().parse_args(ctx, args)


counts_app = typer.Typer(
    cls=VerdictUnlessNamed,
    no_args_is_help=True,
    help="Judge counts (greenband counts STUDY), or import files of other systems (greenband counts import FILE…).",
)

StudyOrTable = Annotated[
    Path, typer.Argument(help="A study's folder, or a file of counts in any known format.", show_default=False)
]
Files = Annotated[list[Path], typer.Argument(help="Files of counts, one format or several.", show_default=False)]
Out = Annotated[
    Path | None, typer.Option("--out", help="The table to write: .parquet, .csv or .csv.gz.", show_default=False)
]
Show = Annotated[
    bool,
    typer.Option("--show", help="Print what each column is taken for, the first rows and the sums; write nothing."),
]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="Which column is what, for tables that no reader knows (TOML).")
]
Missing = Annotated[str, typer.Option("--missing", help="Words that stand for no count, by commas: NA,-1.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Of text files: latin-1, gbk. [recognised]")]
Separator = Annotated[str | None, typer.Option("--separator", help="Between values: ';'. [recognised]")]
Sheet = Annotated[str | None, typer.Option("--sheet", help="Of a workbook with several.")]
Site = Annotated[str | None, typer.Option("--site", help="Name of the junction, for turning counts without one.")]
VerdictOut = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Write a verdict and a value for every bin: .parquet, .csv or .csv.gz.", show_default=False
    ),
]
Format = Annotated[
    str,
    typer.Option("--format", help=f"{', '.join(FORMATS)}; {AUTO}: by what is in it."),
]
Tz = Annotated[
    str | None, typer.Option("--tz", help="The streets' time zone: Australia/Melbourne.", show_default=False)
]
Stamps = Annotated[
    str | None,
    typer.Option(
        "--stamps", help="Zone of stamps without one, if another; what they tell of a bin: UTC,end.", show_default=False
    ),
]
Dates = Annotated[
    str | None,
    typer.Option(
        "--dates", help="Order of day, month, year where days do not tell it: dmy, mdy, ymd.", show_default=False
    ),
]
Interval = Annotated[
    int | None, typer.Option("--interval", min=1, help="Bins, in seconds, where the files do not tell. [events: 900]")
]
FirstDay = Annotated[
    datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="The day of second 0 of a simulation.")
]
Roles = Annotated[
    Path | None, typer.Option("--roles", help="Channels of event logs: DeviceId,Phase,Function,Detector (CSV).")
]
Only = Annotated[str, typer.Option("--only", help="Keep channels of these roles, by commas: stopbar_count.")]
Phases = Annotated[
    Path | None, typer.Option("--phases", help="Write greens, splits and cycles of event logs here (Parquet).")
]


@counts_app.command("verdict")
def verdict(
    study: StudyOrTable,
    out: VerdictOut = None,
    file_format: Format = AUTO,
    tz: Tz = None,
    stamps: Stamps = None,
    dates: Dates = None,
    interval: Interval = None,
    day: FirstDay = None,
    mapping: MappingFile = None,
    missing: Missing = "",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Report for each detector how many counts were observed, imputed and rejected, and why."""
    from ..counts.verdict_table import verdict_rows, write_verdicts
    from .verdict_view import print_verdict

    with bars(hidden=quiet or as_json) as tell:
        how = _how(file_format, tz, stamps, dates, interval, day, mapping=mapping, missing=missing)
        judged = _judged(study, how, tell)
    rows = verdict_rows(judged)
    if out is not None:
        write_verdicts(judged, out)
    if as_json:
        print_json(rows)
    elif not quiet:
        for note in judged.counts.told:
            say(note)
        print_verdict(rows)


def _how(
    file_format: str,
    tz: str | None,
    stamps: str | None,
    dates: str | None,
    interval: int | None,
    day: datetime | None,
    *,
    mapping: Path | None = None,
    missing: str = "",
) -> How:
    """Return what was said of the files. Raises InputError for a format or an order of dates that is none."""
    from ..counts.files.wishes import Wishes
    from ..counts.formats.counts_format import How, format_named
    from ..counts.values.day_orders import said_order
    from ..counts.values.edges import zone_and_edge

    zone, edge = zone_and_edge(stamps)
    return How(
        format=format_named(file_format),
        tz=tz,
        stamps=zone,
        edge=edge,
        dates=said_order(dates),
        interval_s=interval,
        day=day.date() if day else None,
        mapping=mapping,
        wishes=Wishes(missing=_words(missing)),
    )


def _judged(study: Path, how: How, tell: Tell) -> Any:
    from ..chain.prepare import judged_counts
    from ..counts.read import read_counts
    from ..counts.verdict import judge
    from ..studies.file import read_study
    from ..studies.network import network_of

    if study.is_dir() or study.suffix == ".toml":
        read = read_study(study)
        return judged_counts(read, network_of(read)).judged
    return judge(read_counts(study, None, how), tell=tell)


def _words(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _show(files: list[Path], how: Any, *, as_json: bool) -> None:
    from dataclasses import asdict

    from ..counts.show import lines_of, shown

    found = shown(files, how)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        for line in lines_of(one):
            say(line)


@counts_app.command("import")
def import_files(
    files: Files,
    out: Out = None,
    show: Show = False,
    mapping: MappingFile = None,
    file_format: Format = AUTO,
    tz: Tz = None,
    stamps: Stamps = None,
    dates: Dates = None,
    interval: Interval = None,
    day: FirstDay = None,
    roles: Roles = None,
    only: Only = "",
    phases: Phases = None,
    missing: Missing = "",
    encoding: Encoding = None,
    separator: Separator = None,
    sheet: Sheet = None,
    site: Site = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Turn files of counts, or controllers' event logs, into one table in local time."""
    from dataclasses import asdict, replace

    from ..counts.files.wishes import Wishes
    from ..counts.import_files import import_counts

    how = replace(
        _how(file_format, tz, stamps, dates, interval, day),
        roles=roles,
        only=_words(only),
        mapping=mapping,
        site=site,
        wishes=Wishes(encoding=encoding, separator=separator, sheet=sheet, missing=_words(missing)),
    )
    if show:
        _show(files, how, as_json=as_json)
        return
    if out is None:
        raise InputError(
            where="--out",
            found="no table to write",
            rule="an import writes one table",
            fix="name it: --out counts.parquet; or look first: --show",
        )
    with bars(hidden=quiet or as_json) as tell:
        done = import_counts(files, out, how, phases, tell)
    if as_json:
        print_json(asdict(done))
        return
    say(f"made {out}: {done.rows} counts of {done.detectors} detectors, {done.first} to {done.last}", quiet=quiet)
    for note in done.told:
        say(f"  {note}", quiet=quiet)
    for number, what in (
        (done.empty, "counts are empty: missing, or error codes"),
        (done.in_skipped_hour, "rows are of an hour that the clocks skip (fold -1); they will not be used"),
        (done.in_repeated_hour, "rows are of the second pass of the hour that the clocks repeat (fold 1)"),
        (done.blurred_hours, "hours that the clocks repeat were left out: the log does not part the two passes"),
    ):
        if number:
            say(f"  {number} {what}", quiet=quiet)
