"""NEMA programs: a fixed-time plan as a coordinated-actuated one in two rings, where the junction allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...networks import lamps
from ...networks.actuated_plan import ActuatedJunction, RingPhase, Zone
from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.plan import JunctionPlan
from ...networks.sumo.program import intervals
from ...networks.types import Turn
from .changes import state_of
from .detectors import LOOP_M, Watched, passage_s, watched
from .nema_phases import Draft, NotHeld, Staged
from .nema_rings import Side, arranged, in_both
from .nema_times import clearance_s, greens_s, shortest_s

PLACES = 4  # of a ring: phases are 1 to 4 and 5 to 8


def nema_junction(
    network: Network, junction: Junction, plan: JunctionPlan, flow_veh_h: Mapping[Turn, float]
) -> ActuatedJunction:
    """Return a junction's fixed-time plan as a NEMA program. Raises NotHeld with the reason where it cannot be one.

    Splits between barriers are the plan's, and so are those within them, but for longer clearances: all phases before
    a barrier have one yellow and one red clearance, which keep every intergreen from any of them. The coordinated green
    ends when it does in the plan. Minimums are those of the safety limits, passage times come from the speeds.
    """
    staged = _staged(junction, plan)
    both = arranged(staged, plan.coordinated)
    clearances = [clearance_s(junction, own, other) for own, other in (both, both[::-1])]
    watch = watched(network, junction, flow_veh_h, LOOP_M)
    onward = bool(in_both(both[0]))  # the coordinated phases must go on, not back: see `in_both`
    phases: list[RingPhase] = []
    for ring in (0, 1):
        begin_s = 0.0
        for k, (side, (yellow_s, red_s)) in enumerate(zip(both, clearances, strict=True)):
            greens = greens_s(side, ring, yellow_s + red_s)
            for place, (draft, green_s) in enumerate(zip(side.rings[ring], greens, strict=True)):
                end_s = begin_s + green_s
                last = place + 1 == len(greens)
                least_s = shortest_s(junction, side, draft, green_s)
                phases.append(
                    RingPhase(
                        number=1 + PLACES * ring + 2 * k + (2 - len(greens)) + place,
                        ring=ring + 1,
                        side=k,
                        state=state_of(junction, {g.id: draft.shows.get(g.id, lamps.RED) for g in junction.groups}),
                        min_green_s=least_s,
                        max_green_s=green_s,
                        yellow_s=yellow_s,
                        red_s=red_s,
                        passage_s=_passage_s(watch, draft),
                        force_off_s=end_s,
                        recall=(last and (onward if k == 1 else bool(draft.shows)))
                        or _unseen(network, junction, draft, both),
                        coordinated=k == 0 and last,
                    )
                )
                begin_s = end_s + yellow_s + red_s
    return _program(junction, plan, watch.zones, phases, _planned_end_s(staged, both[0], plan))


def _staged(junction: Junction, plan: JunctionPlan) -> Staged:
    """Return the plan's stages. Raises NotHeld for what no NEMA program of SUMO shows."""
    parts = intervals(plan, junction)
    walkers = [g.id for g in junction.groups if g.kind == "pedestrian" and plan.greens(g.id)]
    if walkers:
        raise NotHeld(
            f"pedestrians of {', '.join(walkers)} must clear the crossing while vehicles are still green, "
            "and SUMO's NEMA programs know no walk and clearance within a green"
        )
    steady = [g.id for g in junction.groups if all(part.state[g.links[0]] in lamps.GREENS for part in parts)]
    if steady:
        raise NotHeld(f"groups {', '.join(steady)} are green all the cycle, and phases come and go")
    places = tuple(k for k, part in enumerate(parts) if _is_stage(part.state))
    if len(places) < 2 or any(parts[k].start_s % 1 for k in places) or plan.cycle_s % 1:
        raise NotHeld(f"it has {len(places)} stages, or some do not start on whole seconds")
    return Staged(junction=junction, parts=parts, places=places, cycle_s=plan.cycle_s)


def _is_stage(state: str) -> bool:
    return bool(set(state) & lamps.GREENS) and not set(state) & {*lamps.YELLOWS, lamps.RED_AMBER}


def _passage_s(watch: Watched, draft: Draft) -> float:
    """Return a phase's passage time. Raises NotHeld where no detector of SUMO would see who waits for it."""
    protected = {group for group, letter in draft.shows.items() if letter == lamps.PROTECTED}
    lanes = {name for (name, _), groups in watch.groups.items() if protected & set(groups)}
    if draft.shows and not lanes:
        raise NotHeld(f"no detector sees those who wait for groups {', '.join(draft.shows)}, which only ever yield")
    return passage_s([zone for zone in watch.zones if zone.name in lanes])


def _unseen(network: Network, junction: Junction, draft: Draft, both: Sequence[Side]) -> bool:
    """Whether somebody may wait for a phase whom no detector sees: SUMO looks at lanes with a protected green alone."""
    everywhere = [one for side in both for ring in side.rings for one in ring]
    called = {g for one in everywhere for g, letter in one.shows.items() if letter == lamps.PROTECTED}
    own = [connection for connection in network.connections if connection.signal == junction.id]

    def lanes(groups: set[str]) -> set[tuple[str, int]]:
        links = {link for group in groups for link in junction.by_group[group].links}
        return {(c.from_edge, c.from_lane) for c in own if c.link in links}

    seen = lanes({group for group, letter in draft.shows.items() if letter == lamps.PROTECTED})
    return bool(lanes(draft.shows.keys() - called) - seen)


def _planned_end_s(staged: Staged, side: Side, plan: JunctionPlan) -> float:
    """Return when the coordinated green ends in the plan's cycle."""
    last = [ring[-1] for ring in side.rings if ring[-1].shows]
    main = max(last, key=lambda draft: (plan.coordinated in draft.shows, draft.planned_s))
    return staged.end_s(main.stages[-1])


def _program(
    junction: Junction, plan: JunctionPlan, zones: tuple[Zone, ...], phases: Sequence[RingPhase], end_s: float
) -> ActuatedJunction:
    longest_s = max(phase.max_green_s for phase in phases if phase.coordinated)
    zero_s = next(phase.force_off_s for phase in phases if phase.coordinated) - longest_s
    return ActuatedJunction(
        junction=junction.id,
        mode="nema",
        zones=zones,
        stages=(),
        changes=(),
        cycle_s=plan.cycle_s,
        offset_s=(plan.offset_s + end_s - longest_s) % plan.cycle_s,
        phases=tuple(replace(phase, force_off_s=(phase.force_off_s - zero_s) % plan.cycle_s) for phase in phases),
    )
