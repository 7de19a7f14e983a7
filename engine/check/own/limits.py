"""The check's own view of each junction: who conflicts, and every shortest time, from the files alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ....networks.files import read_xml
from ....networks.junction import Junction, Pair
from ....networks.network import Network
from ...rules.pack import Limits, Pack
from . import rules as own_rules
from .conflicts import Lamps, conflicts_by_lines, conflicts_by_table, never_both_protected
from .facing import turns_across
from .orders import NO_ORDERS, Orders
from .program import GREEN, Running, intergreen_ms, least_green_ms, running_programs, shown_together, yellow_ms
from .streets import Steered, read_streets
from .tables import RightOfWay


@dataclass(frozen=True, kw_only=True)
class OwnLimits:
    """One junction as the check sees it; the fields mean what those of `Junction` mean.

    `drawn` holds the foes that only the lines on the map show, and not the tables of right of way; `unsteered`, those
    of lamps of which the file does not say what they steer. `protected` are the foes that may never show protected
    green together, though the running program do so. `across` holds each group that turns across those who come the
    other way, with their group. `driven` and `walked` are the groups of vehicles, railways apart, and of those who walk.
    `keeps` is the program that has to stay, where the junction may not change.
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
    driven: frozenset[str] = frozenset()
    walked: frozenset[str] = frozenset()
    keeps: Running | None = None


@dataclass(frozen=True, kw_only=True)
class _Site:
    """What the files tell of one junction; the groups are only names for sets of lamps."""

    junction: Junction
    running: Running
    ways: tuple[Steered, ...]
    tables: Mapping[str, RightOfWay]
    by_table: Lamps
    by_lines: Lamps
    unsteered: Lamps
    orders: Orders

    def of_group(self, group: str) -> tuple[Steered, ...]:
        lamps = self.junction.by_group[group].links
        return tuple(way for way in self.ways if way.lamp in lamps)

    def lamp(self, group: str) -> int:
        return self.junction.by_group[group].links[0]

    def walks(self, group: str) -> bool:
        ways = self.of_group(group)
        return bool(ways) and all(way.walking for way in ways)

    def drives(self, group: str) -> bool:
        return any(not way.walking for way in self.of_group(group))

    def on_road(self, group: str) -> bool:
        """Whether it steers vehicles that are not on rails."""
        return any(not (way.walking or way.rail) for way in self.of_group(group))

    def served(self, group: str) -> bool:
        return bool(self.running.starts(self.lamp(group), frozenset("Gg"))) or self.running.always(
            self.lamp(group), frozenset("Gg")
        )


def own_limits(
    network: Network, additional: Sequence[Path], pack: Pack, orders: Mapping[str, Orders] | None = None
) -> tuple[OwnLimits, ...]:
    """Return the check's own view of each junction that a network has, from the files that the network came from.

    Of `network` only the path, and which lamps are called one group, are used. `orders` are those of the study's
    `junctions.toml` (`read_orders`). Raises InputError as its readers do.
    """
    root = read_xml(network.path, what="a network", root="net")
    others = [read_xml(path, what="an additional file", root=("additional", "add")) for path in additional]
    streets, programs = read_streets(root, network.path), running_programs((root, *others))
    asked = orders or {}

    def site(junction: Junction) -> _Site:
        steered, own = streets.steered.get(junction.id, ()), asked.get(junction.id, NO_ORDERS)
        return _site(junction, programs[junction.id], steered, streets.tables, own)

    return tuple(_limits(site(junction), pack) for junction in network.junctions)


def _site(
    junction: Junction, running: Running, ways: tuple[Steered, ...], tables: dict[str, RightOfWay], orders: Orders
) -> _Site:
    by_table = conflicts_by_table(ways, tables)
    return _Site(
        junction=junction,
        running=running,
        ways=ways,
        tables=tables,
        by_table=by_table,
        by_lines=conflicts_by_lines(ways, tables, by_table),
        unsteered=_of_unsteered(running, {way.lamp for way in ways}),
        orders=orders,
    )


def _of_unsteered(running: Running, steering: set[int]) -> Lamps:
    """Return each lamp that turns green and steers nothing known, with every other lamp, both ways round."""
    everybody = range(running.size)
    blind = [
        lamp for lamp in everybody if lamp not in steering and any(state[lamp] in GREEN for state in running.states)
    ]
    pairs = {(lamp, other) for lamp in blind for other in everybody if other != lamp}
    return frozenset(pairs | {(b, a) for a, b in pairs})


