"""Offsets of a network at given splits: proven where the streets form a narrow graph, else good ones with a bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .elimination import eliminate
from .links import LinkTable
from .offset_bounds import lower_bound
from .offset_search import cost_of, good_offsets

# For wide graphs, at effort 1: descents, rounds of solving bands, rounds of raising the bound.
DESCENTS, BAND_ROUNDS, BOUND_ROUNDS = 40, 4, 30
# Junctions in all rounds of raising the bound: large networks get fewer rounds.
BOUNDED = 6000
SEED = 1
PROVEN_GAP = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Offsets:
    """When each junction's first interval starts, modulo the cycle, and what the links then cost.

    `cost` and `bound` are in veh s / s and speak of the tables alone.
    """

    starts_s: dict[str, int]
    cost: float
    bound: float
    status: str


def best_offsets(
    junctions: Sequence[str],
    tables: Sequence[LinkTable],
    cycle_s: int,
    effort: float = 1.0,
    *,
    most_sums: int | None = None,
) -> Offsets:
    """Return the offsets of least delay for a common cycle.

    Narrow graphs are solved to the optimum by elimination, which may take `most_sums` sums (None: some seconds). Wider
    ones get good offsets and a lower bound; `effort` multiplies the work on both. Junctions that no platoon links to
    the others get 0.
    """
    count, folded = len(junctions), _folded(junctions, tables, cycle_s)
    exact = eliminate(count, folded, cycle_s, most_sums)
    if exact is not None:
        cost = cost_of(exact, folded, cycle_s)
        return Offsets(starts_s=dict(zip(junctions, exact, strict=True)), cost=cost, bound=cost, status="OPTIMAL")
    descents, rounds = max(1, round(DESCENTS * effort)), max(1, round(BAND_ROUNDS * effort))
    starts = good_offsets(count, folded, cycle_s, starts=descents, rounds=rounds, seed=SEED)
    cost = cost_of(starts, folded, cycle_s)
    rounds = max(1, round(min(BOUND_ROUNDS, BOUNDED / count) * effort))
    bound = min(cost, lower_bound(count, folded, cycle_s, cost, rounds=rounds))
    proven = cost - bound <= PROVEN_GAP * max(1.0, abs(cost))
    return Offsets(
        starts_s=dict(zip(junctions, starts, strict=True)),
        cost=cost,
        bound=bound,
        status="OPTIMAL" if proven else "FEASIBLE",
    )


Folded = dict[tuple[int, int], np.ndarray]


def _folded(junctions: Sequence[str], tables: Sequence[LinkTable], cycle_s: int) -> Folded:
    """Add up the tables of each pair of junctions, both ways, as functions of (second's start - first's start)."""
    place = {junction: k for k, junction in enumerate(junctions)}
    folded: Folded = {}
    for table in tables:
        a, b = place[table.from_junction], place[table.to_junction]
        values = table.delay if a < b else np.roll(table.delay[::-1], 1)
        pair = (min(a, b), max(a, b))
        folded[pair] = folded.get(pair, np.zeros(cycle_s)) + values
    return folded
