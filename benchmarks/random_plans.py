"""Random plans that keep every transition of the running ones: what a model of traffic is tried on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from greenband.networks.junction import Junction
from greenband.networks.network import Network
from greenband.networks.plan import Interval, JunctionPlan, Plan
from greenband.networks.sumo.program import Program, intervals, plan_of_program

LEAST_GREEN_S = 5
SPREAD = 0.6  # standard deviation of the logarithm of a green's weight against the running one


def random_plan(network: Network, rng: np.random.Generator, name: str = "random") -> Plan:
    """Return a plan with one cycle of 40 to 120 s for all signals, random splits and random offsets.

    Intervals with yellow or red-amber, intervals without green, and those shorter than 5 s keep their length. The rest
    of the cycle is shared among the other intervals in proportion to their running length times a lognormal weight,
    none below 5 s. A signal for which the cycle is too short takes the shortest cycle that it can; one with
    lamps of which nobody knows what they govern keeps its running plan.
    """
    cycle_s = int(rng.integers(40, 121))
    return Plan(name=name, junctions=tuple(random_junction_plan(j, cycle_s, rng) for j in network.junctions))


def random_junction_plan(junction: Junction, cycle_s: int, rng: np.random.Generator) -> JunctionPlan:
    """Return such a plan of one junction."""
    stretches = intervals(junction.running, junction)
    free = [place for place, stretch in enumerate(stretches) if _is_free(stretch)]
    weights = np.array([stretches[place].length_s for place in free]) * rng.lognormal(0.0, SPREAD, len(free))
    offset_share = rng.random()
    if not free or _has_lamps_unknown(junction):
        return junction.running
    fixed_s = sum(stretch.length_s for place, stretch in enumerate(stretches) if place not in free)
    spare_s = max(cycle_s - fixed_s - LEAST_GREEN_S * len(free), 0)
    lengths = LEAST_GREEN_S + np.floor(spare_s * weights / weights.sum())
    lengths[0] += spare_s + LEAST_GREEN_S * len(free) - lengths.sum()
    return _with_lengths(junction, stretches, dict(zip(free, lengths, strict=True)), offset_share)


def _has_lamps_unknown(junction: Junction) -> bool:
    """Whether lamps turn green of which nobody knows what they govern: only today's plan is known to be safe then."""
    return any(group.kind == "unused" and junction.running.greens(group.id) for group in junction.groups)


def _is_free(stretch: Interval) -> bool:
    lamps = set(stretch.state)
    return not lamps & set("yYu") and bool(lamps & set("Gg")) and stretch.length_s >= LEAST_GREEN_S


def _with_lengths(
    junction: Junction, stretches: tuple[Interval, ...], lengths: dict[int, float], offset_share: float
) -> JunctionPlan:
    start_s, changed = 0.0, []
    for place, stretch in enumerate(stretches):
        length_s = float(lengths.get(place, stretch.length_s))
        changed.append(replace(stretch, start_s=start_s, length_s=length_s))
        start_s += length_s
    program = Program(
        junction=junction.id, program_id="random", offset_s=float(int(offset_share * start_s)), intervals=tuple(changed)
    )
    return plan_of_program(program, junction.groups)
