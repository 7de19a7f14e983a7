"""The study folder: `study.toml` and the files it names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from ...networks.errors import InputError
from ...networks.files import read_bytes, require_file
from ...networks.strict_toml import parse_toml
from ...networks.validation import first_fault
from ..counts.formats.counts_format import AUTO
from ..model.behaviour import Behaviour
from .calibration import DRIVERS, Calibration, read_calibration
from .closures import Closure
from .objective import OBJECTIVES, Objective
from .part import Part
from .turning import TurningCounts, known_format, one_or_several


def clock_to_s(text: object) -> int:
    """Return 'HH:MM' or 'HH:MM:SS' as seconds after midnight, 0 to 86,400. Raises ValueError if it is none."""
    words = str(text).split(":")
    if not 2 <= len(words) <= 3 or not all(word.isascii() and word.isdigit() for word in words):
        raise ValueError("a time of day is written HH:MM")
    parts = [int(word) for word in words]
    if any(part >= 60 for part in parts[1:]):
        raise ValueError("minutes and seconds are below 60")
    seconds = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) == 3 else 0)
    if not 0 <= seconds <= 86_400:
        raise ValueError("a time of day lies between 00:00 and 24:00")
    return seconds


def holidays_as_given(value: object) -> object:
    """Return a place, or the days of a list. Raises ValueError for anything else."""
    if value is None or isinstance(value, str):
        return value
    try:
        if isinstance(value, list | tuple):
            return tuple(day if isinstance(day, date) else date.fromisoformat(day) for day in value)
    except (TypeError, ValueError):
        pass
    raise ValueError("public holidays are those of a country or region (DE, AU-VIC), or a list of days (2026-05-01)")


Clock = Annotated[int, BeforeValidator(clock_to_s)]


class Period(Part):
    """A stretch of the day that gets a plan of its own; times in seconds after midnight."""

    name: str = Field(min_length=1, max_length=60, pattern=r"^[\w .-]+$")
    begin: Clock
    end: Clock

    @property
    def label(self) -> str:
        """The period in words, for people."""
        return f"{self.name} {clock(self.begin)}–{clock(self.end)}"


def clock(seconds: int) -> str:
    """Return seconds after midnight as HH:MM."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


class Gate(Part):
    """What a plan must keep to pass; see `engine.validate.gate`."""

    worst_movement_s: float = Field(default=60.0, ge=0)
    min_coverage: float = Field(default=0.6, ge=0, le=1)
    # Vehicles left outside are delay that only grows; a few come by chance.
    unserved_share: float = Field(default=0.002, ge=0, le=1)
    # A shorter cycle stops more vehicles for less long; above a fifth more, drivers would not call it better.
    stops_share: float = Field(default=0.2, ge=0)
    # Two minutes of one street full from end to end, in the whole period and network.
    spillback_s: float = Field(default=120.0, ge=0)
    # The longer people on foot wait, the more of them walk against red: HCM 2000, exhibit 18-9, in steps of 10 s.
    pedestrian_wait_s: float = Field(default=10.0, ge=0)
    # Delay and emissions mostly fall together; where they do not, a twentieth is what the model can tell apart.
    co2_share: float = Field(default=0.05, ge=0)
    # A plan that is worse than the running one at one of these factors on the demand fails; at others it is said.
    demand_factors: tuple[Annotated[float, Field(gt=0, le=3)], ...] = ()
    # Shares of counts with a GEH below 5 and of approaches occupied as on the street, under today's plan. TAG unit
    # M3.1, Department for Transport (UK), May 2020, section 3.3, asks for 85 % of counts (read in other texts only).
    # The share of occupancies is ours: programs that did not run left 0 to 71 % of them right on four streets, those
    # that ran 86 to 100 %, tried by hand.
    present_flow_share: float = Field(default=0.85, ge=0, le=1)
    present_occupancy_share: float = Field(default=0.8, ge=0, le=1)
    # More seeds (up to `most_seeds`) until the interval of delay reaches no further than this from its mean.
    interval_s: float | None = Field(default=None, gt=0)


