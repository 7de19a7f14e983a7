"""Which ways may not be driven or walked at once: by the tables of right of way, and by the lines on the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import numpy as np

from .streets import RightOfWay, Steered

Lamps = frozenset[tuple[int, int]]  # pairs of lamps, both ways round


def conflicts_by_table(ways: Iterable[Steered], tables: Mapping[str, RightOfWay]) -> Lamps:
    """Return the lamps of which a way meets, or yields to, a way of the other: what the file itself says."""
    found: set[tuple[int, int]] = set()
    for a, b in combinations(ways, 2):
        table = tables.get(a.node)
        if a.node != b.node or a.row is None or b.row is None or table is None:
            continue
        if max(a.row, b.row) < len(table.meets) and _either_way(table, a.row, b.row):
            found |= {(a.lamp, b.lamp), (b.lamp, a.lamp)}
    return frozenset(found)


def _either_way(table: RightOfWay, a: int, b: int) -> bool:
    return bool(table.meets[a, b] or table.meets[b, a] or table.yields[a, b] or table.yields[b, a])


def conflicts_by_lines(ways: Iterable[Steered], known: Lamps = frozenset()) -> Lamps:
    """Return the lamps of which two ways from different approaches end in one lane, or have lines that cross.

    Ways from one stop line part without a conflict, and those who walk pass each other. Those known are left out.
    """
    found: set[tuple[int, int]] = set()
    for a, b in combinations(ways, 2):
        if a.origin == b.origin or (a.walking and b.walking) or (a.lamp, b.lamp) in known:
            continue
        if (not a.walking and a.to_lane == b.to_lane) or crossings(a.line_m, b.line_m).size:
            found |= {(a.lamp, b.lamp), (b.lamp, a.lamp)}
    return frozenset(found)


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


def _apart(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether the rectangles around two lines have no point in common."""
    return bool((one.max(axis=0) < other.min(axis=0)).any() or (other.max(axis=0) < one.min(axis=0)).any())


def distances(line: np.ndarray) -> np.ndarray:
    """Return the distance along a line to each of its corners, shape (N,). [m]"""
    return np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
