"""The report's tables of the trial: seeds and movements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import nan

from ...simulation.run import Run
from ..trial import Trial
from .data import Comparison, MovementRow, Simulated

Turn = tuple[str, str, str]


def comparison_of(trial: Trial) -> Comparison:
    """Return the paired simulations as the report shows them."""
    found = trial.comparison
    return Comparison(
        seeds=found.seeds,
        running=Simulated(
            delay_s=found.theirs_s,
            stops=found.stops_theirs,
            unserved=found.unserved_theirs,
            gridlocked=found.gridlocked_theirs,
        ),
        new=Simulated(
            delay_s=found.ours_s,
            stops=found.stops_ours,
            unserved=found.unserved_ours,
            gridlocked=found.gridlocked_ours,
        ),
        low_s=nan if found.low_s is None else found.low_s,
        high_s=nan if found.high_s is None else found.high_s,
        interval_by="Student's t, paired",
    )


def movement_rows(trial: Trial, period_h: float) -> tuple[MovementRow, ...]:
    """Return every movement's delay under both plans, averaged over all vehicles of all seeds."""
    running, ours = _by_turn(trial.running), _by_turn(trial.ours)
    rows = []
    for turn in sorted({*running, *ours}):
        vehicles, _ = running.get(turn, (0, 0.0))
        rows.append(
            MovementRow(
                junction=turn[0],
                from_edge=turn[1],
                to_edge=turn[2],
                flow_veh_h=vehicles / len(trial.running) / period_h,
                running_delay_s=_mean(running.get(turn)),
                new_delay_s=_mean(ours.get(turn)),
            )
        )
    return tuple(rows)


def _by_turn(runs: Sequence[Run]) -> dict[Turn, tuple[int, float]]:
    found: dict[Turn, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for run in runs:
        for turn, vehicles, delay_s in _parts(run):
            count, total = found[turn]
            found[turn] = (count + vehicles, total + delay_s)
    return found


def _parts(run: Run) -> Iterable[tuple[Turn, int, float]]:
    delays = run.movements
    for turn, crossed, waiting, delay_s in zip(
        delays.turns, delays.crossed, delays.waiting, delays.delay_s, strict=True
    ):
        yield turn, int(crossed + waiting), float(delay_s)


def _mean(part: tuple[int, float] | None) -> float:
    return part[1] / part[0] if part and part[0] else nan