MOST_EFFORT = 100.0


class Options(Part):
    """How hard to search and how long to try."""

    seeds: int = Field(default=10, ge=2, le=1000)
    most_seeds: int | None = Field(default=None, ge=2, le=1000)  # while `seeds` leave it unclear, so many more; else 3x
    effort: float = Field(default=1.0, gt=0, le=MOST_EFFORT)
    cycles_s: tuple[int, int] = (40, 120)
    warm_up_s: int = Field(default=600, ge=0, le=7200)
    seed: int = Field(default=1, ge=0)
    sequence: Literal["free", "keep"] = "free"  # keep: stages stay those of today, in their order
    turns: Literal["free", "keep"] = "free"  # keep: who turns protected today turns protected in any plan
    # People an hour at each crossing with a signal, half each way, who walk in the trial; without it nobody walks.
    pedestrians_h: float | None = Field(default=None, ge=0, le=5000)
    # How controllers get into step when the plan is switched on; see `engine.validate.transition`.
    transition: Literal["shortway", "add", "subtract", "dwell"] = "shortway"


class Truth(Part):
    """For studies made in a simulated street: the routes the judge may use. The planner never opens them."""

    routes: tuple[str, ...] = ()
    warm_up_s: int = Field(default=0, ge=0, le=7200)  # how long before the period the judge lets traffic flow


class Field_(Part):
    """How a field study was made; kept for the record."""

    days: int
    seed: int
    first_day: str | date


