"""What the slow twin sees of a network file with its own eyes: the ways that lamps steer, and which of them cross.

From the file alone, by the standard library's reader of XML: neither the planner's reader nor the check's has a part
in it. A way is the line of its inner lanes or, where the file has none, one drawn from lane to lane. Ways cross if
their lines do, or if both end in one lane.
"""

from __future__ import annotations

import gzip
import math
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

Point = tuple[float, float]
RAILWAYS = frozenset(("tram", "rail", "rail_urban", "rail_electric", "rail_fast", "subway", "cable_car"))
ON_FOOT = ("crossing", "walkingarea")
MOST_HOPS = 20
STEPS = 8
LEFT_DEG = 30.0


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way that a lamp steers: from where to where, on foot or not, and its line. [m]"""

    lamp: int
    start: str  # the lane, or for those who walk the crossing
    end: str
    line: tuple[Point, ...]
    walks: bool
    rails: bool
    turned_deg: float  # to the left positive
    heading: Point  # as it comes in
    against: str  # the edge that leads back beside the one it comes from; of a two-way lane the other direction's


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A signal's ways, the pairs of lamps whose ways cross, and for turns the lamps of those who come towards them."""

    ways: tuple[Way, ...]
    crossing: frozenset[tuple[int, int]]  # each once, the lower lamp first
    towards: frozenset[tuple[int, int]]  # (a turn that gives way, who comes the other way)

    def steers(self, lamp: int) -> tuple[Way, ...]:
        """Return the ways that a lamp steers."""
        return tuple(way for way in self.ways if way.lamp == lamp)


