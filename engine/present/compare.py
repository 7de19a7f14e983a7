"""Simulated loops beside counted ones: where they agree, and where not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ...networks.types import Floats
from .loops_seen import LoopsSeen

# A count agrees below GEH 5: Department for Transport (UK), TAG unit M3.1, Highway assignment modelling, May 2020,
# section 3.3 (read in other texts only).
GEH_AGREES = 5.0
# Occupancies agree within so much of what was counted, within what days differ by (1.96 standard deviations: FHWA-HOP-
# 18-036, Traffic Analysis Toolbox volume III, 2019, criterion I, as other texts give it), or within so much of the
# time. The first and the last are ours.
OCCUPANCY_SHARE, DAYS_SD, LEAST_OCCUPANCY = 0.15, 1.96, 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMatch:
    """One place (all loops of a kind across an edge): flow and mean occupancy, counted and simulated.

    Occupancies are None where the counts have none; `silent` tells that its loops counted nobody on any day.
    """

    edge: str
    kind: str
    loops: tuple[str, ...]
    counted_veh_h: float
    simulated_veh_h: float
    counted_occupancy: float | None
    simulated_occupancy: float
    days_occupancy_sd: float | None
    silent: bool = False

    @property
    def geh(self) -> float:
        """The GEH statistic of hourly flows: sqrt(2 (m - c)^2 / (m + c)), G. E. Havers, 1970s."""
        return geh(self.simulated_veh_h, self.counted_veh_h)

    @property
    def flow_agrees(self) -> bool:
        """Whether the flows agree as practice asks of a calibrated model."""
        return self.geh < GEH_AGREES

    @property
    def occupancy_agrees(self) -> bool | None:
        """Whether the loops are covered for as long as on the street; None where nobody knows."""
        if self.counted_occupancy is None:
            return None
        off = abs(self.simulated_occupancy - self.counted_occupancy)
        allowed = max(
            OCCUPANCY_SHARE * self.counted_occupancy, DAYS_SD * (self.days_occupancy_sd or 0.0), LEAST_OCCUPANCY
        )
        return off <= allowed


def geh(simulated_veh_h: float, counted_veh_h: float) -> float:
    """Return the GEH statistic of two hourly flows."""
    total = simulated_veh_h + counted_veh_h
    return float(np.sqrt(2 * (simulated_veh_h - counted_veh_h) ** 2 / total)) if total > 0 else 0.0


def places_of(counted: LoopsSeen, driven: LoopsSeen, silent: Mapping[str, bool]) -> tuple[PlaceMatch, ...]:
    """Return one match for each place, in order of edge and kind; places that nobody ever observed are left out.

    Lanes of one street are taken together: which of them drivers choose is no question of demand.
    """
    return tuple(_places(counted, driven, silent))


def _places(counted: LoopsSeen, driven: LoopsSeen, silent: Mapping[str, bool]) -> Iterator[PlaceMatch]:
    flow, made = counted.flow_veh_h, driven.veh.mean(axis=(1, 2)) * 3600 / driven.interval_s
    covered, covered_made = counted.mean_occupancy, driven.occupancy.mean(axis=(1, 2))
    sd = counted.occupancy_sd

    def place(row: int) -> tuple[str, str]:
        loop = counted.detectors[row]
        return loop.lane.rsplit("_", 1)[0], loop.kind

    for (edge, kind), group in groupby(sorted(range(len(counted.detectors)), key=place), key=place):
        rows = list(group)
        if np.isnan(flow[rows]).any():
            continue
        yield PlaceMatch(
            edge=edge,
            kind=kind,
            loops=tuple(counted.detectors[row].id for row in rows),
            counted_veh_h=float(flow[rows].sum()),
            simulated_veh_h=float(made[rows].sum()),
            counted_occupancy=_mean(covered[rows]),
            simulated_occupancy=float(covered_made[rows].mean()),
            days_occupancy_sd=_mean(sd[rows]),
            silent=all(silent.get(counted.detectors[row].id, False) for row in rows),
        )


def _mean(values: Floats) -> float | None:
    return None if np.isnan(values).any() else float(values.mean())
