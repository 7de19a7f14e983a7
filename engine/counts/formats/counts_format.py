"""What every reader of counts takes and gives, and the formats by name: a new format is one module and one line here.

The module of a format has two functions. `recognises(opening)` says whether a file that starts like this is in the
format; `read(path, how, scratch)` returns its counts as the long table `detector,start,interval_s,count,…`, lazily.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ....networks.errors import InputError
from ..files.wishes import Wishes

if TYPE_CHECKING:
    import polars as pl

    from .opening import Opening

AUTO = "auto"  # recognised by what stands in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What the files do not say themselves.

    `tz` is the zone of the streets, `stamps` that of stamps without a zone where it is another; `edge` is the end of
    the bin that stamps tell, `dates` the order of day, month and year; `day` is the day of
    second 0 of a simulation; `roles` and `only` are for event logs: the channels' configuration, and the roles to keep.
    """

    format: str | None = None  # None: recognised
    tz: str | None = None
    stamps: str | None = None
    edge: Literal["begin", "end"] | None = None
    dates: str | None = None  # ymd, dmy, mdy
    interval_s: int | None = None
    day: date | None = None
    roles: Path | None = None
    only: frozenset[str] = frozenset()
    mapping: Path | None = None  # a file that tells which column is what
    site: str | None = None  # of turning counts that do not name theirs
    wishes: Wishes = field(default_factory=Wishes)  # how the file is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The counts of one file as the long table, lazily; and what a reader had to leave out.

    With `local` the starts are in local time already; else they are put into it by `How.tz` and `How.stamps`. A column
    `row` numbers the rows of the file, whose first one stands in line `first_line` (0: a file without lines).
    `says_begin` is not set where stamps may be those of the ends of bins, `edge_taken` where the reader heeded it.
    """

    table: pl.LazyFrame
    local: bool = False
    blurred_hours: int = 0
    phases: pl.DataFrame | None = None
    told: tuple[str, ...] = ()  # sentences on what was made of the file
    first_line: int = 0
    says_begin: bool = True
    edge_taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsFormat:
    """A format's name and what it is, and its module, which is imported when it is used."""

    name: str
    about: str
    module: str

    def recognises(self, opening: Opening) -> bool:
        """Return whether a file that starts like this is in the format."""
        known: bool = import_module(self.module, __package__).recognises(opening)
        return known

    def read(self, path: Path, how: How, scratch: Path) -> Rows:
        """Return the counts of a file. Raises InputError, with the line, if it is wrong.

        `scratch` is a folder that must stay while the rows are used: formats that are not scanned go through it.
        """
        rows: Rows = import_module(self.module, __package__).read(path, how, scratch)
        return rows


# In the order in which they are tried on a file that nobody named the format of.
_ALL = (
    CountsFormat(name="e1", about="outputs of SUMO's induction loops (E1)", module=".e1"),
    CountsFormat(name="utdf", about="UTDF volume tables (Synchro)", module=".utdf_volumes"),
    CountsFormat(name="pems-raw", about="PeMS raw station files, 30 seconds a row", module=".pems_raw"),
    CountsFormat(name="pems", about="PeMS station files, of 5 minutes or of hours", module=".pems"),
    CountsFormat(name="table", about="the table detector,start,interval_s,count", module=".own_table"),
    CountsFormat(
        name="german", about="hourly exports of German cities (mq_name;tag;stunde;q_kfz…)", module=".cities.german"
    ),
    CountsFormat(name="dublin", about="Dublin's hourly SCATS volumes (End_Time, Sum_Volume)", module=".cities.dublin"),
    CountsFormat(name="utd19", about="UTD19's loop detectors (day, interval, detid, flow)", module=".cities.utd19"),
    CountsFormat(name="turns", about="turning counts, a column for each turn (Toronto)", module=".turns.columns"),
    CountsFormat(name="miovision", about="turning counts by leg and movement (Miovision)", module=".turns.miovision"),
    CountsFormat(name="scats", about="SCATS day files of VicRoads (VSDATA)", module=".scats"),
    CountsFormat(name="events", about="controllers' high-resolution event logs (Indiana)", module=".events"),
    CountsFormat(name="aggregates", about="ATSPM aggregates, a row for a detector and bin", module=".aggregates"),
    CountsFormat(name="across", about="a row for a day, a column for each hour", module=".cities.across"),
    CountsFormat(name="wide", about="a row for a bin, a column for each detector", module=".cities.wide"),
    CountsFormat(name="mapped", about="any table, by a mapping file", module=".mapped"),
)
FORMATS = {found.name: found for found in _ALL}


def format_named(name: str) -> str | None:
    """Return the name if it is a format's; None for 'auto'. Raises InputError if there is none of that name."""
    if name != AUTO and name not in FORMATS:
        raise InputError(
            where="the format",
            found=f"'{name}'",
            rule=f"a format is {AUTO}, " + ", ".join(FORMATS),
            fix="name one of them",
        )
    return None if name == AUTO else name
