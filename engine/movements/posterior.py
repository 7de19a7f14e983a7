"""Flows that the counts allow: draws from what is known of all streams together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, diags, identity, vstack

from ...kernels.positive_normal import positive_normal_draws
from ...networks.network import Network
from ...networks.types import Floats
from .equations import Equation
from .solve import normal_equations
from .unknowns import Unknowns

SWEEPS, BURN_IN, EVERY = 2400, 400, 5
LEAST_FACTOR = 1e-3
# A stream that no count says anything about strays no further than so many vehicles, and this share of its flow:
# vehicles that go round and round between streets without loops would else be drawn by the thousand.
LOOSE_VEH, LOOSE_SHARE = 30.0, 2.0


def flow_draws(
    equations: Sequence[Equation], flows_veh: Floats, trust: Floats, groups: Iterable[Sequence[int]], seed: int
) -> Floats:
    """Return (draws, streams) flows >= 0 with the density that the equations leave. [veh]

    `flows_veh` is the most likely one, where the walk begins. Within each group of streams it also moves along the
    eigenvectors of what is known about them, so that shares which only their sum ties down change quickly.
    """
    normal, right = normal_equations(equations, flows_veh, trust)
    slack = right - normal @ flows_veh
    normal = csc_matrix(normal + diags(1.0 / (LOOSE_VEH + LOOSE_SHARE * flows_veh) ** 2))
    ways = _ways(normal, groups)
    images = csr_matrix(ways @ normal)
    images.sort_indices()
    return np.asarray(
        positive_normal_draws(_parts(ways), _parts(images), slack, flows_veh, SWEEPS, BURN_IN, EVERY, seed)
    )


def streams_by_node(network: Network, unknowns: Unknowns) -> list[list[int]]:
    """Return the streams that cross each node."""
    found: dict[str, list[int]] = {}
    for place, stream in enumerate(unknowns.streams):
        found.setdefault(network.edges[stream.from_edge].to_node, []).append(place)
    return list(found.values())


def _ways(normal: csc_matrix, groups: Iterable[Sequence[int]]) -> csr_matrix:
    size = normal.shape[0]
    rows: list[csr_matrix] = [csr_matrix(identity(size))]
    for group in groups:
        if len(group) > 1:
            vectors = np.linalg.eigh(normal[group][:, group].toarray())[1].T
            vectors[np.abs(vectors) < LEAST_FACTOR] = 0.0
            full = np.zeros((len(group), size))
            full[:, group] = vectors
            rows.append(csr_matrix(full))
    ways = csr_matrix(vstack(rows))
    ways.sort_indices()
    return ways


def _parts(matrix: csr_matrix) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    return matrix.data.astype(np.float64), matrix.indices.astype(np.int64), matrix.indptr.astype(np.int64)
