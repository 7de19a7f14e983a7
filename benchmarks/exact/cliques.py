"""Sets of signal groups that all conflict with each other, and how long a way round the circle they need at least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise, permutations

# Sets of groups that all conflict give the strongest bound, but the ways round them grow as the factorial.
MOST_IN_CLIQUE = 6
Pair = tuple[str, str]


def cliques(names: Sequence[str], intergreen_s: Mapping[Pair, int]) -> Iterator[tuple[str, ...]]:
    """Yield the largest sets of groups that all conflict with each other, cut to a size whose rounds can be counted."""
    around = {name: {b for a, b in intergreen_s if a == name} for name in names}
    seen: set[tuple[str, ...]] = set()
    for clique in _maximal((), set(names), set(), around):
        for part in combinations(sorted(clique), min(len(clique), MOST_IN_CLIQUE)):
            if len(part) > 1 and part not in seen:
                seen.add(part)
                yield part


def _maximal(
    chosen: tuple[str, ...], left: set[str], done: set[str], around: Mapping[str, set[str]]
) -> Iterator[tuple[str, ...]]:
    """Yield maximal cliques (C. Bron and J. Kerbosch, Algorithm 457, Communications of the ACM 16, 1973)."""
    if not left and not done:
        yield chosen
        return
    pivot = max(sorted(left | done), key=lambda name: len(around[name] & left))
    for name in sorted(left - around[pivot]):
        yield from _maximal((*chosen, name), left & around[name], done & around[name], around)
        left = left - {name}
        done = done | {name}


def shortest_round_s(clique: Sequence[str], intergreen_s: Mapping[Pair, int]) -> int:
    """Return the least sum of intergreens when the groups of a clique follow one another around the circle."""
    first, *others = clique
    return min(sum(intergreen_s[step] for step in pairwise((first, *order, first))) for order in permutations(others))
