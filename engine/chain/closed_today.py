"""Streets that a study says are closed on the day that is planned: no traffic there, by statement and not by count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from ...networks.detector import Detector
from ...networks.network import Network
from ..forecast.day import DetectorForecast, Range
from ..studies.closures import Closure, closed_days


def without_closed(forecast: DetectorForecast, closures: Sequence[Closure], network: Network) -> DetectorForecast:
    """Return the forecast with 0 vehicles at detectors of edges that are closed on its day.

    Their other days say nothing of turns on this one, and are left out of the history. All other detectors keep the
    forecast of a day on which all is open: nobody knows which way the traffic goes instead.
    """
    closed = closed_days(closures, forecast.detectors, network, (forecast.day,), "closures")[:, 0]
    if not closed.any():
        return forecast
    return replace(
        forecast,
        veh=_zero(forecast.veh, closed),
        total=_zero(forecast.total, closed),
        history_veh=np.where(closed[:, None, None], np.nan, forecast.history_veh),
    )


def edges_without_detector(
    closures: Sequence[Closure], detectors: Sequence[Detector], network: Network, day: date
) -> tuple[str, ...]:
    """Return the edges, closed on a day, at which nobody counts: nothing takes their traffic out of the estimate."""
    edge_of = {lane.id: edge.id for edge in network.edges.values() for lane in edge.lanes}
    counted = {edge_of[detector.lane] for detector in detectors}
    closed = {edge for closure in closures if closure.holds_on(day) for edge in closure.edges}
    return tuple(sorted(closed - counted))


def _zero(found: Range, closed: np.ndarray) -> Range:
    rows = closed.reshape(-1, *([1] * (found.mean.ndim - 1)))
    parts = {name: np.where(rows, 0.0, getattr(found, name)) for name in ("mean", "q10", "q50", "q90")}
    return replace(found, **parts)
