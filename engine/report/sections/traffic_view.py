"""What the sections on traffic show: verdict, map, movements, forecast, data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..data import (
    DetectorRow,
    ForecastSeries,
    JunctionRow,
    Missing,
    MovementRow,
    ReportData,
    ResidualRow,
    Simulated,
    TrialFigures,
)
from ..delays import (
    Balance,
    balance,
    by_loss,
    change_s,
    total_change_min_h,
    verdict_class,
)
from ..pictures.charts import forecast_chart
from ..pictures.data_strip import data_strip
from ..pictures.network_map import network_map
from ..pictures.seeds_chart import seeds_chart
from ..pictures.svg import Scale, drawing, line, rectangle
from ..places import TURNS, approach_side, junction_numbers
from ..words import say

CHARTS_SHOWN = 12  # more would make the page heavy and say little
DETECTORS_SHOWN = 12  # the worst; the others are folded away


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A measure over all seeds, before and after."""

    name: str
    running: float
    plan: float
    digits: int

    @property
    def change(self) -> float:
        """This plan minus running."""
        return self.plan - self.running


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """The verdict's numbers."""

    comparison: TrialFigures
    ratio: float  # of the medians; nan where the running plan has no delay
    totals: tuple[Total, ...]
    chart: Markup | None


def comparison_view(comparison: TrialFigures | Missing) -> ComparisonView | Missing:
    """Return the numbers of the verdict."""
    if isinstance(comparison, Missing):
        return comparison
    if not comparison.seeds:
        return Missing(why=say("no seed was simulated"))
    before, after = comparison.running.median_s, comparison.plan.median_s
    return ComparisonView(
        comparison=comparison,
        ratio=after / before if before else math.nan,
        totals=_totals(comparison.running, comparison.plan),
        chart=seeds_chart(comparison),
    )


