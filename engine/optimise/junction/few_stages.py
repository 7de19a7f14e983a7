"""Of many stages, those that sequences are made of: what runs today, and what serves most that is not served yet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ....networks import lamps
from ....networks.types import Floats
from .switching import Displays

# Of 14 stages there are 7,917 rounds of two to four, of 66 stages 4.6 million: hours for the quick formula.
MOST_STAGES = 14
GROUP_LOAD = 0.05  # what a green is worth in itself, beside the flow ratio of the lanes that it serves


def few_stages(
    stages: Sequence[Displays],
    first: int,
    weight: Floats,
    load: Floats,
    most: int = MOST_STAGES,
    needed: Sequence[Sequence[bool]] = (),
) -> tuple[int, ...]:
    """Return the places of at most so many stages in their order; all of them where there are no more.

    The `first` ones are taken as they come. The others are added one by one, each time the one that serves most load;
    what k stages serve already counts the (k + 1)th part. `weight` says how well each stage (column) serves each lane
    (row), and `load` is the flow ratio of each lane. `needed` says for each stage what of several things it has: those
    that bring what none has yet are added before others.
    """
    if len(stages) <= most:
        return tuple(range(len(stages)))
    served, loads = _served(stages, weight, load)
    has = np.array(needed, dtype=np.bool_).reshape(len(stages), -1)
    chosen = list(range(min(first, most)))
    while len(chosen) < most:
        worth = (loads / (1 + served[:, chosen].sum(axis=1))) @ served
        brings = (has & ~has[chosen].any(axis=0)).sum(axis=1)
        worth = worth + brings * (1.0 + float(np.abs(worth).max()))
        worth[chosen] = -1.0
        chosen.append(int(np.argmax(worth.round(9))))  # of equals the first, whatever the sum's last digits
    return tuple(sorted(chosen))


def _served(stages: Sequence[Displays], weight: Floats, load: Floats) -> tuple[Floats, Floats]:
    """Return how well each stage serves lanes and groups, and what each of these is worth."""
    groups = sorted(stages[0])
    greens = np.array([[stage[group] in lamps.GREENS for stage in stages] for group in groups], dtype=np.float64)
    return np.vstack([weight.reshape(-1, len(stages)), greens]), np.append(load, np.full(len(groups), GROUP_LOAD))
