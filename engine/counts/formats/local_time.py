"""Local time as the tables keep it, and the two nights of the year on which clocks change.

The long table says local time without a zone. Where clocks go back, an hour passes twice: rows of its second pass have
`fold` 1 (as in PEP 495) and are not used for days of 24 hours, but nothing is lost. Where clocks go forward, an hour is
missing: nothing can have been counted in it.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from ....networks.errors import InputError


def check_zone(name: str) -> str:
    """Return the name of a time zone. Raises InputError if there is none of that name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise InputError(
            where="the time zone",
            found=f"'{name}'",
            rule="a time zone has a name of the IANA database, such as Australia/Melbourne or UTC",
            fix="correct the name",
        ) from error
    return name


def localised(rows: pl.LazyFrame, *, tz: str | None, stamps: str | None, source: str) -> tuple[pl.LazyFrame, int]:
    """Return the rows with `start` in local time and, with a zone, `fold`; and how many rows of no time were left out.

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
        Stamps have a zone but the streets' is not told; vehicles were counted in an hour that the clocks skipped.
    """
    zone = getattr(rows.collect_schema()["start"], "time_zone", None)
    if tz is None:
        if zone or stamps:
            raise InputError(
                where=source,
                found=f"stamps in the zone {zone or stamps}",
                rule="the table is in the streets' local time",
                fix="name the zone of the streets: --tz Australia/Melbourne",
            )
        return rows, 0
    start = pl.col("start")
    if zone or stamps not in (None, tz):
        instant = (start if zone else start.dt.replace_time_zone(stamps)).dt.convert_time_zone(tz)
        local = instant.dt.replace_time_zone(None)
        first = local.dt.replace_time_zone(tz, ambiguous="earliest", non_existent="null")
        return rows.with_columns(start=local, fold=(first != instant).cast(pl.Int8)), 0
    return _told_by_order(rows, tz, source)


def _told_by_order(rows: pl.LazyFrame, tz: str, source: str) -> tuple[pl.LazyFrame, int]:
    """Give the second row of one detector and local start the fold 1, and leave out rows of the skipped hour."""
    earliest = pl.col("start").dt.replace_time_zone(tz, ambiguous="earliest", non_existent="null")
    latest = pl.col("start").dt.replace_time_zone(tz, ambiguous="latest", non_existent="null")
    skipped = rows.filter(earliest.is_null()).select("detector", "start", "count").collect(engine="streaming")
    counted = skipped.filter(pl.col("count") > 0)
    if counted.height:
        row = counted.row(0, named=True)
        raise InputError(
            where=source,
            found=f"{row['count']:g} vehicles at {row['start']} of detector {row['detector']}",
            rule=f"in {tz} the clocks skip that hour",
            fix="the stamps are of another zone: name it with --stamps, such as Etc/GMT-10 for UTC+10 all year",
        )
    plain = rows.filter(earliest.is_not_null() & (earliest == latest)).with_columns(fold=pl.lit(0, dtype=pl.Int8))
    twice = rows.filter(earliest != latest).collect(engine="streaming")
    passed = pl.int_range(pl.len()).over("detector", "start").cast(pl.Int8)
    return pl.concat([plain, twice.lazy().with_columns(fold=passed)]), skipped.height
