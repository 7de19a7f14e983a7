"""The check's own view of each junction: who conflicts, and every shortest time, from the files alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ....networks.errors import InputError
from ....networks.files import read_xml
from ....networks.junction import Junction, Pair
from ....networks.network import Network
from ...rules.pack import Limits, Pack
from . import rules as own_rules
from .conflicts import Lamps, conflicts_by_lines, conflicts_by_table
from .loaded import running_programs
from .orders import NO_ORDERS, Orders
from .program import Running, intergreen_ms, least_green_ms, shown_together, yellow_ms
from .streets import RightOfWay, Steered, read_streets


@dataclass(frozen=True, kw_only=True)
class OwnLimits:
    """One junction as the check sees it; the fields mean what those of `Junction` mean.

    `drawn` holds the foes that only the lines on the map show, and not the tables of right of way. `keeps` is the
    program that has to stay, where the junction may not change.
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
    keeps: Running | None = None


@dataclass(frozen=True, kw_only=True)
class _Site:
    """What the files tell of one junction; the groups are only names for sets of lamps."""

    junction: Junction
    running: Running
    ways: tuple[Steered, ...]
    by_table: Lamps
    by_lines: Lamps
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
    others = [read_xml(path, what="an additional file") for path in additional]
    streets, programs = read_streets(root, network.path), running_programs((root, *others))
    asked = orders or {}
    for junction in network.junctions:
        if junction.id not in programs:
            raise InputError(
                where=f"{network.path}, tlLogic {junction.id}",
                found="a running program that the check, reading it by itself, finds no fixed times in",
                rule="both readings of a program agree",
                fix="give the signal a static program, and report this: one of the two readings is wrong",
            )

    def site(junction: Junction) -> _Site:
        steered, own = streets.steered.get(junction.id, ()), asked.get(junction.id, NO_ORDERS)
        return _site(junction, programs[junction.id], steered, streets.tables, own)

    return tuple(_limits(site(junction), pack) for junction in network.junctions)


def _site(
    junction: Junction, running: Running, ways: tuple[Steered, ...], tables: dict[str, RightOfWay], orders: Orders
) -> _Site:
    by_table = conflicts_by_table(ways, tables)
    by_lines = conflicts_by_lines(ways, by_table)
    return _Site(junction=junction, running=running, ways=ways, by_table=by_table, by_lines=by_lines, orders=orders)


def _limits(site: _Site, pack: Pack) -> OwnLimits:
    groups = [group.id for group in site.junction.groups]
    foes = _pairs(site, site.by_table | site.by_lines)
    yellows = {group: _yellow_ms(site, group, pack) for group in groups}
    return OwnLimits(
        junction=site.junction.id,
        size=site.running.size,
        foes=foes,
        drawn=foes - _pairs(site, site.by_table),
        together=frozenset(
            (a, shown_a, b, shown_b)
            for a, b in foes
            for shown_a, shown_b in shown_together(site.running, site.lamp(a), site.lamp(b))
        ),
        intergreen_s={pair: _intergreen_ms(site, pair, foes, yellows, pack) / 1000 for pair in sorted(foes)},
        yellow_s={group: ms / 1000 for group, ms in yellows.items()},
        min_green_s={group: _least_green_ms(site, group, pack) / 1000 for group in groups},
        pack=pack.name,
        limits=pack.limits,
        keeps=site.running if site.orders.fixed else None,
    )


def _pairs(site: _Site, lamps: Lamps) -> frozenset[Pair]:
    named = {lamp: group.id for group in site.junction.groups for lamp in group.links}
    pairs = ((named[a], named[b]) for a, b in lamps if a in named and b in named)
    return frozenset((a, b) for a, b in pairs if a != b)


def _yellow_ms(site: _Site, group: str, pack: Pack) -> int:
    today = yellow_ms(site.running, site.lamp(group), walking=not site.drives(group))
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
    today = intergreen_ms(site.running, site.lamp(a), site.lamp(b), rivals, others, walking=site.walks(a))
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
