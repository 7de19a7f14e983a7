"""Who turns across the traffic that comes the other way: where the yellow trap is, if its signals end apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from .conflicts import Lamps
from .streets import Steered

OPPOSITE_DEG = 120.0  # between the directions in which two streams come; 180 where they meet head-on


def turns_across(ways: Sequence[Steered]) -> Lamps:
    """Return each lamp of a turn across, with the lamp of those who come the other way and go straight on."""
    turns = [way for way in ways if way.direction == "l" and _counts(way)]
    straight = [way for way in ways if way.direction == "s" and _counts(way)]
    return frozenset((a.lamp, b.lamp) for a, b in product(turns, straight) if a.lamp != b.lamp and _opposite(a, b))


def _counts(way: Steered) -> bool:
    return not (way.walking or way.rail) and len(way.line_m) > 1


def _opposite(a: Steered, b: Steered) -> bool:
    """Whether two streams of one node come from opposite directions, as the first metres of their lines show."""
    one, other = a.line_m[1] - a.line_m[0], b.line_m[1] - b.line_m[0]
    size = float(np.hypot(*one) * np.hypot(*other))
    return a.node == b.node and size > 0 and float(one @ other) / size < np.cos(np.radians(OPPOSITE_DEG))
