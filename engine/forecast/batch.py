"""Forecasts in batch: a table of counts and a table of what is asked, answered item by item."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...networks.errors import InputError
from ...networks.progress import Tell, silent
from ...networks.types import Floats
from ..counts.formats.counts_format import How
from ..counts.values.plausible import REACH, RULE
from .calendar import IsHoliday, day_classes, holidays_of, twins
from .grid import Grid, grids, next_day
from .peak import WINDOWS_H, day_outlooks
from .short import Profiles, expect, outlooks
from .tables import USUAL, typed_counts, typed_items
from .unseen_bins import with_unseen

MINUTES = {"next15": 15, "next60": 60}
ANSWERS = ("mean", "q10", "q50", "q90")
# Series that are computed together, and that lean on each other; more would not fit into memory by the year.
TOGETHER = 256
# Bounds, as shares of the mean, where there is not even a day to measure errors on.
WILD_GUESS = (0.5, 1.0, 1.6)


def forecast(
    counts: pl.DataFrame, items: pl.DataFrame, holidays: str | None = None, tell: Tell = silent
) -> pl.DataFrame:
    """Return the items with what is forecast for them.

    Parameters
    ----------
    counts : DataFrame
        The long table: `series` (or `detector`), `start` (local time), `count` in vehicles, null where missing, and
        `interval_s`, the length of the bins.
    items : DataFrame
        `series`, `origin` (local time: the end of the last bin that may be used), `task`: `next15` and `next60` ask for
        the vehicles of the next 15 and 60 minutes, `peakAM` and `peakPM` for the largest rolling hour in 06-10 and
        15-19 o'clock of the first day that begins at or after the origin. Further columns are kept.
    holidays : str, optional
        Country or region whose public holidays count as such: `DE-BE`.
    tell : callable
        Told of the progress.

    Returns
    -------
    DataFrame
        The items in their order with `mean`, `q10`, `q50`, `q90`. [veh; peaks: veh/h]

    Raises
    ------
    InputError
        A table that cannot be read as said, a series without counts, an origin before every count.
    """
    return forecast_typed(typed_counts(counts), items, holidays, tell)


def forecast_typed(
    known: pl.DataFrame,
    items: pl.DataFrame,
    holidays: str | None = None,
    tell: Tell = silent,
    how: How = USUAL,
) -> pl.DataFrame:
    """Return the same for counts as `typed_counts` and `counts_of` give them."""
    asked = typed_items(items, known["series"], how)
    _require_near(asked, known)
    answers = np.full((len(ANSWERS), asked.height), np.nan)
    if asked.height:
        is_holiday = holidays_of(holidays)
        until = asked["origin"].max()
        assert isinstance(until, datetime)
        for grid in grids(known, until):
            # Each part fills in places of its own: the answer does not depend on the number of threads.
            with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
                for part in [threads.submit(_answer, part, asked, is_holiday, answers, tell) for part in _parts(grid)]:
                    part.result()
    return items.with_columns(pl.Series(name, answers[k]) for k, name in enumerate(ANSWERS))


def _require_near(asked: pl.DataFrame, known: pl.DataFrame) -> None:
    """Raise InputError for an origin so far from all counts that it is a slip: the calendar would reach that far."""
    last = known["start"].max()
    assert isinstance(last, datetime)
    far = asked.filter(pl.col("origin") > last + REACH)
    if far.height:
        raise InputError(
            where=f"the items of {far['series'][0]}",
            found=f"the origin {far['origin'][0]}, with counts until {last} (and {far.height - 1} more like it)",
            rule=RULE,
            fix="correct the year",
        )


def _parts(grid: Grid) -> Iterator[Grid]:
    for first in range(0, len(grid.names), TOGETHER):
        some = slice(first, first + TOGETHER)
        yield Grid(names=grid.names[some], first=grid.first, interval_s=grid.interval_s, veh=grid.veh[some])


def _answer(grid: Grid, asked: pl.DataFrame, is_holiday: IsHoliday, answers: Floats, tell: Tell) -> None:
    """Fill in the answers of the series of a grid."""
    place = pl.DataFrame({"series": grid.names, "row": np.arange(len(grid.names))})
    mine = asked.with_row_index("item").join(place, on="series", how="inner", maintain_order="left")
    if mine.is_empty():
        return
    classes = day_classes(grid.days, is_holiday)
    known = expect(grid.veh, classes, grid.day_bins)
    tasks = mine["task"].unique().to_list()
    _answer_short(grid, known, mine.filter(pl.col("task").is_in(list(MINUTES))), answers, tell)
    if set(tasks) & set(WINDOWS_H):
        _answer_peaks(grid, known, classes, mine.filter(pl.col("task").is_in(list(WINDOWS_H))), answers)


def _answer_short(grid: Grid, known: Profiles, mine: pl.DataFrame, answers: Floats, tell: Tell) -> None:
    tasks = [task for task in MINUTES if task in set(mine["task"])]
    bins = {task: -(-MINUTES[task] * 60 // grid.interval_s) for task in tasks}
    horizons = tuple(sorted(set(bins.values())))
    if not horizons:
        return
    found = outlooks(known, grid.day_bins, horizons, lambda done, total: tell("forecasts", done, total))
    for task in tasks:
        some = mine.filter(pl.col("task") == task)
        outlook = found[horizons.index(bins[task])]
        share = MINUTES[task] * 60 / (bins[task] * grid.interval_s)
        rows, at = some["row"].to_numpy(), grid.ended(some["origin"])
        values = _at(np.concatenate([outlook.mean[None], outlook.bounds]), rows, at)
        values = _or_simple(values, grid, rows, at, bins[task])
        answers[:, some["item"].to_numpy()] = _part_of(values, share)


def _answer_peaks(grid: Grid, known: Profiles, classes: NDArray[np.int64], mine: pl.DataFrame, answers: Floats) -> None:
    """An origin at midnight knows all of the day before; one during the day is answered from the days before that."""
    target = np.array([(next_day(origin) - grid.first).days for origin in mine["origin"]])
    midnight = mine["origin"].dt.truncate("1d") == mine["origin"]
    likened = twins(grid.days, classes)
    rows = mine["row"].to_numpy()
    for lead, those in ((1, midnight.to_numpy()), (2, ~midnight.to_numpy())):
        if not those.any():
            continue
        found = day_outlooks(known, grid.day_bins, classes, likened, lead)
        for task, outlook in found.items():
            some = those & (mine["task"] == task).to_numpy()
            values = _at(np.concatenate([outlook.mean[None], outlook.bounds]), rows[some], target[some])
            begin, _ = WINDOWS_H[task]
            ended = grid.ended(mine["origin"].filter(pl.Series(some)))
            values = _or_simple(values, grid, rows[some], ended, grid.hour_bins, begin)
            answers[:, mine["item"].to_numpy()[some]] = values


def _at(table: Floats, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Floats:
    """Return the values in the given places; nan before the first column."""
    values = np.full((table.shape[0], rows.size), np.nan)
    there = (columns >= 0) & (columns < table.shape[2])
    values[:, there] = table[:, rows[there], columns[there]]
    return values


def _part_of(values: Floats, share: float) -> Floats:
    """Return a forecast for a share of its span: the mean in proportion, the bounds as chance spreads."""
    if share == 1.0:
        return values
    mean = values[0] * share
    return np.vstack([mean, np.maximum(mean + (values[1:] - values[0]) * np.sqrt(share), 0.0)])


def _or_simple(
    values: Floats, grid: Grid, rows: NDArray[np.int64], at: NDArray[np.int64], bins: int, hour: int | None = None
) -> Floats:
    """Fill in what no day before could tell: from other hours and series, else the mean of all counts so far.

    Raises InputError where nothing was counted before an origin at all.
    """
    values = with_unseen(values, grid, rows, at, bins, hour)
    for k in np.nonzero(np.isnan(values[0]))[0]:
        past = grid.veh[:, : at[k] + 1]
        own = past[rows[k]]
        mean = float(np.nanmean(own)) if np.isfinite(own).any() else np.nan
        if np.isnan(mean) and np.isfinite(past).any():
            mean = float(np.nanmean(past))
        if np.isnan(mean):
            raise InputError(
                where=f"the items of {grid.names[rows[k]]}",
                found="an origin before which nothing was counted, in no series",
                rule="a forecast is made from counts that ended before it",
                fix="give earlier counts, or take the item out",
            )
        values[:, k] = mean * bins * np.array([1.0, *WILD_GUESS])
    return values
