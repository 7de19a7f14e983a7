"""A plan's lamps, one by one, put before the twin that has the map."""

from __future__ import annotations

import numpy as np
from greenband.networks.junction import Junction
from greenband.networks.plan import JunctionPlan

from .eyes import Seen
from .looked_on import PER_S, Fault, looked_on, today_of


class Onlooker:
    """The twin at one junction: what it sees of the street, and what runs there today."""

    def __init__(self, junction: Junction, seen: Seen) -> None:
        self._links = {group.id: group.links for group in junction.groups}
        self._size, self._seen = junction.size, seen
        self._today = today_of(self._lamps(junction.running), seen)

    @property
    def unknown(self) -> frozenset[str]:
        """The groups with a lamp that steers nothing on the map: vehicles, or those who walk."""
        steering = {way.lamp for way in self._seen.ways}
        return frozenset(group for group, links in self._links.items() if not set(links) <= steering)

    def faults(self, plan: JunctionPlan) -> set[Fault]:
        """Return what the twin sees wrong with a plan."""
        return looked_on(self._lamps(plan), self._seen, self._today)

    def _lamps(self, plan: JunctionPlan) -> np.ndarray:
        """Return what each lamp shows in each tick of the cycle, shape (lamps, ticks)."""
        ticks = round(plan.cycle_s * PER_S)
        shown = np.full((self._size, ticks), ord("r"), dtype=np.uint8)
        for group in plan.groups:
            for window in group.windows:
                start, length = round(window.start_s * PER_S), round(window.length_s * PER_S)
                at = np.arange(start, start + length) % ticks
                for lamp in self._links[group.group]:
                    shown[lamp, at] = ord(window.display)
        return shown
