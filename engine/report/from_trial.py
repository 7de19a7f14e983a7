"""The report's tables of the trial: seeds, junctions, movements."""

from __future__ import annotations

from math import nan

from ...simulation.measure.pairs import PairedComparison
from ..validate.trial import Trial
from .data import JunctionRow, MovementRow, Simulated, TrialFigures
from .words import translated


def comparison_of(trial: Trial) -> TrialFigures:
    """Return the paired simulations as the report shows them."""
    return comparison_of_pairs(trial.comparison)


def comparison_of_pairs(found: PairedComparison) -> TrialFigures:
    """Return a paired comparison as the report shows it; ours is the new plan."""
    return TrialFigures(
        seeds=found.seeds,
        running=Simulated(
            delay_s=found.running_s,
            stops=found.stops_running,
            unserved=found.unserved_running,
            gridlocked=found.gridlocked_running,
        ),
        plan=Simulated(
            delay_s=found.plan_s,
            stops=found.stops_plan,
            unserved=found.unserved_plan,
            gridlocked=found.gridlocked_plan,
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
            plan_delay_s=_or_nan(row.delay_plan_s),
        )
        for row in trial.movements
    )


def junction_rows(trial: Trial, period_h: float) -> tuple[JunctionRow, ...]:
    """Return every junction under both plans: the numbers of the evidence and the gate."""
    return tuple(
        JunctionRow(
            junction=row.junction,
            flow_veh_h=row.vehicles_running / period_h,
            running_delay_s=_or_nan(row.delay_running_s),
            plan_delay_s=_or_nan(row.delay_plan_s),
        )
        for row in trial.junctions
    )


def _or_nan(value: float | None) -> float:
    return nan if value is None else value
