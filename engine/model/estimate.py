"""Queue-model estimate for a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...kernels.queue import OUTSIDE, UNDER_WAY, simulate
from ...networks.plan import Plan
from .lamps import switch
from .log import logged_run
from .queue_traffic import Traffic
from .queues import Queues, queues
from .streets import TICKS_PER_S, Streets


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """What the queue model expects of a plan: the words are those of the simulator's evidence.

    Delay is, for all vehicles that want to leave in the period, time lost on the way plus the wait to enter; vehicles
    under way at the end count with what they lost so far, those never let in with their wait so far. `turns` are
    (junction, approach edge, exit edge) with the vehicles that made the turn or waited for it, and the delay since
    the signal before. Vehicles of the warm-up are on the streets, and in none of the figures.
    """

    delay_s: NDArray[np.float64]  # (V,)
    stops: NDArray[np.int64]  # (V,)
    unserved: int
    unfinished: int
    turns: tuple[tuple[str, str, str], ...]
    turn_vehicles: NDArray[np.int64]
    turn_delay_s: NDArray[np.float64]
    queues: Queues | None = None  # where it was asked for

    @property
    def vehicles(self) -> int:
        """How many vehicles want to leave in the period."""
        return int(self.delay_s.size)

    @property
    def by_turn(self) -> dict[tuple[str, str, str], tuple[int, float]]:
        """Vehicles and summed delay [s] of each of the turns."""
        rows = zip(self.turns, self.turn_vehicles.tolist(), self.turn_delay_s.tolist(), strict=True)
        return {turn: (vehicles, delay_s) for turn, vehicles, delay_s in rows}

    @property
    def mean_delay_s(self) -> float:
        """Delay per vehicle; 0 without vehicles."""
        return float(self.delay_s.mean()) if self.delay_s.size else 0.0

    @property
    def stops_per_vehicle(self) -> float:
        """Stops per vehicle; 0 without vehicles."""
        return float(self.stops.mean()) if self.stops.size else 0.0


def estimate(streets: Streets, traffic: Traffic, plan: Plan, end_s: float, *, with_queues: bool = False) -> Estimate:
    """Return what becomes of the traffic until `end_s` when the plan runs.

    Queues, spillback and stops by movement take hundredths of a second: the optimiser does without.
    """
    if with_queues:
        log = logged_run(streets, traffic, plan, end_s)
        return replace(_estimate(streets, log.vehicles, log.turns), queues=queues(streets, traffic, log))
    ticks = round((end_s - traffic.begin_s) * TICKS_PER_S)
    lamps = switch(streets, plan, traffic.begin_s)
    return _estimate(streets, *simulate(streets.tables, traffic.tables, lamps, ticks))


def mean_delays_s(
    streets: Streets,
    traffic: Sequence[Traffic],
    plan: Plan,
    end_s: float,
    factors: NDArray[np.float64] | None = None,
) -> list[float]:
    """Return `estimate(...).mean_delay_s` for each of some traffic, and nothing else. [s]

    The optimiser's question, thousands of times: the lamps are laid out once, and no turn is named. With `factors`,
    one for each of `streets.turns`, the delay that arose before that turn counts so many times.
    """
    lamps, begin_s, delays_s = None, 0.0, []
    for one in traffic:
        if lamps is None or one.begin_s != begin_s:
            lamps, begin_s = switch(streets, plan, one.begin_s), one.begin_s
        vehicles, turns = simulate(streets.tables, one.tables, lamps, round((end_s - begin_s) * TICKS_PER_S))
        loss = vehicles["loss"][vehicles["counted"] > 0]
        more = 0.0 if factors is None else float(((factors - 1.0) * turns["delay"]).sum())
        delays_s.append(float((loss / TICKS_PER_S).mean() + more / TICKS_PER_S / loss.size) if loss.size else 0.0)
    return delays_s


def _estimate(streets: Streets, vehicles: NDArray[np.void], turns: NDArray[np.void]) -> Estimate:
    vehicles = vehicles[vehicles["counted"] > 0]
    used = np.flatnonzero(turns["vehicles"])
    names = streets.network.signal_of_turn
    return Estimate(
        delay_s=vehicles["loss"] / TICKS_PER_S,
        stops=vehicles["stops"].astype(np.int64),
        unserved=int((vehicles["phase"] == OUTSIDE).sum()),
        unfinished=int((vehicles["phase"] == UNDER_WAY).sum()),
        turns=tuple((names[streets.turns[t]], *streets.turns[t]) for t in used),
        turn_vehicles=turns["vehicles"][used].astype(np.int64),
        turn_delay_s=turns["delay"][used] / TICKS_PER_S,
    )
