"""What a rules pack asks of each junction, and how that was worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...networks.junction import Junction, Pair, SignalGroup
from ...networks.network import Network
from ...networks.sumo.paths import Way, read_ways
from .change_times import (
    kinematic_yellow_s,
    pedestrian_clearance_s,
    red_clearance_s,
    up_to_tenths,
    walk_s,
    whole_seconds_up,
)
from .conflict_points import conflicts
from .intergreens import Clearing, intergreen_s
from .pack import Clearance, Pack, Pedestrian, Yellow
from .side_of_road import turn_across

Ways = Mapping[str, tuple[Way, ...]]  # of each signal group


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that a pack asks: of a group, or of a pair of groups, one ending and one starting.

    `today_s` is what the running program keeps; plans keep the longer of the two.
    """

    junction: str
    groups: tuple[str, ...]
    rule: str
    required_s: float
    today_s: float
    how: str


def requirements(network: Network, pack: Pack) -> tuple[Requirement, ...]:
    """Return what the pack asks of every junction of a network."""
    ways, across = read_ways(network.path), turn_across(network.path)
    found: list[Requirement] = []
    for junction in network.junctions:
        of_group = {
            group.id: tuple(way for link in group.links for way in ways.get((junction.id, link), ()))
            for group in junction.groups
        }
        yellows = list(_yellows(network, junction, pack))
        found += [*yellows, *_greens(junction, pack)]
        found += _intergreens(network, junction, pack, of_group, yellows, across)
    return tuple(found)


def with_rules(network: Network, pack: Pack) -> Network:
    """Return the network with limits that meet the pack: where it asks for more than today, its value."""
    asked = [r for r in requirements(network, pack) if r.required_s > r.today_s]
    return replace(network, junctions=tuple(_strengthened(junction, asked) for junction in network.junctions))


def _strengthened(junction: Junction, asked: Sequence[Requirement]) -> Junction:
    mine = [r for r in asked if r.junction == junction.id]
    return replace(
        junction,
        yellow_s=junction.yellow_s | {r.groups[0]: r.required_s for r in mine if r.rule == "yellow"},
        min_green_s=junction.min_green_s | {r.groups[0]: r.required_s for r in mine if r.rule in ("green", "walk")},
        intergreen_s=junction.intergreen_s | {_pair(r): r.required_s for r in mine if r.rule == "intergreen"},
    )


def _pair(requirement: Requirement) -> Pair:
    return requirement.groups[0], requirement.groups[1]


def _speed_m_s(network: Network, group: SignalGroup) -> float:
    return max((network.edges[edge].speed_m_s for edge in group.from_edges if edge in network.edges), default=0.0)


def _directions(junction: Junction, group: str) -> set[str]:
    return {movement.direction.lower() for movement in junction.movements if group in movement.groups}


def _yellows(network: Network, junction: Junction, pack: Pack) -> Iterator[Requirement]:
    rule = pack.yellow
    for group in junction.groups if rule is not None else ():
        speed_m_s = _speed_m_s(network, group)
        if group.kind != "vehicle" or speed_m_s <= 0 or not junction.running.greens(group.id):
            continue
        assert rule is not None
        seconds, how = yellow_of(rule, speed_m_s, turns_only="s" not in _directions(junction, group.id))
        yield _of_group(junction, group, "yellow", seconds, junction.yellow_s[group.id], how)


def yellow_of(rule: Yellow, speed_m_s: float, *, turns_only: bool) -> tuple[float, str]:
    """Return the yellow at a speed limit, within the pack's limits, and how it came about. [s]"""
    if rule.kind == "kinematic":
        v = speed_m_s + rule.over_limit_m_s
        raw = kinematic_yellow_s(v, reaction_s=rule.reaction_s, deceleration_m_s2=rule.deceleration_m_s2)
        how = f"{rule.reaction_s:g} s + {v:.1f} m/s / (2 x {rule.deceleration_m_s2:.2f} m/s2) = {raw:.2f} s"
        seconds = up_to_tenths(raw)
    elif turns_only and rule.turning_s is not None:
        seconds, how = rule.turning_s, f"turning movements: {rule.turning_s:g} s"
    else:
        fit = [length for limit, length in rule.steps if speed_m_s <= limit + 0.05]
        seconds = fit[0] if fit else rule.longest_s
        how = f"{3.6 * speed_m_s:.0f} km/h: {seconds:g} s"
    return min(max(seconds, rule.shortest_s), rule.longest_s), how


