"""Which column of a table is what: `counts.toml`, for tables that no reader knows, and the values that readers have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ....networks.errors import InputError
from ....networks.files import read_bytes
from ....networks.strict_toml import parse_toml
from ....networks.types import DAY_S
from ....networks.validation import first_fault
from ..files.wishes import Wishes


def _columns(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_columns)]


class Mapping(BaseModel):
    """The columns of a table of counts, and what their values mean.

    `detector` may be several columns, joined by a slash; of a wide table it is left out, and every column that has
    another use or none named is a detector (`only` names those that are). `start` is one column with date and time, or
    one for the day and one for the time of day, which `clock` reads: HH:MM, whole hours, or seconds after midnight.
    Several columns of `count` are added up.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    detector: Columns = ()
    start: Columns = Field(min_length=1, max_length=2)
    count: Columns = ()
    wide: bool = False
    only: Columns = ()  # detectors of a wide table
    leave_out: Columns = ()  # columns of a wide table that are no detectors
    unit: Literal["veh", "veh/h"] = "veh"
    stamp: Literal["begin", "end"] = "begin"
    clock: Literal["HH:MM", "hours", "seconds"] = "HH:MM"
    dates: Literal["ymd", "dmy", "mdy"] | None = None
    time_format: str | None = None  # as Python's strftime has it: %d.%m.%Y %H:%M
    zone: str | None = None  # of the stamps
    interval_s: int | None = Field(default=None, ge=1, le=DAY_S)
    interval: str | None = None  # the column of the bins' lengths, in seconds
    occupancy: str | None = None
    occupancy_unit: Literal["share", "percent"] = "share"
    observed: str | None = None  # a column: the share of the bin that was observed
    fault: str | None = None  # a column: where it is not 0 or empty, the count is not taken
    missing: tuple[str, ...] = ()
    encoding: str | None = None
    separator: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Mapping:
        if not self.wide and not (self.detector and self.count):
            raise ValueError("a mapping names the columns of detector, start and count, or says wide = true")
        if self.wide and (self.detector or self.count):
            raise ValueError("in a wide table every detector is a column: it has no column detector or count")
        if self.interval_s is not None and DAY_S % self.interval_s:
            raise ValueError("bins divide the day evenly")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """All columns that the mapping names."""
        more = (self.interval, self.occupancy, self.observed, self.fault)
        return (*self.detector, *self.start, *self.count, *self.only, *(name for name in more if name))

    @property
    def wishes(self) -> Wishes:
        """How the file is written."""
        return Wishes(
            encoding=self.encoding, separator=self.separator, sheet=self.sheet, missing=frozenset(self.missing)
        )


def read_mapping(path: Path) -> Mapping:
    """Return a mapping file. Raises InputError where it is no TOML, or says what no mapping can."""
    try:
        content = read_bytes(path, "a mapping file")
        return Mapping.model_validate(parse_toml(content, str(path), "a mapping file is written in TOML"))
    except ValidationError as error:
        raise first_fault(error, str(path), "correct it; docs/counts.md lists its fields") from error


def require_columns(mapping: Mapping, there: list[str], where: str) -> None:
    """Raise InputError for a column that the mapping names and the table has not."""
    absent = [name for name in mapping.named if name not in there]
    if absent:
        raise InputError(
            where=where,
            found=f"no column '{absent[0]}'; there are " + ", ".join(there[:20]),
            rule="the columns that the mapping names are in the table",
            fix="correct the mapping file; names are written as in the header",
        )
