"""What chance makes of a day's flows: drivers come one by one, and each chooses a way of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, identity
from scipy.sparse.linalg import splu

from ...networks.types import Floats
from .unknowns import Unknowns

# Of those who drive on along a circle of streets so few give up that it has a solution.
GO_ON = 0.9999


def by_chance(
    unknowns: Unknowns,
    mean_veh: Floats,
    own_sd: float,
    random: np.random.Generator,
    starts: Floats | None = None,
) -> Floats:
    """Return (streams,) vehicles of one day whose mean flows are `mean_veh`; below 0 becomes 0.

    Trips start by Poisson's law, and each vehicle goes its edge's ways with their shares, on its own: more than usual
    on one street are more on all streets that follow, as far as they go on. So flows of neighbours go up and down
    together as those of the same vehicles do. Both what starts and the shares also vary by `own_sd` of themselves.

    What is drawn at each edge (its starts, and how its vehicles divide) is carried on downstream at the mean shares:
    (I - P) v = d, P the shares from edge to edge. `starts` (edges,) is how many start their trips on
    each, where not what `mean_veh` leaves over.
    """
    edges = {edge: k for k, edge in enumerate(unknowns.edges)}
    origin, target = _ends(unknowns, edges)
    size = len(edges)
    into, out = np.bincount(target, mean_veh, size), np.bincount(origin, mean_veh, size)
    starts = np.maximum(out - into, 0.0) if starts is None else starts
    share = mean_veh / np.where(out + into > 0, np.maximum(into, out), 1.0)[origin]
    onward = csc_matrix((GO_ON * share, (target, origin)), shape=(size, size))
    carried = splu(csc_matrix(identity(size, format="csc") - onward))
    through = np.maximum(carried.solve(starts), 0.0)
    drawn = random.poisson(starts * np.maximum(1.0 + own_sd * random.standard_normal(size), 0.0))
    split = _split(unknowns, edges, share, through, own_sd, random)
    came = carried.solve(drawn + np.bincount(target, split, size))
    return np.asarray(np.maximum(share * came[origin] + split, 0.0))


def starts_of(unknowns: Unknowns, flows_veh: Floats) -> Floats:
    """Return how many more vehicles leave each edge than come onto it, of flows (draws, streams): (draws, edges)."""
    edges = {edge: k for k, edge in enumerate(unknowns.edges)}
    origin, target = _ends(unknowns, edges)
    rows, ones = np.arange(origin.size), np.ones(origin.size)
    shape = (origin.size, len(edges))
    more = csr_matrix((ones, (rows, origin)), shape=shape) - csr_matrix((ones, (rows, target)), shape=shape)
    return np.maximum(np.asarray(flows_veh @ more), 0.0)


def _ends(unknowns: Unknowns, edges: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the edge that each stream leaves, and the one it comes onto."""
    origin, target = (
        np.array([edges[getattr(stream, end)] for stream in unknowns.streams], dtype=np.int64)
        for end in ("from_edge", "to_edge")
    )
    return origin, target


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
