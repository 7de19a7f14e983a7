"""Whether streets are full or empty when a period begins: what the first interval of the counts says.

A loop far from where its vehicles come in counts fewer of them in the first interval where streets are empty at first:
they are still under way. Over a short period that is no small part of all, and would be taken for trips that end on
the way. The share of a trip's passages that fall into a period is the assignment fraction of E. Cascetta, D. Inaudi,
G. Marquis, Dynamic estimators of origin-destination matrices using traffic counts, Transportation Science 27, 1993.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import splu

from ...networks.network import Network
from ...networks.types import Floats
from ..forecast.day import DetectorForecast
from .equations import Equation, Kind
from .unknowns import Unknowns

# Undisturbed, with some time lost at signals; streets may be slower by any of these factors.
TRAVEL_SHARE_OF_LIMIT = 0.6
SLOWER = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
LEAST_FLOW_VEH, LEAST_PLACES, LEAST_INTERVALS = 1e-6, 8, 3
LEAST_REACH = 0.2  # of what is still under way when the period ends too little is seen to tell the rest from it
# The log likelihood by which an empty beginning has to fit better: beyond any chance, for it changes every flow.
CLEARLY = 12.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Emptiness:
    """Streets that are empty when a period begins: how much of each stream's traffic passes within the period.

    `reach` (streams,) is the share of the vehicles that start in the period and pass within it, up to 1; `clearer` the
    log likelihood by which this explains the first interval better than streets that are full.
    """

    reach: Floats
    clearer: float


def emptiness(
    network: Network, unknowns: Unknowns, counts: Sequence[Equation], flows_veh: Floats, forecast: DetectorForecast
) -> Emptiness | None:
    """Return how empty streets are at first; None where counts do not clearly say that they are.

    Parameters
    ----------
    network : Network
        The streets.
    unknowns : Unknowns
        Their streams.
    counts : sequence of Equation
        Whose detectors and streams belong together; only whole approaches and exits are asked.
    flows_veh : (streams,) float64
        The flows of the period, as known without that.
    forecast : DetectorForecast
        What each detector counts in each interval.
    """
    places = [one for one in counts if one.kind == Kind.COUNT and one.terms and not one.where.startswith("entry")]
    seen = np.array([sum(forecast.veh.mean[forecast.place[name]] for name in one.detectors) for one in places])
    entering = _entering(unknowns, counts, forecast)
    if len(places) < LEAST_PLACES or forecast.veh.mean.shape[1] < LEAST_INTERVALS or entering is None:
        return None
    ages_s = stream_ages_s(network, unknowns, flows_veh)
    of_place = np.array([_mean_age_s(one, ages_s, flows_veh) for one in places])
    period = _Period(entering=entering, interval_s=forecast.interval_s)
    full = min(_misfit(seen, period.first_share(of_place * slower, full=True)) for slower in SLOWER)
    empty = {slower: _misfit(seen, period.first_share(of_place * slower, full=False)) for slower in SLOWER}
    slower = min(empty, key=empty.__getitem__)
    clearer = (full - empty[slower]) / max(1.0, empty[slower] / len(places)) / 2.0
    if clearer < CLEARLY:
        return None
    return Emptiness(reach=np.maximum(period.reach(ages_s * slower), LEAST_REACH), clearer=float(clearer))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Period:
    """When vehicles come in: how many in each interval, evenly within it."""

    entering: Floats
    interval_s: int

    def entered(self, at_s: Floats) -> Floats:
        """Return the share of the period's vehicles that have come in by then; none before it begins."""
        edges_s = self.interval_s * np.arange(self.entering.size + 1)
        return np.asarray(np.interp(at_s, edges_s, np.append(0.0, np.cumsum(self.entering) / self.entering.sum())))

    def before(self, seconds: Floats) -> Floats:
        """Return the share that came in so long before it, at the first interval's rate."""
        return np.asarray(seconds * self.entering[0] / self.entering.sum() / self.interval_s)

    def reach(self, age_s: Floats) -> Floats:
        """Return the share of the vehicles that pass a place so many seconds on within the period."""
        return self.entered(self.entering.size * self.interval_s - age_s)

    def first_share(self, age_s: Floats, *, full: bool) -> Floats:
        """Return how much of what passes a place within the period does so in the first interval."""
        first, all_of_it = self.entered(self.interval_s - age_s), self.reach(age_s)
        if full:
            first = first + self.before(np.minimum(age_s, self.interval_s))
            all_of_it = all_of_it + self.before(np.minimum(age_s, self.entering.size * self.interval_s))
        return np.asarray(first / np.maximum(all_of_it, LEAST_FLOW_VEH))


def passing(counts: Sequence[Equation], reach: Floats) -> list[Equation]:
    """Return counts of vehicles that pass within the period, in terms of all that start in it.

    What comes in at an entry is counted as it starts.
    """
    return [
        one
        if one.where.startswith("entry")
        else replace(one, terms=tuple((k, factor * float(reach[k])) for k, factor in one.terms))
        for one in counts
    ]


def _misfit(seen: Floats, share: Floats) -> float:
    """Return the sum of squares of the first interval's counts over their variances."""
    due = seen.sum(axis=1) * share
    return float(((seen[:, 0] - due) ** 2 / np.maximum(due, 1.0)).sum())


def _entering(unknowns: Unknowns, counts: Sequence[Equation], forecast: DetectorForecast) -> Floats | None:
    """Return what comes in over the border in each interval, by the loops there; None where there are none."""
    whole = {one.where: one for one in counts if one.kind == Kind.COUNT}
    found = [whole.get(f"entry {edge}", whole.get(f"approach {edge}")) for edge in sorted(unknowns.entries)]
    veh = [forecast.veh.mean[forecast.place[name]] for one in found if one is not None for name in one.detectors]
    total = np.sum(veh, axis=0) if veh else np.zeros(1)
    return np.asarray(total) if total.min() > 0 else None


def _mean_age_s(place: Equation, ages_s: Floats, flows_veh: Floats) -> float:
    streams = [k for k, _ in place.terms]
    return float(np.average(ages_s[streams], weights=np.maximum(flows_veh[streams], LEAST_FLOW_VEH)))


def stream_ages_s(network: Network, unknowns: Unknowns, flows_veh: Floats) -> Floats:
    """Return how long vehicles have been on their way, on average, when they leave for each stream. [s]

    The time to the end of an edge is that of the streams into it, weighted by their flows, and the time along it;
    what starts on the edge has only that. One linear system for all edges, so that circles are no difficulty.
    """
    row = {edge: k for k, edge in enumerate(unknowns.edges)}
    streets = [network.edges[edge] for edge in unknowns.edges]
    along_s = np.array([street.length_m / (street.speed_m_s * TRAVEL_SHARE_OF_LIMIT) for street in streets])
    start = np.array([row[stream.from_edge] for stream in unknowns.streams])
    end = np.array([row[stream.to_edge] for stream in unknowns.streams])
    into, out = (np.bincount(side, flows_veh, len(row)) for side in (end, start))
    through = np.maximum(np.maximum(into, out), LEAST_FLOW_VEH) * (1.0 + LEAST_FLOW_VEH)
    share = csc_matrix((flows_veh / through[end], (end, start)), shape=(len(row), len(row)))
    ages_s = splu(csc_matrix(identity(len(row), format="csc") - share)).solve(along_s)
    return np.asarray(np.maximum(ages_s, 0.0)[start])
