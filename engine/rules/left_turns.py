"""Turns across those who come the other way: what is known of each, and which have to keep their protected time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ...networks.demand import Demand, TurnFlow
from ...networks.junction import Junction, LeftTurnOrder, Movement
from ...networks.network import Network
from ...networks.plan import JunctionPlan
from ...networks.sentence import Sentence
from ...networks.types import Turn
from .left_turn_rule import Facts, most_product, needed_sight_m, reasons_to_protect
from .pack import LeftTurn, Pack
from .shelter import Shown, shown_as
from .side_of_road import turn_across

OPPOSITE_DEG = 120.0  # between the directions in which two approaches lead; 180 where they meet head-on
AS_OPPOSITE_DEG = 30.0  # so much less opposite than the one most so, another approach is still one of them
HOUR_S = 3600
NO_ORDER = LeftTurnOrder()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAcross:
    """A group that turns across those who come the other way, and what the rules pack makes of it.

    `reasons` are why it has to keep the protected time that it has today; none where it may do without.
    """

    junction: str
    group: str
    from_edges: tuple[str, ...]
    opposing: frozenset[str]  # the groups of those who come the other way and go straight on
    facts: Facts
    today: Shown
    reasons: tuple[Sentence, ...]
    why: str  # an engineer's reason for a decision of his own
    source: str
    most_product: float | None
    needed_sight_m: float | None

    @property
    def stays_protected(self) -> bool:
        """Whether no plan may take its protected time away."""
        return bool(self.reasons) and self.today in ("protected", "both")

    def shown(self, junction: Junction, plan: JunctionPlan) -> Shown:
        """Return how a plan shows it."""
        return shown_as(junction, plan, self.group, self.opposing)


def peak_hour_veh_h(demand: Demand) -> dict[Turn, float]:
    """Return each turn's flow in its busiest hour of the period, on a day so busy that 9 of 10 are less so."""
    return {flow.turn: _busiest(flow, demand.interval_s) for flow in demand.turns}


def _busiest(flow: TurnFlow, interval_s: int) -> float:
    upper = [max(pair) for pair in zip(flow.flow_veh_h, flow.q90_veh_h, strict=True)]
    size = min(max(1, math.ceil(HOUR_S / interval_s)), len(upper))
    return max(sum(upper[k : k + size]) / size for k in range(len(upper) - size + 1))


def turns_across(network: Network, pack: Pack, peak_veh_h: Mapping[Turn, float] | None) -> tuple[TurnAcross, ...]:
    """Return the turns across of a network's junctions; without flows, their volumes are not known."""
    letter = turn_across(network.path)
    return tuple(
        turn
        for junction in network.junctions
        for turn in _of_junction(network, junction, letter, pack.left_turn, peak_veh_h or {})
    )


def with_shelters(network: Network, turns: tuple[TurnAcross, ...]) -> Network:
    """Return the network whose junctions name the turns that have to keep their protected time."""
    kept = [turn for turn in turns if turn.stays_protected]

    def bound(junction: Junction) -> Junction:
        mine = {turn.group: turn.opposing for turn in kept if turn.junction == junction.id}
        return replace(junction, sheltered=mine) if mine else junction

    return replace(network, junctions=tuple(map(bound, network.junctions)))


def _of_junction(
    network: Network, junction: Junction, letter: str, rule: LeftTurn | None, peak_veh_h: Mapping[Turn, float]
) -> Iterator[TurnAcross]:
    for group in junction.groups:
        turning = [m for m in junction.movements if group.id in m.groups and m.direction.lower() == letter]
        against = _against(network, junction, {m.from_edge for m in turning})
        opposing = frozenset(name for m in against for name in m.groups) - {group.id}
        if group.kind == "vehicle" and turning and opposing:
            facts = _facts(network, junction, group.id, opposing, (turning, against), peak_veh_h)
            yield _judged(junction, group.id, opposing, tuple(m.from_edge for m in turning), facts, rule)


def _against(network: Network, junction: Junction, edges: set[str]) -> list[Movement]:
    """Return those who go straight on from the approaches most nearly opposite to some edges."""
    straight = [m for m in junction.movements if m.direction.lower() == "s"]
    opposite = set()
    for edge in edges:
        apart_deg = {m.from_edge: _apart_deg(network, edge, m.from_edge) for m in straight}
        least_deg = max(OPPOSITE_DEG, max(apart_deg.values(), default=0.0) - AS_OPPOSITE_DEG)
        opposite |= {other for other, deg in apart_deg.items() if deg > least_deg}
    return [m for m in straight if m.from_edge in opposite]


def _judged(
    junction: Junction,
    group: str,
    opposing: frozenset[str],
    from_edges: tuple[str, ...],
    facts: Facts,
    rule: LeftTurn | None,
) -> TurnAcross:
    return TurnAcross(
        junction=junction.id,
        group=group,
        from_edges=tuple(dict.fromkeys(from_edges)),
        opposing=opposing,
        facts=facts,
        today=shown_as(junction, junction.running, group, opposing),
        reasons=reasons_to_protect(rule, facts),
        why=junction.left_turns.get(group, NO_ORDER).why,
        source=rule.source if rule else "",
        most_product=most_product(rule, facts.opposing_lanes) if rule else None,
        needed_sight_m=needed_sight_m(rule, facts.speed_m_s, facts.opposing_lanes) if rule else None,
    )


def _facts(
    network: Network,
    junction: Junction,
    group: str,
    opposing: frozenset[str],
    ways: tuple[list[Movement], list[Movement]],
    peak_veh_h: Mapping[Turn, float],
) -> Facts:
    turning, against = ways
    lanes = {lane for m in against for lane in m.lanes}
    order = junction.left_turns.get(group, NO_ORDER)
    come_from = {m.from_edge for m in against}
    letter = turning[0].direction.lower()
    meeting = [m for m in junction.movements if m.from_edge in come_from and m.direction.lower() not in (letter, "t")]
    return Facts(
        turning_lanes=len({lane for m in turning for lane in m.lanes}),
        opposing_lanes=len(lanes),
        speed_m_s=max(lane.speed_m_s for edge in come_from for lane in network.edges[edge].lanes if lane.id in lanes),
        left_veh_h=_sum(turning, peak_veh_h),
        opposing_veh_h=_sum(meeting, peak_veh_h),
        yields_today=shown_as(junction, junction.running, group, opposing) in ("permitted", "both"),
        sight=order.sight,
        sight_m=order.sight_m,
        may_yield=order.may_yield,
    )


def _sum(movements: list[Movement], peak_veh_h: Mapping[Turn, float]) -> float | None:
    flows = [peak_veh_h.get(turn) for turn in dict.fromkeys((m.from_edge, m.to_edge) for m in movements)]
    known = [flow for flow in flows if flow is not None]
    return sum(known) if len(known) == len(flows) else None


def _apart_deg(network: Network, one: str, other: str) -> float:
    """Return the angle between the last metres of two edges that lead to one node; 0 of others."""
    a, b = network.edges[one], network.edges[other]
    if one == other or a.to_node != b.to_node:
        return 0.0
    (ax, ay), (bx, by) = _heading(a.shape), _heading(b.shape)
    return abs(math.degrees(math.atan2(ax * by - ay * bx, ax * bx + ay * by)))


def _heading(shape: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    (x, y), end = shape[-2], shape[-1]
    return end[0] - x, end[1] - y