def _limits(site: _Site, pack: Pack) -> OwnLimits:
    groups = [group.id for group in site.junction.groups]
    known = _pairs(site, site.by_table | site.by_lines)
    foes = known | _pairs(site, site.unsteered)
    protected = _pairs(site, never_both_protected(site.ways, site.tables, _both_protected_today(site.running)))
    yellows = {group: _yellow_ms(site, group, pack) for group in groups}
    return OwnLimits(
        junction=site.junction.id,
        size=site.running.size,
        foes=foes,
        drawn=known - _pairs(site, site.by_table),
        unsteered=foes - known,
        protected=protected,
        across=_pairs(site, turns_across(site.ways)),
        driven=frozenset(group for group in groups if site.on_road(group)),
        walked=frozenset(group for group in groups if site.walks(group)),
        together=frozenset(
            (a, shown_a, b, shown_b)
            for a, b in foes
            for shown_a, shown_b in shown_together(site.running, site.lamp(a), site.lamp(b))
            if not ((a, b) in protected and shown_a == shown_b == "G")
        ),
        intergreen_s={pair: _intergreen_ms(site, pair, foes, yellows, pack) / 1000 for pair in sorted(foes)},
        yellow_s={group: ms / 1000 for group, ms in yellows.items()},
        min_green_s={group: _least_green_ms(site, group, pack) / 1000 for group in groups},
        pack=pack.name,
        limits=pack.limits,
        keeps=site.running if site.orders.fixed else None,
    )


def _both_protected_today(running: Running) -> Lamps:
    """Return the lamps that show protected green together in some phase."""
    protected = [[lamp for lamp, letter in enumerate(state) if letter == "G"] for state in running.states]
    return frozenset((a, b) for lamps in protected for a in lamps for b in lamps if a != b)


def _pairs(site: _Site, lamps: Lamps) -> frozenset[Pair]:
    named = {lamp: group.id for group in site.junction.groups for lamp in group.links}
    pairs = ((named[a], named[b]) for a, b in lamps if a in named and b in named)
    return frozenset((a, b) for a, b in pairs if a != b)


def _yellow_ms(site: _Site, group: str, pack: Pack) -> int:
    today = yellow_ms(site.running, site.lamp(group), road=site.on_road(group), walking=not site.drives(group))
    ways = site.of_group(group)
    if pack.yellow is None or not site.drives(group) or not site.served(group) or own_rules.limit_m_s(ways) <= 0:
        return today
    return max(today, own_rules.yellow_ms(pack.yellow, ways))


def _least_green_ms(site: _Site, group: str, pack: Pack) -> int:
    today = least_green_ms(site.running, site.lamp(group), walking=site.walks(group))
    ordered = site.orders.walk_ms if site.walks(group) else 0
    today = max(today, ordered, site.orders.least_green_ms.get(group, 0))
    if not site.served(group):
        return today
    if site.drives(group) and pack.green is not None:
        return max(today, round(1000 * pack.green.shortest_s))
    if site.walks(group) and pack.pedestrian is not None:
        return max(today, own_rules.walk_ms(pack.pedestrian, _crossing_m(site, group)))
    return today


def _crossing_m(site: _Site, group: str) -> float:
    drawn = max((way.length_m for way in site.of_group(group) if way.walking), default=0.0)
    return site.orders.crossing_m.get(group, drawn)


def _intergreen_ms(site: _Site, pair: Pair, foes: frozenset[Pair], yellows: dict[str, int], pack: Pack) -> int:
    a, b = pair
    rivals = [site.lamp(other) for first, other in sorted(foes) if first == a]
    others = [site.lamp(group.id) for group in site.junction.groups if group.id != a]
    today = intergreen_ms(
        site.running, site.lamp(a), site.lamp(b), rivals, others, walking=site.walks(a), road=site.on_road(a)
    )
    clearing, entering = site.of_group(a), site.of_group(b)
    if not (site.served(a) and site.served(b)):
        return today
    if site.walks(a):
        asked = own_rules.walk_clearance_ms(pack.pedestrian, _crossing_m(site, a)) if pack.pedestrian else 0
    elif pack.clearance is not None and _have_lines(clearing) and _have_lines(entering):
        lines = [way for way in clearing if len(way.line_m) > 1], [way for way in entering if len(way.line_m) > 1]
        asked = own_rules.intergreen_ms(pack.clearance, *lines, yellows[a])
    else:
        asked = 0
    return max(today, asked)


def _have_lines(ways: tuple[Steered, ...]) -> bool:
    return any(len(way.line_m) > 1 for way in ways)
