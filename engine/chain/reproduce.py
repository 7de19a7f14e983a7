"""The present, reproduced: today's plan drives the forecast's traffic, until loops in simulation see what loops saw."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from ...networks.demand import Demand
from ...networks.progress import Tell, silent
from ...networks.seeds import PRESENT_SEEDS
from ...simulation.loop_runs import LoopRun, run_with_loops
from ..counts.table import DetectorVerdict
from ..counts.verdict import period_bins
from ..movements.raised import raised
from ..present.compare import PlaceMatch, places_of
from ..present.full_entries import full_entries, next_factors
from ..present.judgement import FullEntry, Present
from ..present.loops_seen import LoopsSeen, counted_days, late_ratio, simulated
from ..present.vehicle_length import VehicleLength, vehicle_length
from .car_types import has_own_type
from .prepare import Prepared, study_holidays
from .scenarios import forecast_scenarios

USUAL_LENGTH_M = 5.0  # of SUMO's default car
ROUNDS = 5  # of simulations that look for what wants in at full entries
STEPS = ROUNDS + 2


@dataclass(frozen=True, kw_only=True)
class _Street:
    """What stays the same from round to round."""

    prepared: Prepared
    counted: LoopsSeen
    silent: Mapping[str, bool]
    executor: Executor | None

    def drive(self, demand: Demand) -> list[LoopRun]:
        """Simulate a demand under the running programs, at the forecast's level: not quite that of the counted days."""
        prepared = self.prepared
        with tempfile.TemporaryDirectory(prefix="greenband-") as name:
            scenarios = forecast_scenarios(prepared.study, prepared.network, demand, PRESENT_SEEDS, Path(name))
            detectors = prepared.forecast.detectors
            return run_with_loops(scenarios, detectors, prepared.forecast.interval_s, self.executor)

    def match(self, runs: list[LoopRun]) -> tuple[PlaceMatch, ...]:
        """Return how the loops of some simulations compare with what was counted."""
        return places_of(self.counted, simulated(runs, self.prepared.forecast.detectors), self.silent)


def reproduce(prepared: Prepared, *, tell: Tell = silent, executor: Executor | None = None) -> Prepared:
    """Return the period with today in simulation, and with the demand as calibrated to what loops saw.

    Vehicles get the length at which loops are covered for as long as on the street; entries whose loops are covered
    by standing vehicles get more traffic than is counted there, until they are covered for as long. What still
    disagrees is told in `Present.faults`. The same arguments give the same bytes.
    """
    street = _Street(prepared=prepared, counted=_counted(prepared), silent=_silent(prepared), executor=executor)
    tell("the present", 0, STEPS)
    demand = prepared.demand
    runs = street.drive(demand)
    length = None if has_own_type(prepared.study.additional) else _length(street, runs)
    tell("the present", 1, STEPS)
    if length is not None:
        demand = replace(demand, vehicle_length_m=length.length_m)
        runs = street.drive(demand)
    runs, factors = _with_more(street, demand, runs, tell)
    tell("the present", STEPS, STEPS)
    present = Present(
        places=street.match(runs),
        seeds=PRESENT_SEEDS,
        locked=sum(run.run.gridlocked for run in runs),
        late_ratio=late_ratio(street.counted, simulated(runs, prepared.forecast.detectors)),
        length=length,
        entries=tuple(FullEntry(edge=edge, factor=round(factor, 3)) for edge, factor in sorted(factors.items())),
        limits=prepared.study.file.gate,
    )
    return replace(prepared, demand=raised(demand, factors), present=present)


def _counted(prepared: Prepared) -> LoopsSeen:
    study, period = prepared.study, prepared.period
    return counted_days(
        prepared.data.judged,
        prepared.forecast.detectors,
        study.file.day,
        period.begin,
        period.end,
        study_holidays(study),
    )


def _silent(prepared: Prepared) -> dict[str, bool]:
    """Return which detectors counted nobody in the period on any day that has rows of them."""
    judged = prepared.data.judged
    bins = period_bins(judged.counts, prepared.period.begin, prepared.period.end)
    veh, verdicts = judged.counts.veh[:, :, bins], judged.verdicts[:, :, bins]
    there = verdicts != DetectorVerdict.MISSING
    nobody = there.any(axis=(1, 2)) & ~((veh > 0) & there).any(axis=(1, 2))
    return {loop.id: bool(none) for loop, none in zip(judged.counts.detectors, nobody, strict=True)}


def _length(street: _Street, runs: list[LoopRun]) -> VehicleLength | None:
    return vehicle_length(street.counted, simulated(runs, street.prepared.forecast.detectors), USUAL_LENGTH_M)


def _with_more(
    street: _Street, demand: Demand, runs: list[LoopRun], tell: Tell
) -> tuple[list[LoopRun], dict[str, float]]:
    """Return simulations with so much more traffic at full entries that their loops are covered as on the street."""
    places = street.match(runs)
    entries = full_entries(places, street.prepared.network, demand.vehicle_length_m or USUAL_LENGTH_M)
    factors: dict[str, float] = {}
    for step in range(ROUNDS if entries else 0):
        now = {one.edge: one for one in places if one.kind == "entry"}
        if all(now[entry.edge].occupancy_agrees for entry in entries):
            break
        factors = next_factors(entries, now, factors)
        runs = street.drive(raised(demand, factors))
        places = street.match(runs)
        tell("the present", 2 + step, STEPS)
    return runs, {edge: factor for edge, factor in factors.items() if factor > 1.0}
