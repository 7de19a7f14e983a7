"""How well flow is forecast where it was not counted, against what the loops did count on the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from greenband.engine.counts.relations import by_network
from greenband.engine.counts.table import Counts, JudgedCounts
from greenband.engine.counts.verdict import judge, require_coverage
from greenband.engine.forecast.day import forecast_day
from greenband.engine.movements.estimate import known_flows
from greenband.engine.movements.inferred import inferred_flows
from greenband.networks.errors import InputError
from greenband.networks.network import Network

from .plant import Hole, with_hole


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The end of a street that was not counted: forecast and counted flow of the period. [veh/h]"""

    kind: str
    hole: int
    where: str
    flow: float
    q10: float
    q90: float
    counted: float
    told: bool  # by the loops' own other hours, and not only by the streets around

    @property
    def error(self) -> float:
        """How far off the forecast is, as a share of what was counted."""
        return abs(self.flow - self.counted) / max(self.counted, 1.0)

    @property
    def inside(self) -> bool:
        """Whether the day lay within the bounds."""
        return self.q10 <= self.counted <= self.q90


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one hole: its items, or the refusal; and the coverage of the period as the rows left tell it."""

    kind: str
    items: tuple[Item, ...]
    refused: str = ""
    coverage: float = 0.0


def tried(
    network: Network, whole: JudgedCounts, hole: Hole, number: int, period: tuple[int, int], least: float
) -> Tried:
    """Return what is forecast in place of a hole; refused where less than `least` of the period is covered."""
    counts = whole.counts
    veh = with_hole(counts.veh, hole, counts.interval_s)
    judged = judge(_before(counts, hole.day, veh), by_network(counts.detectors, network))
    bins = slice(period[0] // counts.interval_s, period[1] // counts.interval_s)
    left = float(judged.observed[:, :, bins].mean())
    try:
        require_coverage(judged, *period, least)
    except InputError as error:
        return Tried(kind=hole.kind, items=(), refused=error.found, coverage=left)
    forecast = forecast_day(judged, counts.days[hole.day], *period)
    known = known_flows(network, counts.detectors, forecast)
    items = []
    for one in inferred_flows(known, counts.detectors, judged, forecast):
        rows = [k for k, loop in enumerate(counts.detectors) if loop.id in one.detectors]
        truth = _counted(whole, rows, hole.day, bins)
        if set(rows) <= set(hole.rows) and truth is not None:
            items.append(
                Item(
                    kind=hole.kind,
                    hole=number,
                    where=one.where,
                    flow=one.flow_veh_h,
                    q10=one.q10_veh_h,
                    q90=one.q90_veh_h,
                    counted=truth * 3600 / (period[1] - period[0]),
                    told=bool(one.told_by),
                )
            )
    return Tried(kind=hole.kind, items=tuple(items), coverage=left)


def _before(counts: Counts, day: int, veh: np.ndarray) -> Counts:
    return replace(counts, days=counts.days[:day], veh=veh, signs=type(counts.signs)())


def _counted(whole: JudgedCounts, rows: Sequence[int], day: int, bins: slice) -> float | None:
    """Return the vehicles that loops counted on a day, or None where one of them is not believed."""
    if not whole.observed[rows, day, bins].all():
        return None
    return float(whole.counts.veh[rows, day, bins].sum())


def by_kind(all_tried: Sequence[Tried]) -> Iterator[tuple[str, list[Item], int]]:
    """Yield for each kind of hole, and for all, the items and how many holes were refused."""
    for kind in (*dict.fromkeys(one.kind for one in all_tried), "all"):
        some = [one for one in all_tried if kind in (one.kind, "all")]
        yield kind, [item for one in some for item in one.items], sum(bool(one.refused) for one in some)
