"""What chance makes of a day's flows: drivers come one by one, and each chooses a way of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import splu

from .unknowns import Unknowns

Floats = NDArray[np.float64]

# Of those who drive on along a circle of streets so few give up that it has a solution.
GO_ON = 0.999


def by_chance(unknowns: Unknowns, mean_veh: Floats, own_sd: float, random: np.random.Generator) -> Floats:
    """Return (streams,) vehicles of one day whose mean flows are `mean_veh`; below 0 becomes 0.

    Trips start by Poisson's law, and each vehicle goes its edge's ways with their shares, on its own: more than usual
    on one street are more on all streets that follow, as far as they go on. So flows of neighbours go up and down
    together as those of the same vehicles do. Both what starts and the shares also vary by `own_sd` of themselves.

    What is drawn at each edge (its starts, and how its vehicles divide) is carried on downstream at the mean shares:
    the linear part of the network's change, (I - P) v = d, P the shares from edge to edge.
    """
    edges = {edge: k for k, edge in enumerate(unknowns.edges)}
    origin, target = (
        np.array([edges[getattr(stream, end)] for stream in unknowns.streams], dtype=np.int64)
        for end in ("from_edge", "to_edge")
    )
    size = len(edges)
    into, out = np.bincount(target, mean_veh, size), np.bincount(origin, mean_veh, size)
    through, starts = np.maximum(into, out), np.maximum(out - into, 0.0)
    share = mean_veh / np.where(through > 0, through, 1.0)[origin]
    drawn = random.poisson(starts * np.maximum(1.0 + own_sd * random.standard_normal(size), 0.0)) - starts
    split = _split(unknowns, edges, share, through, own_sd, random)
    drawn = drawn + np.bincount(target, split, size)
    onward = csc_matrix((GO_ON * share, (target, origin)), shape=(size, size))
    change = splu(csc_matrix(identity(size, format="csc") - onward)).solve(drawn)
    return np.asarray(np.maximum(mean_veh + share * change[origin] + split, 0.0))


def _split(
    unknowns: Unknowns,
    edges: dict[str, int],
    share: Floats,
    through: Floats,
    own_sd: float,
    random: np.random.Generator,
) -> Floats:
    """Return how far each stream is off its share where its edge's vehicles divide one by one."""
    off = np.zeros(share.size)
    for edge, places in unknowns.out_of.items():
        number, mean = int(np.floor(through[edges[edge]] + random.random())), share[places]
        varied = mean * np.maximum(1.0 + own_sd * random.standard_normal(len(places)), 0.0)
        ends = max(1.0 - float(mean.sum()), 0.0)
        whole = float(varied.sum()) + ends
        if whole > 0 and number > 0:
            off[places] = random.multinomial(number, [*(varied / whole), ends / whole])[:-1] - number * mean
    return off