def _totals(running: Simulated, plan: Simulated) -> tuple[Total, ...]:
    median, mean = say("Delay, median over the seeds, s per trip"), say("Delay, mean over the seeds, s per trip")
    return (
        Total(name=median, running=running.median_s, plan=plan.median_s, digits=1),
        Total(name=mean, running=running.mean_s, plan=plan.mean_s, digits=1),
        Total(name=say("Stops per trip"), running=running.stops, plan=plan.stops, digits=2),
        Total(name=say("Unserved vehicles, mean per seed"), running=running.unserved, plan=plan.unserved, digits=1),
        Total(name=say("Gridlocked seeds"), running=len(running.gridlocked), plan=len(plan.gridlocked), digits=0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementView:
    """A movement's line in the table."""

    row: MovementRow
    number: int | None  # of its junction on the map
    side: str
    turn: str
    change_s: float
    total_min_h: float
    class_: str
    bar: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class JunctionsView:
    """The map and the table beside it: number, name and delays of each junction, the greatest loss first."""

    map: Markup
    rows: tuple[tuple[int, str, JunctionRow | None], ...]


def junctions_view(data: ReportData) -> JunctionsView | Missing:
    """Return the map and its table."""
    if isinstance(data.junctions, Missing):
        return data.junctions
    delays = {row.junction: row for row in data.junctions if math.isfinite(row.change_s)}
    if not delays:
        return Missing(why=say("no junction was measured under both plans"))
    rows = [(place, name, delays.get(name)) for name, place in junction_numbers(data.network).items()]
    rows.sort(key=lambda row: -row[2].change_s if row[2] else math.inf)
    return JunctionsView(map=network_map(data.network, delays, _approaches(data.movements)), rows=tuple(rows))


def _approaches(movements: Sequence[MovementRow] | Missing) -> dict[str, float]:
    """Return the change in delay per vehicle on each edge that leads to a signal, over its movements. [s/veh]"""
    if isinstance(movements, Missing):
        return {}
    total: dict[str, list[float]] = {}
    for row in movements:
        if math.isfinite(change_s(row)) and row.flow_veh_h > 0:
            sums = total.setdefault(row.from_edge, [0.0, 0.0])
            sums[0] += row.flow_veh_h * change_s(row)
            sums[1] += row.flow_veh_h
    return {edge: lost / veh for edge, (lost, veh) in total.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementsView:
    """The table of movements, the greatest loss first."""

    rows: tuple[MovementView, ...]
    idle: int  # movements left out: nobody drove them under one plan or the other
    balance: Balance


def movements_view(data: ReportData) -> MovementsView | Missing:
    """Return the table of movements."""
    if isinstance(data.movements, Missing):
        return data.movements
    driven = [row for row in data.movements if math.isfinite(change_s(row))]
    if not driven:
        return Missing(why=say("no movement was measured under both plans"))
    largest = max(abs(change_s(row)) for row in driven)
    numbers = junction_numbers(data.network)
    return MovementsView(
        rows=tuple(_movement(data, row, numbers, largest) for row in by_loss(driven)),
        idle=len(data.movements) - len(driven),
        balance=balance(driven),
    )


def _movement(data: ReportData, row: MovementRow, numbers: dict[str, int], largest_s: float) -> MovementView:
    junction = data.network.by_junction.get(row.junction)
    directions = {(m.from_edge, m.to_edge): m.direction for m in junction.movements} if junction else {}
    change = change_s(row)
    return MovementView(
        row=row,
        number=numbers.get(row.junction),
        side=approach_side(data.network, row.from_edge),
        turn=say(TURNS.get(directions.get((row.from_edge, row.to_edge), ""), "ahead")),
        change_s=change,
        total_min_h=total_change_min_h(row),
        class_=verdict_class(change),
        bar=_change_bar(change, largest_s),
    )


def _change_bar(change: float, largest_s: float) -> Markup:
    """Return a bar from the middle: to the right is a loss."""
    scale = Scale(-largest_s, largest_s, 1, 79)
    left, right = sorted((scale(0), scale(change)))
    middle = scale(0) if largest_s else 40.0
    parts = (
        rectangle(left, 3, right - left, 8, f"bar {verdict_class(change)}"),
        line((middle, 0), (middle, 14), "tick"),
    )
    title = say("longer") if change > 0 else say("shorter") if change < 0 else say("the same")
    return drawing(80, 14, title, *parts, class_="change-bar")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastView:
    """The forecast charts, the first one open."""

    charts: tuple[tuple[str, Markup], ...]
    left_out: int


def forecast_view(forecast: Sequence[ForecastSeries] | Missing) -> ForecastView | Missing:
    """Return the charts of the series that hold numbers, in their order."""
    if isinstance(forecast, Missing):
        return forecast
    drawn = [(series.label, forecast_chart(series)) for series in forecast if series.starts_s]
    charts = [(label, chart) for label, chart in drawn if chart is not None]
    if not charts:
        return Missing(why=say("no series holds a forecast"))
    return ForecastView(charts=tuple(charts[:CHARTS_SHOWN]), left_out=max(0, len(charts) - CHARTS_SHOWN))


@dataclass(frozen=True, slots=True, kw_only=True)
class DataView:
    """The verdict on the counts."""

    coverage: float  # mean over the detectors
    shares: tuple[tuple[str, float], ...]  # observed, imputed, rejected: means over detectors and days
    worst: tuple[tuple[DetectorRow, Markup | None], ...]
    others: tuple[tuple[DetectorRow, Markup | None], ...]


def data_view(detectors: Sequence[DetectorRow] | Missing) -> DataView | Missing:
    """Return the detectors, the worst covered first."""
    if isinstance(detectors, Missing):
        return detectors
    if not detectors:
        return Missing(why=say("the study has no detector"))
    rows = sorted(detectors, key=lambda row: (row.coverage, row.detector))
    strips = [(row, data_strip(row.days, row.detector) if row.days else None) for row in rows]
    days = [day for row in rows for day in row.days]
    return DataView(
        coverage=sum(row.coverage for row in rows) / len(rows),
        shares=tuple(
            (say(name), sum(getattr(day, name) for day in days) / len(days) if days else math.nan)
            for name in ("observed", "imputed", "rejected")
        ),
        worst=tuple(strips[:DETECTORS_SHOWN]),
        others=tuple(strips[DETECTORS_SHOWN:]),
    )


def geh(row: ResidualRow) -> float:
    """Return the GEH statistic of hourly flows: sqrt(2 (m - c)^2 / (m + c)).

    UK Department for Transport, TAG Unit M3.1 Highway Assignment Modelling: its validation criteria ask for less
    than 5 on 85 % of links.
    """
    total = row.estimated_veh_h + row.counted_veh_h
    return math.sqrt(2 * (row.estimated_veh_h - row.counted_veh_h) ** 2 / total) if total > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualsView:
    """The counts that the movement flows miss, the worst first, with their GEH."""

    rows: tuple[tuple[ResidualRow, float], ...]
    within_5: float  # share of counts with GEH < 5


def residuals_view(residuals: Sequence[ResidualRow] | Missing) -> ResidualsView | Missing:
    """Return the residuals, the worst first."""
    if isinstance(residuals, Missing):
        return residuals
    if not residuals:
        return Missing(why=say("no count was compared with the movement flows"))
    rows = sorted(((row, geh(row)) for row in residuals), key=lambda pair: (-pair[1], pair[0].place))
    return ResidualsView(rows=tuple(rows), within_5=sum(value < 5 for _, value in rows) / len(rows))
