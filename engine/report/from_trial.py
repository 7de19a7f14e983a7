"""The report's tables of the trial: seeds, junctions, movements."""

from __future__ import annotations

from math import nan

from ..validate import movement_table
from ..validate.trial import Trial
from .data import Comparison, JunctionRow, MovementRow, Simulated
from .words import translated


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
        interval_by=translated(found.interval_by),
    )


def movement_rows(trial: Trial, period_h: float) -> tuple[MovementRow, ...]:
    """Return every movement under both plans: the numbers of the evidence and the gate."""
    return tuple(
        MovementRow(
            junction=row.junction,
            from_edge=row.from_edge,
            to_edge=row.to_edge,
            flow_veh_h=row.vehicles_running / period_h,
            running_delay_s=_or_nan(row.delay_running_s),
            new_delay_s=_or_nan(row.delay_ours_s),
        )
        for row in movement_table.movement_rows(trial.ours, trial.running)
    )


def junction_rows(trial: Trial, period_h: float) -> tuple[JunctionRow, ...]:
    """Return every junction under both plans: the numbers of the evidence and the gate."""
    return tuple(
        JunctionRow(
            junction=row.junction,
            flow_veh_h=row.vehicles_running / period_h,
            running_delay_s=_or_nan(row.delay_running_s),
            new_delay_s=_or_nan(row.delay_ours_s),
        )
        for row in movement_table.junction_rows(trial.ours, trial.running)
    )


def _or_nan(value: float | None) -> float:
    return nan if value is None else value
