"""A wide graph of junctions cut into narrow bands: groups of layers around a junction at the edge."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from .elimination import Pair, elimination_order

MOST_LAYERS = 12


def covers(count: int, pairs: Sequence[Pair], width: int) -> list[list[Pair]]:
    """Return several sets of links, each a graph that eliminates with about `width` junctions around; they overlap.

    Junctions lie in layers by their distance from one at the edge. Each set has the links within bands of so many
    layers as `width` allows, the next one with its bands moved by a layer, so that most links are in several.
    """
    layer = layers(count, pairs)
    height = 2
    while height < MOST_LAYERS and all(
        _width(count, within(pairs, layer, height + 1, shift)) <= width for shift in range(height + 1)
    ):
        height += 1
    return [within(pairs, layer, height, shift) for shift in range(height)]


def within(pairs: Iterable[Pair], layer: Mapping[int, int], height: int, shift: int) -> list[Pair]:
    """Return the links that do not leave their band of layers."""
    return [(a, b) for a, b in pairs if (layer[a] + shift) // height == (layer[b] + shift) // height]


def layers(count: int, pairs: Iterable[Pair]) -> dict[int, int]:
    """Return the layer of each junction, the distance in links from one that is as far out as any."""
    around: dict[int, list[int]] = {junction: [] for junction in range(count)}
    for a, b in pairs:
        around[a].append(b)
        around[b].append(a)
    found: dict[int, int] = {}
    for junction in range(count):
        if junction not in found:
            reached = _distances(junction, around)
            outermost = max(reached, key=lambda other: (reached[other], -other))
            found |= _distances(outermost, around)
    return found


def _distances(start: int, around: Mapping[int, Sequence[int]]) -> dict[int, int]:
    found, waiting = {start: 0}, deque([start])
    while waiting:
        junction = waiting.popleft()
        for other in around[junction]:
            if other not in found:
                found[other] = found[junction] + 1
                waiting.append(other)
    return found


def _width(count: int, pairs: Iterable[Pair]) -> int:
    return max((len(around) for _, around in elimination_order(count, pairs)), default=0)
