"""The traffic of one junction, lane by lane, and how well each interval of the program serves it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ....networks import lamps
from ....networks.junction import Junction, Movement
from ....networks.types import Turn
from .skeleton import Skeleton

SATURATION_VEH_H = {"s": 1800.0}
TURNING_VEH_H = 1600.0
# Highway Capacity Manual defaults for permitted left turns, as UTDF carries them. [s]
CRITICAL_GAP_S, FOLLOW_UP_S = 4.5, 2.5
# A permitted turn's last vehicles leave when the opposing flow stops: two a cycle, at a saturation headway of 2 s.
SNEAKERS_S = 4.0
# Share of a cycle that an opposing flow is typically green: turns its mean flow into its flow while green.
TYPICAL_GREEN_SHARE = 0.45
# Weights of service are whole tenths, so that CP-SAT counts in integers.
FULL_WEIGHT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The vehicles of one approach lane."""

    lane: str
    flow_veh_h: float
    saturation_veh_h: float
    weights: tuple[int, ...]  # of each interval: tenths of the saturation flow that it lets through
    bonus_tenths: int  # green that the ends of permitted greens are worth, tenths of a second a cycle
    turns: tuple[tuple[Turn, float], ...]  # flow by turn [veh/h]


def streams_of(skeleton: Skeleton, flow_veh_h: Mapping[Turn, float]) -> tuple[Stream, ...]:
    """Return the streams of a junction.

    Parameters
    ----------
    skeleton : Skeleton
        The junction's intervals.
    flow_veh_h : mapping of (from_edge, to_edge) to float
        Flow of each turn; absent turns have none. [veh/h]
    """
    junction = skeleton.junction
    by_lane = split_over_lanes(junction.movements, flow_veh_h)
    of_turn = {(m.from_edge, m.to_edge): m for m in junction.movements}
    group_flow = _flow_of_groups(junction, flow_veh_h)
    return tuple(
        _stream(skeleton, lane, turns, of_turn, group_flow) for lane, turns in sorted(by_lane.items()) if turns
    )


def on_day(
    streams: Sequence[Stream], flow_veh_h: Mapping[Turn, float], day_veh_h: Mapping[Turn, float]
) -> tuple[Stream, ...]:
    """Return the streams that `streams_of` made of some flows with another day's flows, the shares of lanes staying."""
    found = []
    for stream in streams:
        turns = tuple((turn, flow * day_veh_h.get(turn, 0.0) / flow_veh_h[turn]) for turn, flow in stream.turns)
        total = sum(flow for _, flow in turns)
        if total > 0:
            found.append(replace(stream, flow_veh_h=total, turns=turns))
    return tuple(found)


def split_over_lanes(movements: Iterable[Movement], flow_veh_h: Mapping[Turn, float]) -> dict[str, dict[Turn, float]]:
    """Return each lane's flow by turn when drivers spread so that the lanes of an approach are as even as can be."""
    turns = [m for m in movements if flow_veh_h.get((m.from_edge, m.to_edge), 0.0) > 0]
    shares = {(m.from_edge, m.to_edge): {lane: 1.0 / len(m.lanes) for lane in m.lanes} for m in turns}
    for _ in range(60):
        for movement in turns:
            turn = (movement.from_edge, movement.to_edge)
            others = _loads(shares, flow_veh_h, without=turn)
            shares[turn] = _level(movement.lanes, others, flow_veh_h[turn])
    by_lane: dict[str, dict[Turn, float]] = defaultdict(dict)
    for turn, of_lane in shares.items():
        for lane, share in of_lane.items():
            if share > 1e-9:
                by_lane[lane][turn] = share * flow_veh_h[turn]
    return dict(by_lane)


def _loads(shares: Mapping[Turn, Mapping[str, float]], flow: Mapping[Turn, float], without: Turn) -> dict[str, float]:
    loads: dict[str, float] = defaultdict(float)
    for turn, of_lane in shares.items():
        if turn != without:
            for lane, share in of_lane.items():
                loads[lane] += share * flow[turn]
    return loads


