"""What a UTDF file says of itself: its units, and the day and hour that its volumes are of."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ...networks.errors import InputError
from ...networks.utdf.tables import UtdfFile
from .remarks import Remark

FOOT_M, MILE_M = 0.3048, 1609.344
FIRST_S, HOUR_S, DAY_S = 8 * 3600, 3600, 24 * 3600
STEP_S = 300  # of the counts that are made of the volumes
WEDNESDAY = date(2026, 3, 4)
METRIC = {"0": False, "0.0": False, "1": True, "1.0": True}
CLOCK = re.compile(r"(\d{1,2})(?::(\d\d))?(?::(\d\d))?\s*(am|pm|a\.m\.|p\.m\.)?", re.ASCII)
MONTH_FIRST, YEAR_FIRST = (
    re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII),
    re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII),
)


def is_metric(file: UtdfFile, source: str) -> tuple[bool, tuple[Remark, ...]]:
    """Return whether lengths are metres and speeds km/h; a file that does not say has feet and miles, which is told."""
    network = file.section("Network")
    if network is None or "Metric" not in network.settings:
        what = "the file has no record Metric: lengths are taken as feet, speeds as miles per hour"
        return False, (Remark(where="", what=what),)
    said = network.settings["Metric"]
    if said not in METRIC:
        raise _wrong(file, source, "Metric", said, "Metric is 0 for feet and miles per hour, 1 for metres and km/h")
    return METRIC[said], ()


def scenario(file: UtdfFile, source: str) -> tuple[int, date, tuple[Remark, ...]]:
    """Return the second at which the scenario's hour begins, and its day, a working day, and what was guessed of them.

    Raises InputError for a time or a date that cannot be read.
    """
    begin_s, told = _begin(file, source)
    day, more = _day(file, source)
    return begin_s, day, (*told, *more)


def _said(file: UtdfFile, record: str) -> str:
    network = file.section("Network")
    return network.settings.get(record, "") if network is not None else ""


def _begin(file: UtdfFile, source: str) -> tuple[int, tuple[Remark, ...]]:
    said = _said(file, "ScenarioTime")
    if not said:
        return FIRST_S, (Remark(where="", what="the file has no ScenarioTime: the study's hour is from 08:00"),)
    time = CLOCK.fullmatch(said.lower())
    half = (time[4] or "")[:1] if time else ""
    hour, minute, second = (int(time[k] or 0) for k in (1, 2, 3)) if time else (99, 0, 0)
    if (not 1 <= hour <= 12 if half else hour > 23) or minute > 59 or second > 59 or (time and not (time[2] or half)):
        raise _wrong(file, source, "ScenarioTime", said, "ScenarioTime is a time such as 16:30 or 4:30 PM")
    meant_s = (hour % 12 + 12 * (half == "p") if half else hour) * 3600 + minute * 60 + second
    begin_s = min(meant_s // STEP_S * STEP_S, DAY_S - HOUR_S)
    if begin_s == meant_s:
        return begin_s, ()
    clock = f"{begin_s // 3600:02d}:{begin_s % 3600 // 60:02d}"
    return begin_s, (Remark(where="", what=f"ScenarioTime {said}: the study's hour is from {clock}"),)


def _day(file: UtdfFile, source: str) -> tuple[date, tuple[Remark, ...]]:
    said = _said(file, "ScenarioDate")
    if not said:
        what = f"the file has no ScenarioDate: the study's day is {WEDNESDAY.isoformat()}"
        return WEDNESDAY, (Remark(where="", what=what),)
    us, iso = MONTH_FIRST.fullmatch(said), YEAR_FIRST.fullmatch(said)
    try:
        if us is None and iso is None:
            raise ValueError(said)
        year, month, number = (us[3], us[1], us[2]) if us else (iso[1], iso[2], iso[3]) if iso else ("", "", "")
        day = meant = date(int(year), int(month), int(number))
        if not 1990 <= day.year <= 2200:
            raise ValueError(said)
    except ValueError:
        rule = "ScenarioDate is month/day/year, or year-month-day, from 1990 on"
        raise _wrong(file, source, "ScenarioDate", said, rule) from None
    while day.weekday() >= 5:
        day += timedelta(days=1)
    what = f"ScenarioDate {said} is a weekend: the study's day is {day.isoformat()}"
    return day, (Remark(where="", what=what),) if day != meant else ()


def _wrong(file: UtdfFile, source: str, record: str, said: str, rule: str) -> InputError:
    network = file.section("Network")
    column = network.columns[1] if network is not None and len(network.columns) > 1 else None
    place = network.place(record, column=column) if network is not None else "[Network]"
    return InputError(
        where=f"{source}, {place}",
        found=f"{record} '{said[:40]}'" if said else f"{record} without a value",
        rule=rule,
        fix="correct the cell",
    )
