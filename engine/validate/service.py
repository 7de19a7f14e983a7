"""The gate's rules on service: who is left outside, who stops and waits more, full streets, emissions, void runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

import numpy as np

from ...simulation.measure.confidence import interval
from ...simulation.run import Run
from ..studies.file import Gate
from .sign_test import one_sided

SIGNIFICANCE = 0.05
SPILLBACK_SHARE = 0.1  # of the running plan's: where streets are full for hours, a few minutes more are no change


def service_faults(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[str]:
    """Give a sentence for each rule on service that the plan breaks.

    What grows by chance in some seeds is no fault: but for vehicles left outside and for void runs, the growth must be
    over its limit on average and shown, the whole 95 % interval of the paired differences above 0.
    """
    yield from _unserved(plan, running, limits)
    yield from _stops(plan, running, limits)
    yield from _full_streets(plan, running, limits)
    yield from _walks(plan, running, limits)
    yield from _emissions(plan, running, limits)
    yield from _void(plan, running)


def _unserved(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[str]:
    trips = fmean(run.trips.delay_s.size for run in plan)
    out, out_running = (fmean(run.unserved for run in runs) for runs in (plan, running))
    if out > out_running + max(1.0, limits.unserved_share * trips):
        yield f"{out:.1f} vehicles on average never get into the network, under the running plan {out_running:.1f}."


def _stops(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[str]:
    stops, before = ([run.stops_per_vehicle for run in runs] for runs in (plan, running))
    if _grows(stops, before, limits.stops_share * fmean(before)):
        yield (
            f"Vehicles stop {fmean(stops):.2f} times on average, under the running plan {fmean(before):.2f} times. "
            f"No more than {100 * limits.stops_share:.0f} % more is allowed."
        )


def _full_streets(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[str]:
    full_s, full_running_s = ([run.spillback_s for run in runs] for runs in (plan, running))
    if _grows(full_s, full_running_s, max(limits.spillback_s, SPILLBACK_SHARE * fmean(full_running_s))):
        yield (
            f"Streets are full from end to end for {fmean(full_s):.0f} s in all, under the running plan for "
            f"{fmean(full_running_s):.0f} s; worst is {_fullest(plan)}. "
            f"No more than {limits.spillback_s:.0f} s more is allowed."
        )


def _fullest(runs: Sequence[Run]) -> str:
    """Return the street that is full for longest, over all runs."""
    names = {name for run in runs for name in run.full_streets_s}
    return max(sorted(names), key=lambda name: sum(run.full_streets_s.get(name, 0.0) for run in runs), default="none")


def _walks(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[str]:
    lost, lost_running = _both(plan, running, "walk_lost_s")
    if lost and _grows(lost, lost_running, limits.pedestrian_wait_s):
        yield (
            f"People on foot wait {fmean(lost):.0f} s on average, under the running plan {fmean(lost_running):.0f} s. "
            f"No more than {limits.pedestrian_wait_s:.0f} s more is allowed."
        )


def _emissions(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[str]:
    co2_g, before_g = _both(plan, running, "co2_g")
    if co2_g and _grows(co2_g, before_g, limits.co2_share * fmean(before_g)):
        yield (
            f"A trip emits {fmean(co2_g):.0f} g of CO2 on average, under the running plan {fmean(before_g):.0f} g. "
            f"No more than {100 * limits.co2_share:.0f} % more is allowed."
        )


def _void(plan: Sequence[Run], running: Sequence[Run]) -> Iterator[str]:
    jumps, jumps_running = _sum(plan, "teleports"), _sum(running, "teleports")
    if jumps + jumps_running:
        yield f"The trial is void: {jumps} vehicles teleport, under the running plan {jumps_running}."
    for name, words in VOIDS.items():
        count, count_running = _sum(plan, name), _sum(running, name)
        if count > count_running and one_sided(count, count + count_running) <= SIGNIFICANCE:
            yield f"{count} {words}, under the running plan {count_running}."


VOIDS = {
    "collisions": "collisions are simulated",
    "emergency_stops": "vehicles cannot stop in time at a stop line",
    "emergency_brakings": "vehicles brake in an emergency",
}


def void_in_words(plan: Sequence[Run], running: Sequence[Run]) -> Iterator[str]:
    """Give a sentence for each thing that should not happen in a simulation and did, but under both plans or seldom."""
    faults = " ".join(_void(plan, running))
    for name, words in VOIDS.items():
        count, count_running = _sum(plan, name), _sum(running, name)
        if count + count_running and words not in faults:
            yield f"In all runs {count} {words}, under the running plan {count_running}: no clear change."


def _grows(values: Sequence[float], running: Sequence[float], allowed: float) -> bool:
    """Whether the mean grows by more than is allowed, and is shown to grow at all."""
    grown = np.subtract(values, running)
    low, _ = interval(grown)
    return bool(grown.mean() > allowed and low is not None and low > 0)


def _both(plan: Sequence[Run], running: Sequence[Run], name: str) -> tuple[list[float], list[float]]:
    """Return what both plans measured, seed by seed, where both did."""
    pairs = [(getattr(a, name), getattr(b, name)) for a, b in zip(plan, running, strict=True)]
    pairs = [pair for pair in pairs if None not in pair]
    return [float(own) for own, _ in pairs], [float(other) for _, other in pairs]


def _sum(runs: Sequence[Run], name: str) -> int:
    return sum(getattr(run, name) for run in runs)
