"""Whether 04/03/2026 is in March or in April: what the days of a column tell, else it is asked."""

from __future__ import annotations

from datetime import date

import polars as pl

from ....networks.errors import InputError

ORDERS = {"ymd": "Ymd", "dmy": "dmY", "mdy": "mdY"}
WORDS = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}
LEAST_DAYS = 3
DENSE, THIN = 0.5, 0.25  # days that are there, of those between the first and the last


def said_order(text: str | None) -> str | None:
    """Return what was said of the order of dates. Raises InputError if it is none."""
    if text is not None and text not in ORDERS:
        raise InputError(
            where="--dates", found=f"'{text}'", rule="an order of dates is dmy, mdy or ymd", fix="name one of them"
        )
    return text


def order_of(days: pl.DataFrame, *, where: str, dates: str | None, usual: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the order of dates that are written with the year last, and what to tell of it.

    `days` has the parts `a`, `mark`, `b`, `c` as text. What was said decides; then what makes dates at all; then a dot,
    which parts days first; then what the format prescribes; then which order makes a calendar: days in a row.

    Raises InputError where nothing decides.
    """
    if dates is not None:
        return dates, ()
    made = {order: _made(days, order) for order in ("dmy", "mdy")}
    valid = {order: found.len() - found.null_count() for order, found in made.items()}
    if valid["dmy"] != valid["mdy"]:
        order = max(valid, key=lambda name: valid[name])
        return order, (f"dates are {WORDS[order]}: the other order makes none of some",) if usual != order else ()
    if usual is not None:
        return usual, ()
    if set(days["mark"].unique()) == {"."}:
        return "dmy", ()
    if made["dmy"].equals(made["mdy"], null_equal=True):
        return "dmy", ()
    if (found := _calendar(made)) is not None:
        return found, (f"dates are {WORDS[found]}: only so they make days in a row (else say --dates)",)
    raise _asked(days, where)


def _made(days: pl.DataFrame, order: str) -> pl.Series:
    """Return the dates of an order, null where there is none."""
    first, second = ("a", "b") if order == "dmy" else ("b", "a")
    year = pl.col("c").cast(pl.Int32, strict=False)
    long = pl.when(pl.col("c").str.len_chars() <= 2).then(year + 2000).otherwise(year)
    text = pl.concat_str(
        long.cast(pl.String).str.zfill(4), pl.col(second).str.zfill(2), pl.col(first).str.zfill(2), separator="-"
    )
    return days.select(made=text.str.to_date("%Y-%m-%d", strict=False))["made"]


def _calendar(made: dict[str, pl.Series]) -> str | None:
    """Return the order by which days stand in a row, where the other one scatters them over months."""
    share = {order: _density(found.drop_nulls().unique()) for order, found in made.items()}
    for order, other in (("dmy", "mdy"), ("mdy", "dmy")):
        if share[order] >= DENSE and share[other] < THIN:
            return order
    return None


def _density(days: pl.Series) -> float:
    if days.len() < LEAST_DAYS:
        return 0.0
    first, last = days.min(), days.max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    return days.len() / ((last - first).days + 1)


def _asked(days: pl.DataFrame, where: str) -> InputError:
    odd = days.filter(pl.col("a").cast(pl.Int32) != pl.col("b").cast(pl.Int32)).row(0, named=True)
    return InputError(
        where=where,
        found=f"'{odd['day']}', which may be day {int(odd['a'])} of month {int(odd['b'])} "
        f"or day {int(odd['b'])} of month {int(odd['a'])}",
        rule="the order of day and month is said where the days do not tell it",
        fix='say it: --dates dmy or --dates mdy; in study.toml counts_dates = "dmy"',
    )
