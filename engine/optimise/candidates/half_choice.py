"""Which junctions get half of one cycle: a descent over who does and when each starts, over pairwise tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ....networks.types import Floats
from ..junction.splits import Splits

# Rounds of changing the choice of one junction after another.
MOST_SWEEPS = 20
# In networks of more junctions, nobody is changed by force: that takes a descent for each.
MOST_FLIPPED = 100

Tables = Mapping[tuple[bool, bool], Floats]  # by whether the first junction is halved, and the second


@dataclass(frozen=True, slots=True, kw_only=True)
class Halving:
    """What to decide: each junction's splits at the cycle and, where there are any, at half of it; and the tables."""

    cycle_s: int
    whole: Mapping[str, Splits]
    half: Mapping[str, Splits]
    tables: Mapping[tuple[str, str], Tables]  # less their means: what coordination adds to the splits' cost


@dataclass(slots=True, kw_only=True)
class _Choice:
    """Who is halved so far, and when each junction starts."""

    halved: dict[str, bool]
    starts_s: dict[str, int]


def who_to_halve(halving: Halving) -> tuple[str, ...]:
    """Return the junctions to halve: the cheaper of two descents, from nobody halved and from all that gain alone."""
    eager = {s: s in halving.half and halving.half[s].cost < own.cost for s, own in halving.whole.items()}
    ends = [_descended(halving, start) for start in (dict.fromkeys(halving.whole, False), eager)]
    best = _flipped(halving, min(ends, key=lambda end: _cost(halving, end)))
    return tuple(junction for junction, is_half in best.halved.items() if is_half)


def _descended(halving: Halving, halved: Mapping[str, bool]) -> _Choice:
    choice = _Choice(halved=dict(halved), starts_s=dict.fromkeys(halving.whole, 0))
    _descend(halving, choice)
    return choice


def _flipped(halving: Halving, best: _Choice) -> _Choice:
    """Return the choice after one junction after another was changed by force, all others following, where that helped.

    A step of one junction does not show it: halving one may only pay once its neighbours have moved.
    """
    for junction in halving.half if len(halving.whole) <= MOST_FLIPPED else ():
        flipped = {**best.halved, junction: not best.halved[junction]}
        trial = _Choice(halved=flipped, starts_s=dict(best.starts_s))
        _descend(halving, trial, held=junction)
        if _cost(halving, trial) < _cost(halving, best) - 1e-9:
            best = trial
    return best


def _cost(halving: Halving, choice: _Choice) -> float:
    return cost_of_choice(halving, choice.halved, choice.starts_s)


def cost_of_choice(halving: Halving, halved: Mapping[str, bool], starts_s: Mapping[str, int]) -> float:
    """Return the modelled delay of all junctions. [veh s / s]"""
    splits = sum((halving.half if halved[s] else halving.whole)[s].cost for s in halving.whole)
    links = sum(
        float(tables[(halved[a], halved[b])][(starts_s[b] - starts_s[a]) % halving.cycle_s])
        for (a, b), tables in halving.tables.items()
    )
    return splits + links


def _descend(halving: Halving, choice: _Choice, held: str | None = None) -> None:
    """Give one junction after another its best cycle and start while all others stay; one may be held to its cycle."""
    around: dict[str, list[tuple[str, str]]] = {junction: [] for junction in halving.whole}
    for pair in halving.tables:
        for junction in pair:
            around[junction].append(pair)
    for _ in range(MOST_SWEEPS):
        changed = [_improved(halving, choice, s, around[s], s == held) for s in halving.whole]
        if not any(changed):
            break


def _improved(halving: Halving, choice: _Choice, junction: str, pairs: Iterable[tuple[str, str]], held: bool) -> bool:
    """Change the choice of one junction to the best that there is, and tell whether that is better than it was."""
    was, at = choice.halved[junction], choice.starts_s[junction]
    patterns = (was,) if held else (False, True) if junction in halving.half else (False,)
    costs = {is_half: _costs(halving, choice, junction, is_half, pairs) for is_half in patterns}
    now = float(costs[was][at])
    least, is_half, start = min((float(cost.min()), is_half, int(cost.argmin())) for is_half, cost in costs.items())
    if least >= now - 1e-9:
        return False
    choice.halved[junction], choice.starts_s[junction] = is_half, start
    return True


def _costs(halving: Halving, choice: _Choice, junction: str, is_half: bool, pairs: Iterable[tuple[str, str]]) -> Floats:
    """Return what a junction and its links cost for each start of it. Returns (C,) float64."""
    total = np.full(halving.cycle_s, (halving.half if is_half else halving.whole)[junction].cost)
    for a, b in pairs:
        tables = halving.tables[(a, b)]
        if b == junction:
            total += np.roll(tables[(choice.halved[a], is_half)], choice.starts_s[a])
        else:
            total += np.roll(tables[(is_half, choice.halved[b])][::-1], choice.starts_s[b] + 1)
    return total