def seen_in(path: Path) -> dict[str, Seen]:
    """Return what is seen of each signal of a network file."""
    data = path.read_bytes()
    root = ElementTree.fromstring(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    lefthand = (root.get("lefthand") or "").lower() in ("true", "1", "yes", "x", "t", "on")
    ways: dict[str, list[Way]] = defaultdict(list)
    for signal, way in _ways(root):
        ways[signal].append(way)
    return {signal: _seen(tuple(of_signal), lefthand=lefthand) for signal, of_signal in ways.items()}


def _seen(ways: tuple[Way, ...], *, lefthand: bool) -> Seen:
    pairs = [(a, b) for a, b in combinations(ways, 2) if a.lamp != b.lamp and crosses(a, b)]
    towards = [(x.lamp, y.lamp) for a, b in pairs for x, y in ((a, b), (b, a)) if _gives_way(x, y, lefthand=lefthand)]
    return Seen(
        ways=ways,
        crossing=frozenset((min(a.lamp, b.lamp), max(a.lamp, b.lamp)) for a, b in pairs),
        towards=frozenset(towards),
    )


def _gives_way(turn: Way, other: Way, *, lefthand: bool) -> bool:
    """Whether one turns across the other, who comes towards it and goes straight on."""
    if turn.walks or other.walks or (turn.rails and other.rails):
        return False
    across = -turn.turned_deg if lefthand else turn.turned_deg
    facing = turn.heading[0] * other.heading[0] + turn.heading[1] * other.heading[1] < -math.cos(math.radians(30))
    return across > LEFT_DEG and abs(other.turned_deg) < LEFT_DEG and facing


def _ways(root: ElementTree.Element) -> Iterator[tuple[str, Way]]:
    lanes, kinds, allowed, backs = _lanes(root)
    after = {}
    for link in root.findall("connection"):
        if link.get("from", "").startswith(":"):
            after[f"{link.get('from')}_{link.get('fromLane')}"] = link
    for link in root.findall("connection"):
        signal = link.get("tl")
        if signal is None:
            continue
        way = _way(link, lanes, kinds, allowed, backs, after)
        for name in ("linkIndex", "linkIndex2"):
            if link.get(name) is not None:
                yield signal, replace(way, lamp=int(str(link.get(name))))


def _lanes(
    root: ElementTree.Element,
) -> tuple[dict[str, list[Point]], dict[str, str], dict[str, frozenset[str]], dict[str, str]]:
    """Return lines and permissions by lane, kinds by edge, and the other direction of a two-way lane by edge."""
    lines, kinds, allowed, backs = {}, {}, {}, {}
    for edge in root.findall("edge"):
        kinds[str(edge.get("id"))] = edge.get("function", "")
        if edge.get("bidi"):
            backs[str(edge.get("id"))] = str(edge.get("bidi"))
        for lane in edge.findall("lane"):
            lines[str(lane.get("id"))] = _points(lane.get("shape"))
            allowed[str(lane.get("id"))] = frozenset((lane.get("allow") or "all").split())
    return lines, kinds, allowed, backs


def _points(text: str | None) -> list[Point]:
    return [(float(corner.split(",")[0]), float(corner.split(",")[1])) for corner in (text or "").split()]


def _way(
    link: ElementTree.Element,
    lanes: dict[str, list[Point]],
    kinds: dict[str, str],
    allowed: dict[str, frozenset[str]],
    backs: dict[str, str],
    after: dict[str, ElementTree.Element],
) -> Way:
    """Return what a connection leads to and how; its lamp is not told here."""
    start, end = f"{link.get('from')}_{link.get('fromLane')}", f"{link.get('to')}_{link.get('toLane')}"
    crossing = next((e for e in (str(link.get("to")), str(link.get("from"))) if kinds.get(e) == "crossing"), None)
    walks = kinds.get(str(link.get("from"))) in ON_FOOT or crossing is not None
    line = lanes.get(f"{crossing}_0", []) if walks else _driven(link, start, end, lanes, after)
    before = lanes.get(start, [])
    return Way(
        lamp=-1,
        start=crossing or start if walks else start,
        end=end,
        line=tuple(line),
        walks=walks,
        rails=allowed.get(start, frozenset(("all",))) <= RAILWAYS,
        turned_deg=_turned_deg(before, lanes.get(end, [])),
        heading=_direction(before[-2], before[-1]) if len(before) > 1 else (0.0, 0.0),
        against=backs.get(str(link.get("from")), ""),
    )


def _driven(
    link: ElementTree.Element,
    start: str,
    end: str,
    lanes: dict[str, list[Point]],
    after: dict[str, ElementTree.Element],
) -> list[Point]:
    """Return the line of the inner lanes one after the other; drawn where one of them is not there."""
    line: list[Point] = []
    lane = link.get("via")
    for _ in range(MOST_HOPS):
        if lane is None or len(lanes.get(lane, ())) < 2:
            break
        line += lanes[lane]
        onward = after.get(lane)
        if onward is None or not str(onward.get("via") or onward.get("to")).startswith(":"):
            return line
        lane = onward.get("via") or f"{onward.get('to')}_{onward.get('toLane')}"
    return _drawn(lanes.get(start, []), lanes.get(end, []))


def _drawn(before: list[Point], behind: list[Point]) -> list[Point]:
    """Return a bow from the end of one lane to the start of another, bent at where their directions meet."""
    if len(before) < 2 or len(behind) < 2:
        return []
    (x0, y0), (x1, y1) = before[-1], behind[0]
    (ux, uy), (wx, wy) = _direction(before[-2], before[-1]), _direction(behind[0], behind[1])
    cross = ux * wy - uy * wx
    along = ((x1 - x0) * wy - (y1 - y0) * wx) / cross if abs(cross) > 0.2 else -1.0
    if along <= 0:
        return [(x0, y0), (x1, y1)]
    bend = x0 + along * ux, y0 + along * uy
    bow = []
    for k in range(STEPS + 1):
        t = k / STEPS
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        bow.append((a * x0 + b * bend[0] + c * x1, a * y0 + b * bend[1] + c * y1))
    return bow


def _direction(start: Point, end: Point) -> Point:
    length = math.dist(start, end) or 1.0
    return (end[0] - start[0]) / length, (end[1] - start[1]) / length


def _turned_deg(before: list[Point], behind: list[Point]) -> float:
    if len(before) < 2 or len(behind) < 2:
        return 0.0
    u, w = _direction(before[-2], before[-1]), _direction(behind[0], behind[1])
    return math.degrees(math.atan2(u[0] * w[1] - u[1] * w[0], u[0] * w[0] + u[1] * w[1]))


def crosses(a: Way, b: Way) -> bool:
    """Whether two ways cross or end in one lane.

    Those who walk pass each other. Ways from one approach are its own matter, whatever the lamps show: they start side
    by side. So are two railways, whose own signals say who is on a track, and the two directions of one lane.
    """
    if (a.walks and b.walks) or (a.rails and b.rails):
        return False
    from_a, from_b = a.start.rpartition("_")[0], b.start.rpartition("_")[0]
    if not (a.walks or b.walks) and (from_a == from_b or (a.against == from_b and b.against == from_a)):
        return False
    if not (a.walks or b.walks) and a.end == b.end:
        return True
    return any(
        _cut(p, q, r, s)
        for p, q in zip(a.line, a.line[1:], strict=False)
        for r, s in zip(b.line, b.line[1:], strict=False)
    )


def _cut(p: Point, q: Point, r: Point, s: Point) -> bool:
    """Whether two stretches cut through each other, each with its ends on either side of the other."""
    return _side(p, q, r) * _side(p, q, s) < 0 and _side(r, s, p) * _side(r, s, q) < 0


def _side(p: Point, q: Point, of: Point) -> float:
    return (q[0] - p[0]) * (of[1] - p[1]) - (q[1] - p[1]) * (of[0] - p[0])
