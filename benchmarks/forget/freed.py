"""What a network that was read with less knowledge allows, and the whole one does not."""

from __future__ import annotations

from collections.abc import Iterator

from greenband.networks.junction import Junction
from greenband.networks.network import Network

LampPair = tuple[str, int, int]  # a signal, and two of its lamps


def lamp_pairs(network: Network) -> set[LampPair]:
    """Return the pairs of lamps of groups that conflict."""
    return {
        (junction.id, x, y)
        for junction in network.junctions
        for a, b in junction.foes
        for x in junction.by_group[a].links
        for y in junction.by_group[b].links
    }


def freed(whole: Network, less: Network) -> list[object]:
    """Return what the second network allows and the first does not: conflicts, displays, yellows, times."""
    found: list[object] = [*sorted(lamp_pairs(whole) - lamp_pairs(less) - _always_alike(less))]
    for junction, after in zip(whole.junctions, less.junctions, strict=True):
        group_of = {lamp: group.id for group in after.groups for lamp in group.links}
        now = {group.id: group_of[group.links[0]] for group in junction.groups}
        if any(now[group.id] != group_of[lamp] for group in junction.groups for lamp in group.links):
            found.append((junction.id, "groups"))
        else:
            found += [*_of_pairs(junction, after, now), *_of_groups(junction, after, now)]
    return found


def _always_alike(network: Network) -> set[LampPair]:
    """Return the pairs of lamps of one group: they show the same in every plan, as they do today."""
    return {(j.id, a, b) for j in network.junctions for group in j.groups for a in group.links for b in group.links}


def _of_pairs(junction: Junction, after: Junction, now: dict[str, str]) -> Iterator[object]:
    for a, b in sorted(junction.foes):
        pair = now[a], now[b]
        if pair not in after.foes:  # told by lamps, or one group by now
            continue
        shown = {(x, y) for p, x, q, y in junction.together if (p, q) == (a, b)}
        more = {(x, y) for p, x, q, y in after.together if (p, q) == pair} - shown
        if more:
            yield (junction.id, a, b, "together", *sorted(more))
        if after.intergreen_s[pair] < junction.intergreen_s[(a, b)]:
            yield junction.id, a, b, "intergreen", after.intergreen_s[pair]


def _of_groups(junction: Junction, after: Junction, now: dict[str, str]) -> Iterator[object]:
    for group in junction.groups:
        if after.yellow_s[now[group.id]] < junction.yellow_s[group.id]:
            yield junction.id, group.id, "yellow", after.yellow_s[now[group.id]]
        if after.min_green_s[now[group.id]] < junction.min_green_s[group.id]:
            yield junction.id, group.id, "shortest green", after.min_green_s[now[group.id]]
