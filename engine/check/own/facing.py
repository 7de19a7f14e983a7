"""Who turns across the traffic that comes the other way: where the yellow trap is, if its signals end apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from .conflicts import Lamps
from .streets import Steered

AS_OPPOSITE_DEG = 30.0  # so much less opposite than the stream most so, another is still met
OPPOSITE_DEG = 120.0  # between the directions in which two streams come; 180 where they meet head-on


def turns_across(ways: Sequence[Steered]) -> Lamps:
    """Return each lamp of a turn across, with the lamp of those who come the other way and go straight on."""
    turns = [way for way in ways if way.direction == "l" and _counts(way)]
    straight = [way for way in ways if way.direction == "s" and _counts(way)]
    return frozenset((a.lamp, b.lamp) for a, b in product(turns, straight) if a.lamp != b.lamp and _opposite(a, b))


def faced(ways: Sequence[Steered]) -> Lamps:
    """Return the same without those who are much less opposite than others: a skew side street faces nobody head-on."""
    turns = [way for way in ways if way.direction == "l" and _counts(way)]
    straight = [way for way in ways if way.direction == "s" and _counts(way)]
    found = set()
    for turn in turns:
        cosines = {other: _cosine(turn, other) for other in straight if other.node == turn.node}
        most = float(np.degrees(np.arccos(min(cosines.values(), default=1.0))))
        bound = np.cos(np.radians(max(OPPOSITE_DEG, most - AS_OPPOSITE_DEG)))
        found |= {(turn.lamp, other.lamp) for other, cosine in cosines.items() if cosine < bound}
    return frozenset((a, b) for a, b in found if a != b)


def _counts(way: Steered) -> bool:
    return not (way.walking or way.rail) and len(way.line_m) > 1


def _opposite(a: Steered, b: Steered) -> bool:
    """Whether two streams of one node come from opposite directions, as the first metres of their lines show."""
    return a.node == b.node and _cosine(a, b) < np.cos(np.radians(OPPOSITE_DEG))


def _cosine(a: Steered, b: Steered) -> float:
    one, other = a.line_m[1] - a.line_m[0], b.line_m[1] - b.line_m[0]
    size = float(np.hypot(*one) * np.hypot(*other))
    return float(np.clip(one @ other / size, -1.0, 1.0)) if size > 0 else 1.0
