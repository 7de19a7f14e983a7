"""Simulated vehicles on the main street, as values: what they are, and how long a picture of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...networks.plan import Plan
from .street import Street

Track = tuple[tuple[float, float], ...]  # seconds after midnight, metres along the street


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """How vehicles drove along the main street under one plan; metres run from the first junction to the last."""

    forth: tuple[Track, ...]
    back: tuple[Track, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectories:
    """Simulated vehicles on the main street under both plans, with one seed, between two times after midnight."""

    begin_s: float
    end_s: float
    seed: int
    running: Tracks
    plan: Tracks


def shown_s(plans: Sequence[Plan], street: Street) -> float:
    """Return the time to show: two of the longest cycles and the drive along the street, at most four cycles."""
    cycle_s = max(plan.by_junction[junction].cycle_s for plan in plans for junction in street.junctions)
    return min(2 * cycle_s + sum(link.travel_s for link in street.forth), 4 * cycle_s)
