"""Local time as the tables keep it, and the two nights of the year on which clocks change.

The long table says local time without a zone. Where clocks go back, an hour passes twice: rows of its second pass have
`fold` 1 (as in PEP 495). Where clocks go forward, an hour is missing; feeds that have rows for it all the same (real
ones do) keep them with `fold` -1. Days have 24 hours: only rows with `fold` 0 are used, but nothing is lost.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from ....networks.errors import InputError

NO_SUCH_HOUR = -1
_OFFSET = re.compile(r"^(?:UTC|GMT)? ?([+-])0?(\d{1,2})(?::?00)?$", re.IGNORECASE)
ZONE_RULE = "counts are in the streets' local time; stamps with a zone, an offset or a Z are converted to it"


def check_zone(name: str) -> str:
    """Return the name of a time zone. Raises InputError if there is none of that name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise InputError(
            where="the time zone",
            found=f"'{name}'",
            rule="a time zone has a name of the IANA database, such as Australia/Melbourne or UTC",
            fix=nearest_zones(name),
        ) from error
    return name


def nearest_zones(name: str) -> str:
    """Return what to do for a name that is no zone's: those that look like it."""
    if offset := _OFFSET.match(name.strip()):
        turned = {"+": "-", "-": "+"}[offset[1]]
        return f"name the city's, as Europe/Berlin; an offset all year round is Etc/GMT{turned}{int(offset[2])}"
    known = sorted(available_timezones())
    word = name.strip().replace(" ", "_").lower()
    alike = [zone for zone in known if word and word in zone.lower()] or get_close_matches(name, known, n=3, cutoff=0.6)
    best = sorted(
        alike, key=lambda zone: (not zone.lower().endswith(word), zone.count("/") != 1, zone.startswith("Etc"), zone)
    )[:3]
    return "name " + " or ".join(best or ["the city's, as Europe/Berlin or America/Denver"])


def zone_fix(zone: str | None) -> str:
    """Return what to do for stamps in a zone where that of the streets is not known."""
    example = zone if zone and "/" in zone else "Europe/Berlin"
    return f'name the zone of the streets: --tz {example}; in study.toml tz = "{example}"'


def require_zone(zone: str | None, *, tz: str | None, stamps: str | None, source: str) -> None:
    """Raise InputError where stamps have a zone, or one was said for them, but the streets' is not known."""
    if tz is None and (zone or stamps):
        found = f"stamps in the zone {stamps}" if stamps else f"stamps with a zone or an offset (read as {zone})"
        raise InputError(where=source, found=found, rule=ZONE_RULE, fix=zone_fix(zone))


def localised(rows: pl.LazyFrame, *, tz: str | None, stamps: str | None, source: str) -> pl.LazyFrame:
    """Return the rows with `start` in local time and, with a zone, `fold`.

    Parameters
    ----------
    rows : LazyFrame
        With `detector`, `start` (with or without a zone) and `count`, in the order of the file.
    tz : str, optional
        The zone of the streets. Without one, stamps stay as they are.
    stamps : str, optional
        The zone of stamps without a zone, if it is not `tz`: 'UTC'.
    source : str
        The file, for errors.

    Raises
    ------
    InputError
        Stamps have a zone but the streets' is not told.
    """
    zone = getattr(rows.collect_schema()["start"], "time_zone", None)
    require_zone(zone, tz=tz, stamps=stamps, source=source)
    if tz is None:
        return rows
    start = pl.col("start")
    if zone or stamps not in (None, tz):
        instant = (start if zone else start.dt.replace_time_zone(stamps)).dt.convert_time_zone(tz)
        local = instant.dt.replace_time_zone(None)
        first = local.dt.replace_time_zone(tz, ambiguous="earliest", non_existent="null")
        return rows.with_columns(start=local, fold=(first != instant).cast(pl.Int8))
    if "fold" in rows.collect_schema().names():
        return rows  # told already
    return _told_by_order(rows, tz)


def _told_by_order(rows: pl.LazyFrame, tz: str) -> pl.LazyFrame:
    """Give the second row of one detector and local start the fold 1, and rows of the skipped hour the fold -1."""
    earliest = pl.col("start").dt.replace_time_zone(tz, ambiguous="earliest", non_existent="null")
    latest = pl.col("start").dt.replace_time_zone(tz, ambiguous="latest", non_existent="null")
    plain = rows.filter(earliest.is_not_null() & (earliest == latest)).with_columns(fold=pl.lit(0, dtype=pl.Int8))
    twice = rows.filter(earliest != latest).collect(engine="streaming")
    passed = pl.int_range(pl.len()).over("detector", "start").cast(pl.Int8)
    nowhere = rows.filter(earliest.is_null()).with_columns(fold=pl.lit(NO_SUCH_HOUR, dtype=pl.Int8))
    return pl.concat([plain, twice.lazy().with_columns(fold=passed), nowhere])
