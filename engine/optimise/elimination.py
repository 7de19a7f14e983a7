"""The optimum of offsets over pairwise tables where the streets form a narrow graph: eliminate signal by signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

Pair = tuple[int, int]
Factor = tuple[tuple[int, ...], np.ndarray]

# Largest table that is laid out while a signal is eliminated: 8 million float64 are 64 MB.
LARGEST_TABLE = 8_000_000
# Most sums that the whole elimination may take: some two seconds' work, about what CP-SAT would be given instead.
MOST_SUMS = 300_000_000


def eliminate(count: int, tables: Mapping[Pair, np.ndarray], cycle_s: int) -> list[int] | None:
    """Return offsets of `count` signals whose tables sum to the least, or None where the graph is too wide.

    Parameters
    ----------
    tables : mapping of (a, b) to (C,) float64
        Cost of each value of (offset of b - offset of a) modulo C.

    Notes
    -----
    Dynamic programming over signals (min-plus variable elimination, order by least degree): the combination method
    of J. A. Hillier, Glasgow's experiment in area traffic control, Traffic Engineering and Control 7, 1965, carried
    from series and parallel links to any graph. Only differences of offsets count, so one signal of each connected
    part stays at 0, which narrows the graph by one.
    """
    fixed = _one_of_each_part(count, tables)
    factors = _factors(tables, fixed, cycle_s)
    order = _order(set(range(count)) - fixed, [set(scope) for scope, _ in factors])
    widest = max((len(scope) for _, scope in order), default=0)
    if cycle_s**widest > LARGEST_TABLE or sum(cycle_s ** (len(scope) + 1) for _, scope in order) > MOST_SUMS:
        return None
    choices: list[np.ndarray] = []
    for signal, scope in order:
        least, choice = _least([f for f in factors if signal in f[0]], scope, signal, cycle_s)
        factors = [f for f in factors if signal not in f[0]] + [(scope, least)]
        choices.append(choice)
    starts = [0] * count
    for (signal, scope), choice in zip(reversed(order), reversed(choices), strict=True):
        starts[signal] = int(choice[tuple(starts[k] for k in scope)])
    return starts


def _order(left: set[int], scopes: list[set[int]]) -> list[tuple[int, tuple[int, ...]]]:
    """Return the signals in the order of their elimination, each with the signals that its choice then depends on."""
    order = []
    while left:
        around = {k: set().union(*(scope for scope in scopes if k in scope)) - {k} for k in left}
        signal = min(left, key=lambda k: (len(around[k]), k))
        order.append((signal, tuple(sorted(around[signal]))))
        scopes = [scope for scope in scopes if signal not in scope] + [around[signal]]
        left = left - {signal}
    return order


def _one_of_each_part(count: int, tables: Mapping[Pair, np.ndarray]) -> set[int]:
    """Return, for each connected part, the signal with most neighbours."""
    part = list(range(count))
    for a, b in tables:
        old, new = part[b], part[a]
        part = [new if p == old else p for p in part]
    degree = [sum(k in pair for pair in tables) for k in range(count)]
    return {max((k for k in range(count) if part[k] == p), key=lambda k: (degree[k], -k)) for p in set(part)}


def _factors(tables: Mapping[Pair, np.ndarray], fixed: set[int], cycle_s: int) -> list[Factor]:
    """Return the tables as functions of the offsets that are not fixed at 0."""
    seconds = np.arange(cycle_s)
    factors: list[Factor] = []
    for (a, b), table in tables.items():
        if a in fixed and b in fixed:
            continue
        if a in fixed:
            factors.append(((b,), table))
        elif b in fixed:
            factors.append(((a,), table[-seconds % cycle_s]))
        else:
            factors.append(((a, b), table[(seconds[None, :] - seconds[:, None]) % cycle_s]))
    return factors


def _least(
    factors: Sequence[Factor], scope: tuple[int, ...], signal: int, cycle_s: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the least sum of the factors over a signal's offsets, and which offset gives it, by the scope's offsets.

    The offsets are gone through one by one, so that no table is laid out that has the signal as a further axis.
    """
    shape = (cycle_s,) * len(scope)
    least, choice = np.full(shape, np.inf), np.zeros(shape, dtype=np.int16)
    ready = [_with_first(factor, signal, scope, cycle_s) for factor in factors]
    for offset in range(cycle_s):
        total = np.broadcast_to(sum((table[offset] for table in ready), start=np.zeros((1,) * len(scope))), shape)
        better = total < least
        np.copyto(least, total, where=better)
        choice[better] = offset
    return least, choice


def _with_first(factor: Factor, signal: int, scope: tuple[int, ...], cycle_s: int) -> np.ndarray:
    """Return a factor's table with the signal as its first axis and the scope's signals, in order, as the others."""
    own, table = factor
    order = [own.index(signal), *(own.index(k) for k in scope if k in own)]
    return np.transpose(table, order).reshape(cycle_s, *(cycle_s if k in own else 1 for k in scope))