def _level(lanes: tuple[str, ...], loads: Mapping[str, float], flow: float) -> dict[str, float]:
    """Pour a flow over lanes that already carry some, so that the levels come as close as they can."""
    order = sorted(lanes, key=lambda lane: loads.get(lane, 0.0))
    used = len(order)
    while used > 1:
        level = (flow + sum(loads.get(lane, 0.0) for lane in order[:used])) / used
        if level >= loads.get(order[used - 1], 0.0):
            break
        used -= 1
    level = (flow + sum(loads.get(lane, 0.0) for lane in order[:used])) / used
    return {lane: max(0.0, level - loads.get(lane, 0.0)) / flow if lane in order[:used] else 0.0 for lane in lanes}


def _flow_of_groups(junction: Junction, flow_veh_h: Mapping[Turn, float]) -> dict[str, float]:
    flows: dict[str, float] = defaultdict(float)
    for movement in junction.movements:
        for group in movement.groups:
            flows[group] += flow_veh_h.get((movement.from_edge, movement.to_edge), 0.0) / len(movement.groups)
    return flows


def _stream(
    skeleton: Skeleton,
    lane: str,
    turns: Mapping[Turn, float],
    of_turn: Mapping[Turn, Movement],
    group_flow: Mapping[str, float],
) -> Stream:
    flow = sum(turns.values())
    headway = sum(share / saturation_veh_h(of_turn[turn].direction) for turn, share in turns.items()) / flow
    services = {
        turn: [_service(skeleton, of_turn[turn], k, group_flow) for k in range(len(skeleton.states))] for turn in turns
    }
    weights = [
        1.0 / sum(share / flow / max(services[turn][k], 0.02) for turn, share in turns.items())
        for k in range(len(skeleton.states))
    ]
    yields = any(0 < service < 1 for of_interval in services.values() for service in of_interval)
    return Stream(
        lane=lane,
        flow_veh_h=flow,
        saturation_veh_h=1.0 / headway,
        weights=tuple(round(FULL_WEIGHT * weight) for weight in weights),
        bonus_tenths=round(SNEAKERS_S * FULL_WEIGHT) if yields else 0,
        turns=tuple(sorted(turns.items())),
    )


def saturation_veh_h(direction: str) -> float:
    """Return the flow out of a standing queue on one lane, by the letter of the turn."""
    return SATURATION_VEH_H.get(direction, TURNING_VEH_H)


def _service(skeleton: Skeleton, movement: Movement, k: int, group_flow: Mapping[str, float]) -> float:
    """Return the share of the saturation flow that a movement gets in an interval: 1 protected, less if it yields."""
    junction, state = skeleton.junction, skeleton.states[k]
    services = [0.0]
    for group in movement.groups:
        display = state[junction.by_group[group].links[0]]
        if display == lamps.PROTECTED:
            services.append(1.0)
        elif display == lamps.PERMITTED:
            services.append(_yielding(junction, group, state, group_flow))
    return max(services)


def _yielding(junction: Junction, group: str, state: str, group_flow: Mapping[str, float]) -> float:
    """Return what gaps in the opposing flow let through, as a share of the saturation flow.

    s_p = v e^(-v tc) / (1 - e^(-v tf)): Highway Capacity Manual, permitted left turns.
    """
    opposing_veh_h = sum(
        group_flow[other]
        for first, other in junction.foes
        if first == group and state[junction.by_group[other].links[0]] == lamps.PROTECTED
    )
    rate = opposing_veh_h / TYPICAL_GREEN_SHARE / 3600
    if rate < 1e-6:
        return 1.0
    through = rate * np.exp(-rate * CRITICAL_GAP_S) / (1 - np.exp(-rate * FOLLOW_UP_S))
    return float(min(1.0, through * 3600 / TURNING_VEH_H))
