"""Which lamps of a signal may not be green at once: by the tables of right of way, else by the lines on the map.

Where neither says that two ways are apart, they conflict: what is not known is never safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from .lines import along_each_other, distance_m, lines_cross
from .links import Link
from .tables import Table

# Where the table does not say, ways from different approaches conflict that come as near as this. Of 11,471 pairs of
# crossing ways in the tables of 75 networks none is farther apart than 3.9 m, and of lanes side by side 3.2 m is usual.
NEAR_M = 6.0
SAME_APPROACH_NEAR_M = 2.0  # for ways from different lanes of one approach: none of 115 is farther apart than 1.3 m
SIDE_BY_SIDE_M = 2.0
ONE_STRIP_M = 0.5

Lamps = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Conflicts:
    """The pairs of lamps that conflict, both ways round, and how that is known.

    `guessed` are those that the tables do not tell. `harmless` are those that a running program may show protected
    green together and not be unsafe: ways from one approach, as within one signal group; ways that are drawn apart,
    side by side onto lanes of their own, or beside a crossing; and `strips`. These lie on one strip of road from end to
    end, in opposite directions, before the junction as behind it: as the map is drawn vehicles would meet there
    whatever a signal shows, so that none can keep them apart.
    """

    lamps: frozenset[Lamps]
    guessed: frozenset[Lamps]
    harmless: frozenset[Lamps]
    strips: frozenset[Lamps]


def conflicts_of(links: Sequence[Link], tables: Mapping[str, Table]) -> Conflicts:
    """Return the conflicts of one signal's links."""
    doubted = _doubted(links, tables)
    found: set[Lamps] = set()
    guessed: set[Lamps] = set()
    strips: set[Lamps] = set()
    harmful: set[Lamps] = set()
    harmless: set[Lamps] = set()
    for a, b in combinations(links, 2):
        pair = {(a.lamp, b.lamp), (b.lamp, a.lamp)}
        told = _told(a, b, tables, doubted)
        if a.lamp == b.lamp or not (_near(a, b) if told is None else told):
            continue
        found |= pair
        guessed |= pair if told is None else set()
        strip = _on_one_strip(a, b)
        strips |= pair if strip else set()
        (harmless if strip or _side_by_side(a, b) else harmful).update(pair)
    return Conflicts(
        lamps=frozenset(found),
        guessed=frozenset(guessed),
        harmless=frozenset(harmless - harmful),
        strips=frozenset(strips - harmful),
    )


def _told(a: Link, b: Link, tables: Mapping[str, Table], doubted: frozenset[str]) -> bool | None:
    """Return what the tables say of two ways; None where they do not. Ways over different nodes never meet."""
    if a.node and b.node and a.node != b.node:
        return False if _known(a) and _known(b) else None
    if a.request is None or b.request is None or a.node in doubted:
        return None
    return tables[a.node].meets(a.request, b.request)


def _known(link: Link) -> bool:
    return link.request is not None or bool(link.line)


def _doubted(links: Iterable[Link], tables: Mapping[str, Table]) -> frozenset[str]:
    """Return the nodes whose table names no conflict, and lacks rows, or the map shows one, or shows nothing."""
    silent = [link for link in links if link.node in tables and tables[link.node].silent]
    broken = {link.node for link in silent if not tables[link.node].whole}
    plain = {a.node for a, b in combinations(silent, 2) if a.node == b.node and _plainly_meet(a, b)}
    return frozenset(broken | plain)


def _plainly_meet(a: Link, b: Link) -> bool:
    """Whether two ways from different approaches lead to one exit, over a crossing, or over each other's line."""
    if (a.crossing and b.crossing) or a.from_edge == b.from_edge:
        return False
    if a.crossing or b.crossing:
        return _over_crossing(a, b) or not (a.line and b.line) or lines_cross(a.line, b.line)
    return a.to_edge == b.to_edge or not (a.line and b.line) or lines_cross(a.line, b.line)


def _over_crossing(a: Link, b: Link) -> bool:
    walk, drive = (a, b) if a.crossing else (b, a)
    return not walk.crossed or drive.from_edge in walk.crossed or drive.to_edge in walk.crossed


def _near(a: Link, b: Link) -> bool:
    """Whether two ways of which the tables say nothing may meet: unless the map shows them well apart, they do."""
    if a.crossing and b.crossing:
        return False
    if not a.line or not b.line:
        return True
    if a.crossing or b.crossing:
        return _over_crossing(a, b) or not (a.drawn and b.drawn) or distance_m(a.line, b.line) <= NEAR_M
    if a.from_edge == b.from_edge:
        one_lane = a.from_lane == b.from_lane
        return not one_lane and (a.to_lane == b.to_lane or distance_m(a.line, b.line) < SAME_APPROACH_NEAR_M)
    if a.node != b.node:
        return distance_m(a.line, b.line) <= NEAR_M
    bent = any(not link.drawn and link.direction != "s" for link in (a, b))  # its true line is not known
    return a.to_edge == b.to_edge or bent or distance_m(a.line, b.line) <= NEAR_M


def _side_by_side(a: Link, b: Link) -> bool:
    """Whether two ways come from one approach, or are drawn apart: onto lanes of their own, or beside a crossing."""
    if not (_known(a) and _known(b)):
        return False
    if not (a.crossing or b.crossing) and a.from_edge == b.from_edge:
        return True
    on_one = _over_crossing(a, b) if a.crossing or b.crossing else a.to_lane == b.to_lane
    return a.drawn and b.drawn and not on_one and distance_m(a.line, b.line) >= SIDE_BY_SIDE_M


def _on_one_strip(a: Link, b: Link) -> bool:
    if a.crossing or b.crossing or not (a.drawn and b.drawn) or a.from_edge == b.from_edge:
        return False
    return along_each_other(a.line, b.line, ONE_STRIP_M)
