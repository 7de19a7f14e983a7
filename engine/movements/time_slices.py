"""From the flows of a period to those of its intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from ...networks.types import Floats
from ..forecast.day import DetectorForecast
from .equations import Equation, Kind, conservation_equations
from .solve import matrix_of
from .unknowns import Unknowns

# An interval's flows keep to the period's pattern within so much of themselves, and some vehicles.
PATTERN_SHARE, PATTERN_VEH = 0.3, 2.0
# Inflow and outflow of an edge within one interval differ by the vehicles under way on it.
UNDER_WAY_SHARE, UNDER_WAY_VEH = 0.1, 3.0
COUNT_SHARE, COUNT_VEH = 0.02, 3.0


def interval_flows(
    unknowns: Unknowns, equations: Sequence[Equation], trust: Floats, period_veh: Floats, forecast: DetectorForecast
) -> Floats:
    """Return (streams, intervals) flows that add up to the period's. [veh]

    Each interval has its counts, conservation but for the vehicles under way, and the period's pattern at its level.
    All intervals share one matrix, at the level of the mean one; flows below 0 become 0.
    """
    intervals = forecast.veh.mean.shape[1]
    usual = period_veh / intervals
    counts = [(k, one) for k, one in enumerate(equations) if one.kind == Kind.COUNT and one.terms]
    target = np.array([sum(forecast.veh.mean[forecast.place[n]] for n in one.detectors) for _, one in counts])
    target = target.reshape(len(counts), intervals)
    sd_veh = forecast.gaps.sd_veh(forecast.veh.mean)
    gaps_veh = [float(np.hypot.reduce([sd_veh[forecast.place[n]] for n in one.detectors])) for _, one in counts]
    under_way = {
        edge: UNDER_WAY_SHARE * float(usual[places].sum()) + UNDER_WAY_VEH for edge, places in unknowns.into.items()
    }
    parts = [
        *(
            _count(one, float(target[row].mean()), float(trust[k]), gap_veh / intervals)
            for row, ((k, one), gap_veh) in enumerate(zip(counts, gaps_veh, strict=True))
        ),
        *conservation_equations(unknowns, 0.0, under_way),
        *(
            Equation(kind=Kind.BELIEF, terms=((place, 1.0),), sd_veh=PATTERN_SHARE * value + PATTERN_VEH)
            for place, value in enumerate(usual.tolist())
        ),
    ]
    level = target.sum(axis=0) / max(float(target.sum(axis=0).mean()), 1e-9)
    level = np.where(level > 0, level, 1e-9)
    right = np.zeros((len(parts), intervals))
    right[: len(counts)] = target / level
    right[len(parts) - usual.size :] = usual[:, None]
    weight = np.array([1.0 / part.sd_veh for part in parts])
    matrix = matrix_of(parts, usual.size)
    matrix.data *= weight[matrix.indices]
    found = splu(csc_matrix(matrix.T @ matrix)).solve(np.asarray(matrix.T @ (right * weight[:, None])))
    return adding_up(np.maximum(found, 0.0) * level, period_veh)


def _count(equation: Equation, veh: float, trust: float, gap_veh: float) -> Equation:
    sd_veh = float(np.hypot(np.hypot(COUNT_SHARE * veh, COUNT_VEH), gap_veh)) / np.sqrt(max(trust, 1e-6))
    return Equation(kind=Kind.COUNT, terms=equation.terms, sd_veh=float(sd_veh))


def adding_up(flows_veh: Floats, period_veh: Floats) -> Floats:
    """Return the flows (streams, intervals), each stream scaled so that its intervals add up to its period."""
    sums = flows_veh.sum(axis=1, keepdims=True)
    even = np.broadcast_to(flows_veh.sum(axis=0) / max(float(flows_veh.sum()), 1e-9), flows_veh.shape)
    shares = np.where(sums > 0, flows_veh / np.where(sums > 0, sums, 1.0), even)
    return np.asarray(shares * period_veh[:, None])
