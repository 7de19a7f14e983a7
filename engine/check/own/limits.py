"""The check's own view of each junction: who conflicts, and every shortest time, from the files alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ....networks.errors import InputError
from ....networks.files import read_xml
from ....networks.junction import Junction, Pair
from ....networks.network import Network
from ....networks.types import Turn
from ...rules.pack import Limits, Pack
from ..turn_across import OwnTurn
from . import rules as own_rules
from .facing import turns_across
from .left_turns import own_turns
from .loaded import running_programs
from .orders import NO_ORDERS, Orders
from .program import Running, intergreen_ms, least_green_ms, least_wait_ms, shown_together, yellow_ms
from .site import Site, site_of
from .streets import Steered, read_streets


@dataclass(frozen=True, kw_only=True)
class OwnLimits:
    """One junction as the check sees it; the fields mean what those of `Junction` mean.

    `drawn` holds the foes that only the lines on the map show, and not the tables of right of way; `unsteered`, those
    of lamps of which the file does not say what they steer. `protected` are the foes that may never show protected
    green together, though the running program do so. `across` holds each group that turns across those who come the
    other way, with their group. `unmeasured` says that the pack asks for clearances by distance, and the file has no
    lines within the node to take them from. `driven` and `walked` are the groups of vehicles, railways apart, and of
    those who walk; one with a lamp of which nobody knows what it steers may be either. `left_turns` are the turns
    across, with what the pack asks of them. `keeps` is the program that has to stay, where the junction may not change.
    """

    junction: str
    size: int
    foes: frozenset[Pair]
    drawn: frozenset[Pair]
    together: frozenset[tuple[str, str, str, str]]
    intergreen_s: dict[Pair, float]
    yellow_s: dict[str, float]
    min_green_s: dict[str, float]
    pack: str
    limits: Limits
    unsteered: frozenset[Pair] = frozenset()
    protected: frozenset[Pair] = frozenset()
    across: frozenset[Pair] = frozenset()
    unmeasured: bool = False
    driven: frozenset[str] = frozenset()
    walked: frozenset[str] = frozenset()
    left_turns: tuple[OwnTurn, ...] = ()
    keeps: Running | None = None


def own_limits(
    network: Network,
    additional: Sequence[Path],
    pack: Pack,
    orders: Mapping[str, Orders] | None = None,
    peak_veh_h: Mapping[Turn, float] | None = None,
) -> tuple[OwnLimits, ...]:
    """Return the check's own view of each junction that a network has, from the files that the network came from.

    Of `network` only the path, and which lamps are called one group, are used. `orders` are those of the study's
    `junctions.toml` (`read_orders`), `peak_veh_h` is each turn's flow in the busiest hour, where it is known. Raises
    InputError as its readers do.
    """
    root = read_xml(network.path, what="a network", root="net")
    others = [read_xml(path, what="an additional file") for path in additional]
    return limits_of(root, others, network, pack, orders or {}, peak_veh_h)


def limits_of(
    root: etree._Element,
    others: Sequence[etree._Element],
    network: Network,
    pack: Pack,
    orders: Mapping[str, Orders],
    peak_veh_h: Mapping[Turn, float] | None = None,
) -> tuple[OwnLimits, ...]:
    """Return the same of files that have been read: the network's and the additional ones'."""
    streets, programs = read_streets(root, network.path), running_programs((root, *others))
    for junction in network.junctions:
        if junction.id not in programs:
            raise InputError(
                where=f"{network.path}, tlLogic {junction.id}",
                found="a running program that the check, reading it by itself, finds no fixed times in",
                rule="both readings of a program agree",
                fix="give the signal a static program, and report this: one of the two readings is wrong",
            )

    def site(junction: Junction) -> Site:
        steered, own = streets.steered.get(junction.id, ()), orders.get(junction.id, NO_ORDERS)
        return site_of(junction, programs[junction.id], steered, streets.tables, own)

    return tuple(_limits(site(junction), pack, peak_veh_h) for junction in network.junctions)


def _limits(site: Site, pack: Pack, peak_veh_h: Mapping[Turn, float] | None) -> OwnLimits:
    groups = [group.id for group in site.junction.groups]
    known = site.pairs(site.by_table | site.by_lines)
    foes = known | site.pairs(site.unsteered)
    protected = site.protected()
    yellows = {group: _yellow_ms(site, group, pack) for group in groups}
    return OwnLimits(
        junction=site.junction.id,
        size=site.running.size,
        foes=foes,
        drawn=known - site.pairs(site.by_table),
        unsteered=foes - known,
        protected=protected,
        across=site.pairs(turns_across(site.ways)),
        unmeasured=pack.clearance is not None and any(way.drawn and not way.damaged for way in site.ways),
        driven=frozenset(group for group in groups if site.on_road(group) or site.blind(group)),
        walked=frozenset(group for group in groups if site.walks(group) or site.blind(group)),
        together=frozenset(
            (a, shown_a, b, shown_b)
            for a, b in foes
            for shown_a, shown_b in shown_together(site.running, site.lamp(a), site.lamp(b))
            if not ((a, b) in protected and shown_a == shown_b == "G")
        ),
        intergreen_s={pair: _intergreen_ms(site, pair, known, yellows, pack) / 1000 for pair in sorted(foes)},
        yellow_s={group: ms / 1000 for group, ms in yellows.items()},
        min_green_s={group: _least_green_ms(site, group, pack) / 1000 for group in groups},
        pack=pack.name,
        limits=pack.limits,
        left_turns=own_turns(site, pack.left_turn, peak_veh_h),
        keeps=site.running if site.orders.fixed else None,
    )


def _yellow_ms(site: Site, group: str, pack: Pack) -> int:
    today = yellow_ms(site.running, site.lamp(group), road=site.on_road(group), walking=site.walks(group))
    ways = site.of_group(group)
    if pack.yellow is None or not site.drives(group) or not site.served(group) or own_rules.limit_m_s(ways) <= 0:
        return today
    return max(today, own_rules.yellow_ms(pack.yellow, ways))


def _least_green_ms(site: Site, group: str, pack: Pack) -> int:
    today = least_green_ms(site.running, site.lamp(group), walking=not site.drives(group))
    ordered = site.orders.walk_ms if site.walks(group) else 0
    today = max(today, ordered, site.orders.least_green_ms.get(group, 0))
    if not site.served(group):
        return today
    if site.drives(group) and pack.green is not None:
        return max(today, round(1000 * pack.green.shortest_s))
    if site.walks(group) and pack.pedestrian is not None:
        return max(today, own_rules.walk_ms(pack.pedestrian, _crossing_m(site, group)))
    return today


def _crossing_m(site: Site, group: str) -> float:
    drawn = max((way.length_m for way in site.of_group(group) if way.walking), default=0.0)
    return site.orders.crossing_m.get(group, drawn)


def _intergreen_ms(site: Site, pair: Pair, known: frozenset[Pair], yellows: dict[str, int], pack: Pack) -> int:
    a, b = pair
    today = _today_ms(site, a, b, known)
    clearing, entering = site.of_group(a), site.of_group(b)
    if not (site.served(a) and site.served(b)):
        return today
    if site.walks(a):
        asked = own_rules.walk_clearance_ms(pack.pedestrian, _crossing_m(site, a)) if pack.pedestrian else 0
    elif pack.clearance is not None and _have_lines(clearing) and _have_lines(entering):
        lines = [way for way in clearing if _has_line(way)], [way for way in entering if _has_line(way)]
        asked = own_rules.intergreen_ms(pack.clearance, *lines, yellows[a])
    else:
        asked = 0
    return max(today, asked)


def _today_ms(site: Site, a: str, b: str, known: frozenset[Pair]) -> int:
    """Return the intergreen that the running program teaches.

    Where nobody knows what the lamps of a are for, it is their own time until b, whatever else comes between.
    """
    others = [site.lamp(group.id) for group in site.junction.groups if group.id != a]
    rivals = [site.lamp(other) for first, other in sorted(known) if first == a]
    if site.blind(a):
        return least_wait_ms(site.running, site.lamp(a), site.lamp(b), others)
    return intergreen_ms(
        site.running, site.lamp(a), site.lamp(b), rivals, others, walking=site.walks(a), road=site.on_road(a)
    )


def _have_lines(ways: tuple[Steered, ...]) -> bool:
    """Whether the file tells a line that distances can be taken from, or has lost one that it should tell."""
    return any(_has_line(way) for way in ways)


def _has_line(way: Steered) -> bool:
    return len(way.line_m) > 1 and (way.damaged or not way.drawn)
