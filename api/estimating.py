"""The queue model's estimate for a plan: milliseconds, no SUMO."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from .engine.chain.estimate_plan import Opinion, estimate_on
from .engine.validate.movement_table import turn_rows
from .known import KnownStudy, PeriodOf
from .networks.plan import Plan
from .plans import PlanView, value_of

FIGURES = ("vehicles", "mean_delay_s", "stops_per_vehicle", "unserved", "unfinished")


@dataclass(frozen=True, kw_only=True)
class QueueEstimate:
    """What the queue model expects of a plan and of the running plan; `opinion` is the engine's own value."""

    opinion: Opinion = field(repr=False)

    @cached_property
    def seeds(self) -> pl.DataFrame:
        """Two rows for each seed, plan "plan" and "running": vehicles, mean_delay_s, stops, unserved, unfinished."""
        both = (("plan", self.opinion.plan_estimates), ("running", self.opinion.running_estimates))
        rows = [
            {"seed": seed, "plan": name} | {figure: getattr(run, figure) for figure in FIGURES}
            for name, runs in both
            for seed, run in zip(self.opinion.seeds, runs, strict=True)
        ]
        return pl.DataFrame(rows)

    @cached_property
    def movements(self) -> pl.DataFrame:
        """One row for each movement: names, vehicles (mean), delay_s and running_delay_s (medians over the seeds)."""
        names = ["junction", "from_edge", "to_edge", "vehicles", "delay_s", "running_delay_s"]
        plan, running = (
            [run.by_turn for run in runs] for runs in (self.opinion.plan_estimates, self.opinion.running_estimates)
        )
        rows = [
            (row.junction, row.from_edge, row.to_edge, row.vehicles_plan, row.delay_plan_s, row.delay_running_s)
            for row in turn_rows(plan, running)
        ]
        return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


def estimate(
    study: KnownStudy,
    plan: PlanView | Plan,
    *,
    period: PeriodOf = None,
    seeds: int = 3,
    routes: Sequence[Path] = (),
    warm_up_s: int = 0,
) -> QueueEstimate:
    """Return the queue model's estimate for a plan in a period, on the forecast's traffic or on given routes.

    `seeds` is how many, from 3001 on; `warm_up_s` holds for routes. Raises InputError for routes that have no vehicle.
    """
    chosen = study.period(period)
    prepared = None if routes else study.prepared(chosen)
    found = estimate_on(
        study.study,
        study.network,
        chosen,
        value_of(plan),
        prepared=prepared,
        routes=routes,
        seeds=seeds,
        warm_up_s=warm_up_s,
    )
    return QueueEstimate(opinion=found)
