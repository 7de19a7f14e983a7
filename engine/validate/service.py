"""The gate's rules on service: who is left outside, who stops and waits more, full streets, emissions, void runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

import numpy as np

from ...networks.sentence import Sentence
from ...simulation.measure.confidence import interval
from ...simulation.run import Run
from ..studies.file import Gate
from .sign_test import one_sided

SIGNIFICANCE = 0.05
SPILLBACK_SHARE = 0.1  # of the running plan's: where streets are full for hours, a few minutes more are no change


def service_faults(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[Sentence]:
    """Give a sentence for each rule on service that the plan breaks.

    What grows by chance in some seeds is no fault: but for vehicles left outside and for void runs, the growth must be
    over its limit on average and shown, the whole 95 % interval of the paired differences above 0.
    """
    yield from level_faults(plan, running, limits)
    yield from _void(plan, running)


def level_faults(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[Sentence]:
    """Give the same without what makes runs void: that is the same for any plan, or none of the plan's doing."""
    yield from _unserved(plan, running, limits)
    yield from _stops(plan, running, limits)
    yield from _full_streets(plan, running, limits)
    yield from _walks(plan, running, limits)
    yield from _emissions(plan, running, limits)


def _unserved(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[Sentence]:
    trips = fmean(run.trips.delay_s.size for run in plan)
    out, today = (fmean(run.unserved for run in runs) for runs in (plan, running))
    if out > today + max(1.0, limits.unserved_share * trips):
        yield Sentence(
            "{out:.1f} vehicles on average never get into the network, under the running plan {running:.1f}.",
            out=out,
            running=today,
        )


def _stops(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[Sentence]:
    stops, today = ([run.stops_per_vehicle for run in runs] for runs in (plan, running))
    if _grows(stops, today, limits.stops_share * fmean(today)):
        yield Sentence(
            "Vehicles stop {stops:.2f} times on average, under the running plan {running:.2f} times. "
            "No more than {most:.0f} % more is allowed.",
            stops=fmean(stops),
            running=fmean(today),
            most=100 * limits.stops_share,
        )


def _full_streets(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[Sentence]:
    full_s, today_s = ([run.spillback_s for run in runs] for runs in (plan, running))
    if _grows(full_s, today_s, max(limits.spillback_s, SPILLBACK_SHARE * fmean(today_s))):
        yield Sentence(
            "Streets are full from end to end for {full_s:.0f} s in all, under the running plan for {running_s:.0f} s; "
            "worst is {street}. No more than {most_s:.0f} s more is allowed.",
            full_s=fmean(full_s),
            running_s=fmean(today_s),
            street=_fullest(plan),
            most_s=limits.spillback_s,
        )


def _fullest(runs: Sequence[Run]) -> str:
    """Return the street that is full for longest, over all runs."""
    names = sorted({name for run in runs for name in run.full_streets_s}) or [Sentence("none")]
    return max(names, key=lambda name: sum(run.full_streets_s.get(name, 0.0) for run in runs))


def _walks(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[Sentence]:
    lost, today = _both(plan, running, "walk_lost_s")
    if lost and _grows(lost, today, limits.pedestrian_wait_s):
        yield Sentence(
            "People on foot wait {lost_s:.0f} s on average, under the running plan {running_s:.0f} s. "
            "No more than {most_s:.0f} s more is allowed.",
            lost_s=fmean(lost),
            running_s=fmean(today),
            most_s=limits.pedestrian_wait_s,
        )


def _emissions(plan: Sequence[Run], running: Sequence[Run], limits: Gate) -> Iterator[Sentence]:
    co2_g, today_g = _both(plan, running, "co2_g")
    if co2_g and _grows(co2_g, today_g, limits.co2_share * fmean(today_g)):
        yield Sentence(
            "A trip emits {co2_g:.0f} g of CO2 on average, under the running plan {running_g:.0f} g. "
            "No more than {most:.0f} % more is allowed.",
            co2_g=fmean(co2_g),
            running_g=fmean(today_g),
            most=100 * limits.co2_share,
        )


def _void(plan: Sequence[Run], running: Sequence[Run]) -> Iterator[Sentence]:
    jumps, jumps_today = _sum(plan, "teleports"), _sum(running, "teleports")
    if jumps + jumps_today:
        yield Sentence(
            "The trial is void: {jumps} vehicles teleport, under the running plan {running}.",
            jumps=jumps,
            running=jumps_today,
        )
    for name, words in VOIDS.items():
        count, today = _sum(plan, name), _sum(running, name)
        if count > today and one_sided(count, count + today) <= SIGNIFICANCE:
            yield Sentence(
                "{count} {words}, under the running plan {running}.", count=count, words=words, running=today
            )


VOIDS = {
    "collisions": Sentence("collisions are simulated"),
    "emergency_stops": Sentence("vehicles cannot stop in time at a stop line"),
    "emergency_brakings": Sentence("vehicles brake in an emergency"),
}


def void_in_words(plan: Sequence[Run], running: Sequence[Run]) -> Iterator[Sentence]:
    """Give a sentence for each thing that should not happen in a simulation and did, as often as today or seldom."""
    faults = " ".join(_void(plan, running))
    for name, words in VOIDS.items():
        count, today = _sum(plan, name), _sum(running, name)
        if count + today and words not in faults:
            yield Sentence(
                "In all runs {count} {words}, under the running plan {running}: no clear change.",
                count=count,
                words=words,
                running=today,
            )


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
