"""Standing traffic by any key: movement, approach, junction.

A vehicle *stands* from the tick at which it would have passed the stop line on an empty street with a green lamp until
it passes: the queue is the difference between the curves of arrivals and departures at the stop line, so its mean is
flow times delay (J. D. C. Little, A proof for the queuing formula L = λW, Operations Research 9, 1961). Who waits for a
gap within the junction is not in the queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...kernels.queue import NEVER
from .log import Log
from .queue_intervals import Ints, covered, mean_and_most
from .streets import TICKS_PER_S, Streets

STOP_TICKS = 2 * TICKS_PER_S  # who is held for longer has stopped
DM_PER_M = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueueStanding:
    """Figures over the period of those movements, approaches or junctions that had any traffic; shape (len(names),).

    The queue in metres is length and gap of the standing vehicles, of all lanes together. `spillback_s` is of a
    movement the time in which a vehicle at the head of a lane waits for room downstream, of an approach the time in
    which somebody waits for room on it, and of a junction the time in which it is so on any of its approaches.
    """

    names: tuple[tuple[str, ...], ...]  # (junction, from edge, to edge), (junction, edge) or (junction,); "" without
    queue_mean: NDArray[np.float64]  # vehicles
    queue_max: NDArray[np.int64]  # vehicles
    queue_mean_m: NDArray[np.float64]
    queue_max_m: NDArray[np.float64]
    spillback_s: NDArray[np.float64]
    stops: NDArray[np.int64]  # by the vehicles that count


class Legs:
    """The legs of a run that end at a stop line, with what they tell."""

    def __init__(self, streets: Streets, log: Log, period: tuple[int, int]) -> None:
        rows = log.legs[log.legs["way"] >= 0]
        self.period, self.holds = period, log.holds
        self.lane, self.turn = rows["lane"], streets.tables.ways["turn"][rows["way"]]
        self.at_line = streets.tables.lanes["way"][rows["lane"]] < 0
        self.since, self.until = rows["arrival"], np.minimum(rows["left"], log.end)
        self.space = log.vehicles["space"][rows["vehicle"]]
        counted = log.vehicles["counted"][rows["vehicle"]] > 0
        self.stopped = counted & (rows["left"] < NEVER) & (rows["left"] > rows["arrival"] + STOP_TICKS)

    def queue(self, key: Ints, weight: Ints, kinds: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return mean and maximum of the standing weight by key; -1 is nobody's."""
        use = self.at_line & (key >= 0)
        return mean_and_most(key[use], self.since[use], self.until[use], weight[use], kinds, self.period)

    def standing(self, names: Sequence[tuple[str, ...]], key: Ints, hold_key: Ints) -> QueueStanding:
        """Return the figures of all that bear one of the keys; keys are places in `names`, or -1."""
        kinds = len(names)
        mean, most = self.queue(key, np.ones_like(self.space), kinds)
        mean_dm, most_dm = self.queue(key, self.space, kinds)
        held = hold_key >= 0
        spillback = covered(hold_key[held], self.holds["since"][held], self.holds["until"][held], kinds, self.period)
        used = np.flatnonzero((np.bincount(key[key >= 0], minlength=kinds) > 0) | (spillback > 0))
        stops = np.bincount(key[self.stopped & (key >= 0)], minlength=kinds)
        return QueueStanding(
            names=tuple(names[place] for place in used.tolist()),
            queue_mean=mean[used],
            queue_max=most[used],
            queue_mean_m=mean_dm[used] / DM_PER_M,
            queue_max_m=most_dm[used] / DM_PER_M,
            spillback_s=spillback[used] / TICKS_PER_S,
            stops=stops[used],
        )