class StudyFile(Part):
    """`study.toml`, version 1."""

    schema_: int = Field(alias="schema", ge=1, le=1)
    name: str = Field(min_length=1, max_length=60)
    network: str
    counts: str | None = None
    counts_format: Annotated[str, AfterValidator(known_format)] = AUTO
    counts_day: date | None = None  # of second 0 of a simulation, for outputs of its loops
    counts_stamps: str | None = (
        None  # zone of stamps without one, where it is not `tz`; `end` where they tell the ends of bins
    )
    counts_dates: Literal["dmy", "mdy", "ymd"] | None = None  # order of day, month and year
    counts_mapping: str | None = None  # a file that tells which column is what
    counts_interval_s: int | None = Field(default=None, ge=1, le=86_400)  # where the counts do not tell it
    counts_sheet: str | None = None  # of a workbook
    counts_encoding: str | None = None
    counts_missing: tuple[str, ...] = ()  # words that stand for no count
    tz: str | None = None  # the streets' zone; needed where counts are not in local time
    turning_counts: Annotated[tuple[TurningCounts, ...], BeforeValidator(one_or_several)] = ()
    detectors: str = "detectors.csv"
    additional: tuple[str, ...] = ()
    day: date
    holidays: Annotated[str | tuple[date, ...] | None, BeforeValidator(holidays_as_given)] = None
    rules: str = Field(default="none", min_length=1, max_length=200)  # us, de, cn, none, or a .toml file in the folder
    periods: tuple[Period, ...] = Field(min_length=1)
    options: Options = Options()
    gate: Gate = Gate()
    objective: Objective = Objective()
    truth: Truth = Truth()
    field: Field_ | None = None
    closures: tuple[Closure, ...] = ()  # when streets were closed: those days say nothing of others


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study folder whose `study.toml` has been read; the paths are resolved."""

    folder: Path
    file: StudyFile
    network: Path
    additional: tuple[Path, ...]
    counts: Path | None
    detectors: Path
    calibration: Calibration | None = None

    @property
    def behaviour(self) -> Behaviour:
        """How vehicles drive in the queue model of this study."""
        return self.calibration.behaviour if self.calibration else Behaviour()

    def period(self, name: str | None) -> Period:
        """Return the named period, or the first. Raises InputError if there is none of that name."""
        for period in self.file.periods:
            if name in (None, period.name):
                return period
        raise InputError(
            where=str(self.folder / "study.toml"),
            found=f"no period '{name}'",
            rule="the periods are " + ", ".join(period.name for period in self.file.periods),
            fix="name one of them",
        )


def read_study(folder: Path) -> Study:
    """Return the study in a folder. Raises InputError for a missing or malformed `study.toml` or a missing file."""
    path = folder / "study.toml" if folder.is_dir() else folder
    file = _parse(path)
    inside = path.parent
    if file.counts_mapping:
        require_file(_within(inside, file.counts_mapping, path), "a mapping file")
    for part in file.turning_counts:
        require_file(_within(inside, part.file, path), "a file of turning counts")
        if part.mapping:
            require_file(_within(inside, part.mapping, path), "a mapping file")
    for name in (*([file.rules] if file.rules.endswith(".toml") else []), *file.truth.routes):
        _within(inside, name, path)
    calibration = read_calibration(inside)
    return Study(
        folder=inside,
        file=file,
        network=require_file(_within(inside, file.network, path), "the network"),
        additional=tuple(
            require_file(_within(inside, name, path), "an additional file")
            for name in (*file.additional, *_drivers(calibration, file))
        ),
        counts=_within(inside, file.counts, path) if file.counts else None,
        detectors=_within(inside, file.detectors, path),
        calibration=calibration,
    )


def with_objective(study: Study, name: str | None) -> Study:
    """Return the study with one of `OBJECTIVES` in place of its own; as it is without a name. Raises InputError."""
    if name is None:
        return study
    if name not in OBJECTIVES:
        raise InputError(
            where="--objective",
            found=f"'{name}'",
            rule="objectives are " + ", ".join(OBJECTIVES),
            fix="name one of them, or give weights under [objective] in study.toml",
        )
    return replace(study, file=study.file.model_copy(update={"objective": OBJECTIVES[name]}))


def without_warm_up(study: Study) -> Study:
    """Return the study whose traffic begins on empty streets."""
    options = study.file.options.model_copy(update={"warm_up_s": 0})
    return replace(study, file=study.file.model_copy(update={"options": options}))


def with_effort(study: Study, effort: float | None) -> Study:
    """Return the study with another effort of the search than its own; as it is without one. Raises InputError."""
    if effort is None:
        return study
    if not 0 < effort <= MOST_EFFORT:
        raise InputError(
            where="--effort",
            found=f"{effort:g}",
            rule=f"an effort is above 0 and at most {MOST_EFFORT:g}; 1 is the usual one",
            fix="give another one, or leave it out",
        )
    options = study.file.options.model_copy(update={"effort": effort})
    return replace(study, file=study.file.model_copy(update={"options": options}))


def _drivers(calibration: Calibration | None, file: StudyFile) -> tuple[str, ...]:
    """Return the file that makes SUMO's drivers those of the field, unless the study names it itself."""
    return (DRIVERS,) if calibration and calibration.simulator and DRIVERS not in file.additional else ()


def _parse(path: Path) -> StudyFile:
    try:
        content = read_bytes(path, "a study's study.toml")
        return StudyFile.model_validate(parse_toml(content, str(path), "study.toml is written in TOML"))
    except ValidationError as error:
        raise first_fault(error, str(path), "correct study.toml; docs/study.md lists its fields") from error


def _within(folder: Path, name: str, source: Path) -> Path:
    """Return the path of a file of the study, which must lie in the study's folder."""
    try:
        path = (folder / name).resolve()
    except (ValueError, OSError, RuntimeError):  # a NUL in the name, a name too long, a loop of links
        path = None
    if path is None or not path.is_relative_to(folder.resolve()):
        raise InputError(
            where=str(source),
            found=f"the path {name[:200]!r}",
            rule="a study is one folder: its files lie within it",
            fix="copy the file into the study's folder",
        )
    return path
