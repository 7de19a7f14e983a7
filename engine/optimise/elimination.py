"""The optimum of offsets over pairwise tables where the streets form a narrow graph: eliminate signal by signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

Pair = tuple[int, int]
Factor = tuple[tuple[int, ...], np.ndarray]

# Largest table that is laid out while a signal is eliminated: 8 million float64 are 64 MB.
LARGEST_TABLE = 8_000_000


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
    steps: list[tuple[int, tuple[int, ...], np.ndarray]] = []
    left = set(range(count)) - fixed
    while left:
        signal = min(left, key=lambda k: (len(_scope_around(k, factors)), k))
        scope = _scope_around(signal, factors)
        if cycle_s ** (len(scope) + 1) > LARGEST_TABLE:
            return None
        near = [factor for factor in factors if signal in factor[0]]
        total = _sum(near, (*scope, signal), cycle_s)
        steps.append((signal, scope, total.argmin(axis=-1)))
        factors = [f for f in factors if signal not in f[0]] + [(scope, total.min(axis=-1))]
        left.remove(signal)
    starts = [0] * count
    for signal, scope, choice in reversed(steps):
        starts[signal] = int(choice[tuple(starts[k] for k in scope)])
    return starts


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


def _scope_around(signal: int, factors: Sequence[Factor]) -> tuple[int, ...]:
    return tuple(sorted({k for scope, _ in factors if signal in scope for k in scope} - {signal}))


def _sum(factors: Sequence[Factor], scope: tuple[int, ...], cycle_s: int) -> np.ndarray:
    """Return the sum of factors as one table over `scope`."""
    total = np.zeros((cycle_s,) * len(scope))
    for own, table in factors:
        order = sorted(range(len(own)), key=lambda k: scope.index(own[k]))
        shape = [cycle_s if k in own else 1 for k in scope]
        total += np.transpose(table, order).reshape(shape)
    return total
