"""Plans under UXsim: a mesoscopic simulator of others (Seo, UXsim, PyPI package `uxsim`), beside our queue model.

Every lane group of an edge (lanes joined by a turn that they share) is a link of its own between the edge's nodes, so
that turn lanes do not block each other; it is green when any of its turns is. Routes end on links of their own. One
vehicle per platoon, steps of 1 s, and UXsim's own driving;
lanes discharge at a textbook's saturation flow. Nothing is tuned to SUMO.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from greenband.engine.model.queue_traffic import Vehicles
from greenband.networks.network import Network
from greenband.networks.plan import Plan
from numpy.typing import NDArray

from .model_uxsim_streets import OUT, Link, Turn, links_of, phases_of

JAM_VEH_PER_M = 1 / 7.5  # per lane: SUMO's car and its gap
SATURATION_VEH_S = (
    1900 / 3600
)  # per lane: base saturation flow of the Highway Capacity Manual (2010); UXsim's is higher


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UxsimRun:
    """What UXsim made of a plan."""

    delay_s: NDArray[np.float64]  # (V,) of the vehicles that leave in the period
    ms: float  # processor time of the run alone; building its world takes longer

    @property
    def mean_delay_s(self) -> float:
        """Delay per vehicle; 0 without vehicles."""
        return float(self.delay_s.mean()) if self.delay_s.size else 0.0


def run_uxsim(
    network: Network, vehicles: Vehicles, plan: Plan, *, begin_s: float, end_s: float, warm_up_s: float = 0.0
) -> UxsimRun:
    """Return the delays of the vehicles under a plan, and UXsim's time.

    Delay is travel time less the free-flow time of the way driven, plus the wait to enter. Vehicles under way or
    outside at the end count with what they lost so far; those of the warm-up drive, and are not counted. Raises
    ImportError without the extra `benchmarks`.
    """
    from uxsim import World

    from_s = max(begin_s - warm_up_s, 0.0)
    last_s = end_s - from_s
    links = links_of(network, (route[-1] for route in vehicles.routes))
    world = World(
        cpp=True, deltan=1, reaction_time=1, tmax=last_s, duo_update_time=last_s, random_seed=1,
        print_mode=0, save_mode=0, show_mode=0, show_progress=0, vehicle_logging_timestep_interval=-1,
    )  # fmt: skip
    _build(world, network, links, plan, from_s)
    chosen = np.flatnonzero((vehicles.depart_s >= from_s) & (vehicles.depart_s < end_s))
    chosen = chosen[np.argsort(vehicles.depart_s[chosen], kind="stable")]
    driven = []
    for place in chosen:
        route = vehicles.routes[vehicles.route[place]]
        ways = [links[turn] for turn in zip(route, [*route[1:], OUT], strict=True)]
        first, depart_s = f"node {ways[0].edge.from_node}", float(vehicles.depart_s[place] - from_s)
        one = world.addVehicle(first, ways[-1].end, depart_s)
        one.enforce_route([way.name for way in ways])
        driven.append((one, ways, depart_s))
    world.finalize_scenario()
    began_s = time.process_time()
    world.exec_simulation()
    ms = (time.process_time() - began_s) * 1000
    delays_s = np.array([_delay_s(*one, last_s) for one in driven])
    return UxsimRun(delay_s=delays_s[vehicles.depart_s[chosen] >= begin_s], ms=ms)


def _delay_s(one: Any, ways: Sequence[Link], depart_s: float, last_s: float) -> float:
    ends_m = np.cumsum([0.0, *(way.length_m for way in ways)])
    ends_s = np.cumsum([0.0, *(way.length_m / way.edge.speed_m_s for way in ways)])
    if one.state == "end":
        return max(float(one.travel_time) - float(ends_s[-1]), 0.0)
    return max(last_s - depart_s - float(np.interp(one.distance_traveled, ends_m, ends_s)), 0.0)


def _build(world: Any, network: Network, links: dict[Turn, Link], plan: Plan, from_s: float) -> None:
    used = list({link.name: link for link in links.values()}.values())
    signals = phases_of(network, used, plan, from_s)
    starts = {f"node {link.edge.from_node}" for link in used}
    for node in sorted(starts | {link.end for link in used}):
        lengths_s, _ = signals.get(node, ([], {}))
        # UXsim leaves a phase one step after its length has passed: half a step less makes it exact.
        world.addNode(node, 0.0, 0.0, signal=[length - 0.5 for length in lengths_s] or [0])
    for link in used:
        world.addLink(
            link.name,
            f"node {link.edge.from_node}",
            link.end,
            link.length_m,
            free_flow_speed=link.edge.speed_m_s,
            jam_density=JAM_VEH_PER_M * link.lanes,
            number_of_lanes=link.lanes,
            capacity_out=SATURATION_VEH_S * link.lanes if link.exits else None,
            signal_group=signals[link.end][1][link.name] if link.end in signals else [0],
        )
