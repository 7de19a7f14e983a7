"""What the files tell of one junction: its running program, the ways that its lamps steer, and who conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ....networks.junction import Junction, Pair
from .conflicts import Lamps, conflicts_by_lines, conflicts_by_table, never_both_protected
from .orders import Orders
from .program import Running
from .streets import Steered
from .tables import RightOfWay


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the files tell of one junction; the groups are only names for sets of lamps."""

    junction: Junction
    running: Running
    ways: tuple[Steered, ...]
    tables: Mapping[str, RightOfWay]
    by_table: Lamps
    by_lines: Lamps
    unsteered: Lamps
    orders: Orders

    def pairs(self, lamps: Lamps) -> frozenset[Pair]:
        """Return the pairs of groups that hold pairs of lamps."""
        named = {lamp: group.id for group in self.junction.groups for lamp in group.links}
        pairs = ((named[a], named[b]) for a, b in lamps if a in named and b in named)
        return frozenset((a, b) for a, b in pairs if a != b)

    def protected(self) -> frozenset[Pair]:
        """Return the groups that show protected green together today, and never should."""
        return self.pairs(never_both_protected(self.ways, self.tables, _both_protected_today(self.running)))

    def of_group(self, group: str) -> tuple[Steered, ...]:
        """Return the ways that a group steers."""
        lamps = self.junction.by_group[group].links
        return tuple(way for way in self.ways if way.lamp in lamps)

    def lamp(self, group: str) -> int:
        """Return the first lamp of a group, for all of it show the same."""
        return self.junction.by_group[group].links[0]

    def walks(self, group: str) -> bool:
        """Whether a group steers those who walk, and nobody else."""
        ways = self.of_group(group)
        return bool(ways) and all(way.walking for way in ways)

    def drives(self, group: str) -> bool:
        """Whether a group steers vehicles."""
        return any(not way.walking for way in self.of_group(group))

    def on_road(self, group: str) -> bool:
        """Whether it steers vehicles that are not on rails."""
        return any(not (way.walking or way.rail) for way in self.of_group(group))

    def blind(self, group: str) -> bool:
        """Whether some lamp of a group steers nothing that the file tells."""
        steering = {way.lamp for way in self.ways}
        return any(lamp not in steering for lamp in self.junction.by_group[group].links)

    def served(self, group: str) -> bool:
        """Whether a group is green some time today."""
        return bool(self.running.starts(self.lamp(group), frozenset("Gg"))) or self.running.always(
            self.lamp(group), frozenset("Gg")
        )


def site_of(
    junction: Junction, running: Running, ways: tuple[Steered, ...], tables: dict[str, RightOfWay], orders: Orders
) -> Site:
    """Return a junction with its conflicts, each found on its own road."""
    by_table = conflicts_by_table(ways, tables)
    return Site(
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
    """Return each lamp that steers nothing known with every other lamp, both ways round, whatever it shows today."""
    everybody = range(running.size)
    pairs = {(lamp, other) for lamp in everybody if lamp not in steering for other in everybody if other != lamp}
    return frozenset(pairs | {(b, a) for a, b in pairs})


def _both_protected_today(running: Running) -> Lamps:
    """Return the lamps that show protected green together in some phase."""
    protected = [[lamp for lamp, letter in enumerate(state) if letter == "G"] for state in running.states]
    return frozenset((a, b) for lamps in protected for a in lamps for b in lamps if a != b)
