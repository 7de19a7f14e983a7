"""Which ways may not be driven or walked at once: by the tables of right of way, and by the lines on the map.

The two are worked out apart. What one of them does not know the other has to answer the more strictly for; of what
neither knows, a way conflicts with every other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import numpy as np

from .streets import Steered
from .tables import RightOfWay

Lamps = frozenset[tuple[int, int]]  # pairs of lamps, both ways round
TOUCH_M = 0.1  # lines that come so near run over each other
SIDE_M = 0.05  # lanes side by side are as far apart as their widths ask


def conflicts_by_table(ways: Iterable[Steered], tables: Mapping[str, RightOfWay]) -> Lamps:
    """Return the lamps of which a way meets, or yields to, a way of the other: what the file itself says."""
    return _lamps((a, b) for a, b in combinations(ways, 2) if told(a, b, tables))


def conflicts_by_lines(ways: Iterable[Steered], tables: Mapping[str, RightOfWay], known: Lamps = frozenset()) -> Lamps:
    """Return the lamps of which two ways end in one lane, or have lines that cross; more where the table is silent.

    Those known are left out.
    """
    pairs = ((a, b) for a, b in combinations(ways, 2) if (a.lamp, b.lamp) not in known)
    return _lamps((a, b) for a, b in pairs if drawn(a, b, told(a, b, tables)))


def never_both_protected(ways: Iterable[Steered], tables: Mapping[str, RightOfWay], shown: Lamps) -> Lamps:
    """Return which of these lamps may never show protected green together, whatever a program does today.

    Streams from different approaches whose lines cross or end in one lane; those that only the table keeps apart, side
    by side onto lanes of their own, may. So may two railways, for their own signals say who is on a track, and the two
    directions of a lane that the map gives to both: no signal keeps those apart.
    """
    pairs = ((a, b) for a, b in combinations(ways, 2) if (a.lamp, b.lamp) in shown)
    return _lamps((a, b) for a, b in pairs if _never_both(a, b, tables))


def _never_both(a: Steered, b: Steered, tables: Mapping[str, RightOfWay]) -> bool:
    if a.origin == b.origin or (a.rail and b.rail) or (a.against == b.origin and b.against == a.origin):
        return False
    by_table = told(a, b, tables)
    unsure = by_table is not False and (a.drawn or b.drawn)
    return drawn(a, b, by_table) or bool(by_table and unsure)


def _lamps(pairs: Iterable[tuple[Steered, Steered]]) -> Lamps:
    found = [(a.lamp, b.lamp) for a, b in pairs if a.lamp != b.lamp]
    return frozenset(found) | frozenset((b, a) for a, b in found)


def told(a: Steered, b: Steered, tables: Mapping[str, RightOfWay]) -> bool | None:
    """Return whether the tables say that two ways conflict; None where a row of theirs is not in the file."""
    if a.node and b.node and a.node != b.node:
        return False
    table = tables.get(a.node)
    if table is None or not (a.rows and b.rows):
        return None
    pairs = [(i, j) for i in a.rows for j in b.rows if max(i, j) < len(table.known)]
    if any(table.meets[i, j] or table.meets[j, i] or table.yields[i, j] or table.yields[j, i] for i, j in pairs):
        return True
    return False if pairs and all(table.known[i] and table.known[j] for i, j in pairs) else None


def drawn(a: Steered, b: Steered, by_table: bool | None) -> bool:
    """Return whether the lines of two ways say that they conflict.

    Ways from one lane part without a conflict, and those who walk pass each other. Ways from one approach are compared
    only where the table is silent. Where it is, or where the file has lost a line, so are ways that come nearer than
    their lanes are wide, or leave by one street. A way of which the file has lost both row and line may be anywhere.
    """
    if (a.walking and b.walking) or (not a.walking and a.lane == b.lane):
        return False
    if a.origin == b.origin:
        return by_table is None and (_merge(a, b) or _meet(a, b))
    if min(len(a.line_m), len(b.line_m)) < 2 or _lost(a, by_table) or _lost(b, by_table):
        return True
    if _merge(a, b) or _meet(a, b):
        return True
    if by_table is None or a.damaged or b.damaged:
        return _one_street(a, b) or _near(a.line_m, b.line_m, (a.width_m + b.width_m) / 2 - SIDE_M)
    return False


def _lost(way: Steered, by_table: bool | None) -> bool:
    return by_table is None and way.damaged and not way.rows


def _merge(a: Steered, b: Steered) -> bool:
    return not (a.walking or b.walking) and a.to_lane == b.to_lane


def _one_street(a: Steered, b: Steered) -> bool:
    return not (a.walking or b.walking) and a.to_lane.rpartition("_")[0] == b.to_lane.rpartition("_")[0]


def _meet(a: Steered, b: Steered) -> bool:
    """Whether lines cross, or one lies on the other."""
    if min(len(a.line_m), len(b.line_m)) < 2:
        return True
    return bool(crossings(a.line_m, b.line_m).size) or _near(a.line_m, b.line_m, TOUCH_M)


def _near(one: np.ndarray, other: np.ndarray, within_m: float) -> bool:
    """Whether two lines that do not cross come so near to each other."""
    if _apart(one, other, within_m):
        return False
    return min(_corners_to_stretches_m(one, other), _corners_to_stretches_m(other, one)) < within_m


def _corners_to_stretches_m(corners: np.ndarray, line: np.ndarray) -> float:
    p, q, u = (corners @ [1, 1j])[:, None], (line[:-1] @ [1, 1j])[None, :], np.diff(line @ [1, 1j])[None, :]
    along = np.real(np.conj(u) * (p - q)) / np.maximum(np.abs(u) ** 2, 1e-12)
    return float(np.abs(p - q - np.clip(along, 0, 1) * u).min())


def crossings(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the distances along both lines to each point where they cross, shape (K, 2). [m]

    For corners p of one line and q of the other, p + t u = q + s w is solved for all pairs of stretches at once, as
    complex numbers: t = Im(conj(w) (q - p)) / Im(conj(w) u), and s likewise with u.
    """
    if min(len(one), len(other)) < 2 or _apart(one, other):
        return np.empty((0, 2))
    p, q = one @ [1, 1j], other @ [1, 1j]
    u, w = np.diff(p)[:, None], np.diff(q)[None, :]
    between = q[None, :-1] - p[:-1, None]
    across = np.imag(np.conj(w) * u)
    with np.errstate(divide="ignore", invalid="ignore"):
        t, s = np.imag(np.conj(w) * between) / across, np.imag(np.conj(u) * between) / across
    hit = (np.abs(across) >= 1e-9) & (t >= 0) & (t <= 1) & (s >= 0) & (s <= 1)
    stretch, other_stretch = np.nonzero(hit)
    return np.column_stack(
        (
            distances(one)[stretch] + t[hit] * np.abs(u[stretch, 0]),
            distances(other)[other_stretch] + s[hit] * np.abs(w[0, other_stretch]),
        )
    )


def _apart(one: np.ndarray, other: np.ndarray, by_m: float = 0.0) -> bool:
    """Whether the rectangles around two lines are apart, or by more than some metres."""
    gaps = np.maximum(one.min(axis=0) - other.max(axis=0), other.min(axis=0) - one.max(axis=0))
    return bool((gaps > by_m).any())


def distances(line: np.ndarray) -> np.ndarray:
    """Return the distance along a line to each of its corners, shape (N,). [m]"""
    return np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
