"""Turns across those who come the other way, found by the check itself, and what stands against letting them yield.

Nothing is shared with `engine/rules`: lanes, speeds and directions are the network file's, read by the check, and the
questions are asked anew, in the order of FHWA-HOP-08-024, figure 4-11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ....networks.sentence import Sentence
from ....networks.types import Turn
from ...rules.pack import LeftTurn
from ..turn_across import OwnTurn
from .facing import faced
from .orders import LeftTurnFacts
from .program import GREEN, Running
from .site import Site
from .streets import Steered
from .unknown_turns import protected_ms, unknown_turns

NO_FACTS = LeftTurnFacts()
SAME_M_S = 0.05


def own_turns(site: Site, rule: LeftTurn | None, peak_veh_h: Mapping[Turn, float] | None) -> tuple[OwnTurn, ...]:
    """Return the turns across of a junction, with what a pack's rule makes of them; None is a pack without it.

    What may be one, for the file does not tell what a lamp of it steers, keeps its protected time (`unknown_turns`).
    """
    pairs = site.pairs(faced(site.ways))
    found = []
    for group in sorted({a for a, _ in pairs}):
        opposing = frozenset(b for a, b in pairs if a == group)
        found.append(_judged(site, group, opposing, rule, peak_veh_h or {}))
    return (*found, *unknown_turns(site))


def _judged(
    site: Site, group: str, opposing: frozenset[str], rule: LeftTurn | None, peak_veh_h: Mapping[Turn, float]
) -> OwnTurn:
    told = site.orders.left_turns.get(group, NO_FACTS)
    lamp, others = site.lamp(group), [site.lamp(name) for name in opposing]
    alone_ms, yields = protected_ms(site.running, lamp, others), _yields(site.running, lamp, others)
    against, of_volumes, known = _questions(site, group, opposing, rule, peak_veh_h, told, yields)
    return OwnTurn(
        group=group,
        opposing=opposing,
        against=() if told.may_yield else against,
        of_volumes=() if told.may_yield else of_volumes,
        volumes_known=known,
        decided=bool(told.may_yield),
        today_ms=alone_ms,
        yields_today=yields,
    )


def _questions(
    site: Site,
    group: str,
    opposing: frozenset[str],
    rule: LeftTurn | None,
    peak_veh_h: Mapping[Turn, float],
    told: LeftTurnFacts,
    yields: bool,
) -> tuple[tuple[Sentence, ...], tuple[Sentence, ...], bool]:
    """Return what stands against yielding, what the volumes ask for, and whether volumes are known."""
    turning = [way for way in site.of_group(group) if way.direction == "l" and not way.walking]
    straight = [way for name in sorted(opposing) for way in site.of_group(name) if way.direction == "s"]
    product = _product(site, turning, straight, peak_veh_h)
    if told.may_yield is False:
        return (Sentence("junctions.toml says that it does not yield"),), (), product is not None
    if rule is None:
        return (), (Sentence("the rules pack does not say when it may yield, so it stays as it runs"),), True
    lanes = max(1, len({way.lane for way in straight if way.cars}))
    against = (*_layout(rule, turning, straight, lanes), *_seen(rule, straight, lanes, told, yields))
    return against, tuple(_volumes(rule, lanes, product)), product is not None


def _layout(rule: LeftTurn, turning: list[Steered], straight: list[Steered], lanes: int) -> Iterator[Sentence]:
    own = len({way.lane for way in turning if way.cars})
    if own > rule.most_turning_lanes:
        yield Sentence("it turns from {found} lanes, more than {most}", found=own, most=rule.most_turning_lanes)
    if lanes > rule.most_opposing_lanes:
        yield Sentence("it crosses {found} lanes, more than {most}", found=lanes, most=rule.most_opposing_lanes)
    speed = _fastest(straight)
    if speed <= 0:
        yield Sentence("how fast those drive who come the other way is not known")
    elif speed > rule.fastest_m_s + SAME_M_S:
        yield Sentence(
            "those who come the other way may drive {found:.0f} km/h, more than {most:.0f} km/h",
            found=3.6 * speed,
            most=3.6 * rule.fastest_m_s,
        )


def _seen(rule: LeftTurn, straight: list[Steered], lanes: int, told: LeftTurnFacts, yields: bool) -> Iterator[Sentence]:
    gap_s = rule.sight_gap_s + (lanes - 1) * rule.sight_gap_more_s
    needed_m = gap_s * _fastest(straight)
    if told.poor:
        yield Sentence("junctions.toml calls the sight poor")
    if told.sight_m is not None and told.sight_m < needed_m:
        yield Sentence("one sees {found:.0f} m, and needs {needed:.0f} m", found=told.sight_m, needed=needed_m)
    if told.sight_m is None and not (told.poor or told.enough or yields):
        yield Sentence("it never yields today, and nothing says how far one sees")


def _volumes(rule: LeftTurn, lanes: int, product: float | None) -> Iterator[Sentence]:
    bounds = rule.cross_products
    most = bounds[lanes - 1] if lanes <= len(bounds) else bounds[-1]
    if product is None:
        yield Sentence("how many turn, and how many come the other way, is not known")
    elif product > most:
        yield Sentence("the product of volumes is {found:.0f}, more than {most:.0f}", found=product, most=most)


def _fastest(ways: list[Steered]) -> float:
    return max((way.speed_m_s for way in ways if way.cars), default=0.0)


def _product(
    site: Site, turning: list[Steered], straight: list[Steered], peak_veh_h: Mapping[Turn, float]
) -> float | None:
    """Return turning x opposing veh/h: opposing are all of those approaches but who turn across or round."""
    approaches = {way.origin for way in straight}
    meeting = [way for way in site.ways if way.origin in approaches and not way.walking and way.direction not in "lt"]
    own, theirs = _total(turning, peak_veh_h), _total(meeting, peak_veh_h)
    return None if own is None or theirs is None else own * theirs


def _total(ways: Iterable[Steered], peak_veh_h: Mapping[Turn, float]) -> float | None:
    turns = {(way.origin, way.to_lane.rpartition("_")[0]) for way in ways if way.cars}
    return sum(peak_veh_h[turn] for turn in turns) if turns and turns <= peak_veh_h.keys() else None


def _yields(running: Running, lamp: int, others: list[int]) -> bool:
    """Whether a lamp is green at once with another today."""
    return any(s[lamp] in GREEN and any(s[other] in GREEN for other in others) for s in running.states)