def _greens(junction: Junction, pack: Pack) -> Iterator[Requirement]:
    for group in junction.groups:
        if not junction.running.greens(group.id):
            continue
        today_s = junction.min_green_s[group.id]
        if group.kind == "vehicle" and pack.green is not None:
            shortest_s = pack.green.shortest_s
            yield _of_group(junction, group, "green", shortest_s, today_s, f"shortest green {shortest_s:g} s")
        if group.kind == "pedestrian" and pack.pedestrian is not None:
            seconds, how = walk_of(pack.pedestrian, group.length_m)
            yield _of_group(junction, group, "walk", seconds, today_s, how)


def walk_of(rule: Pedestrian, crossing_m: float) -> tuple[float, str]:
    """Return the walk over a crossing, and how it came about. [s]"""
    clearance_s = pedestrian_clearance_s(crossing_m, speed_m_s=rule.clearance_m_s)
    shortest_s = max(rule.walk_s, whole_seconds_up(rule.walk_share * crossing_m / rule.clearance_m_s))
    seconds = walk_s(
        crossing_m,
        clearance_s,
        shortest_s=shortest_s,
        approach_m=rule.approach_m,
        total_speed_m_s=rule.total_m_s,
    )
    return seconds, f"crossing of {crossing_m:.1f} m, clearance {clearance_s:g} s, walk {seconds:g} s"


def _intergreens(
    network: Network, junction: Junction, pack: Pack, ways: Ways, yellows: Sequence[Requirement], across: str
) -> Iterator[Requirement]:
    asked_yellow_s = {r.groups[0]: r.required_s for r in yellows}
    for a, b in sorted(junction.foes):
        if not (junction.running.greens(a) and junction.running.greens(b)):
            continue
        if junction.by_group[a].kind == "pedestrian":
            if pack.pedestrian is None:
                continue
            seconds = pedestrian_clearance_s(junction.by_group[a].length_m, speed_m_s=pack.pedestrian.clearance_m_s)
            how = f"{junction.by_group[a].length_m:.1f} m at {pack.pedestrian.clearance_m_s:.2f} m/s"
        else:
            if pack.clearance is None or not (ways[a] and ways[b]):
                continue
            yellow_s = max(asked_yellow_s.get(a, 0.0), junction.yellow_s[a])
            seconds, how = _vehicle_intergreen(network, junction, pack.clearance, (a, b), ways, yellow_s, across)
        today_s = junction.intergreen_s[(a, b)]
        yield Requirement(
            junction=junction.id, groups=(a, b), rule="intergreen", required_s=seconds, today_s=today_s, how=how
        )


def _vehicle_intergreen(
    network: Network,
    junction: Junction,
    rule: Clearance,
    pair: Pair,
    ways: Ways,
    yellow_s: float,
    across: str,
) -> tuple[float, str]:
    a, b = pair
    points = [point for one in ways[a] for other in ways[b] for point in conflicts(one, other)]
    farthest_m = max(point.clearing_m for point in points)
    turning = "s" not in _directions(junction, a)
    if rule.kind == "red":
        slower_m_s = rule.left_under_limit_m_s if across in _directions(junction, a) and turning else 0.0
        speed_m_s = max(_speed_m_s(network, junction.by_group[a]) - slower_m_s, 4.0)
        red_s = min(
            up_to_tenths(red_clearance_s(speed_m_s, width_m=farthest_m, vehicle_m=rule.vehicle_m)), rule.longest_s
        )
        how = f"yellow {yellow_s:g} s + ({farthest_m:.1f} m + {rule.vehicle_m:.1f} m) / {speed_m_s:.1f} m/s"
        return up_to_tenths(yellow_s + red_s), how
    clearing = Clearing(
        overrun_s=rule.overrun_turning_s if turning else rule.overrun_straight_s,
        speed_m_s=rule.turning_m_s if turning else rule.straight_m_s,
        length_m=rule.vehicle_m,
    )
    entering_m_s = rule.entering_m_s if junction.by_group[b].kind == "vehicle" else 1.5
    seconds = max(intergreen_s(clearing, entering_m_s, points), yellow_s)
    how = (
        f"{clearing.overrun_s:g} s + (up to {farthest_m:.1f} m + {rule.vehicle_m:g} m) / {clearing.speed_m_s:g} m/s "
        f"- entering at {entering_m_s:g} m/s, {len(points)} conflict points"
    )
    return min(seconds, rule.longest_s), how


def _of_group(
    junction: Junction, group: SignalGroup, rule: str, required_s: float, today_s: float, how: str
) -> Requirement:
    return Requirement(
        junction=junction.id, groups=(group.id,), rule=rule, required_s=required_s, today_s=today_s, how=how
    )
