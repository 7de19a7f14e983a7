"""Two plans in the same traffic with the same seeds, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from .engine.validate.movement_table import movement_rows
from .networks.errors import InputError
from .simulating import Simulation
from .simulation.measure.pairs import PairedComparison
from .simulation.measure.pairs import compare as compare_runs


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Plan `a` against plan `b`: differences are a - b, so below 0 `a` has less delay.

    `pairs` has the figures: mean_difference_s, low_s and high_s (the interval of that mean, at `level`),
    ratio_of_medians, stops, unserved and gridlocked seeds of both ("plan" is a).
    """

    a: Simulation
    b: Simulation
    pairs: PairedComparison = field(repr=False)

    @cached_property
    def seeds(self) -> pl.DataFrame:
        """One row for each seed: seed, a_delay_s, b_delay_s, difference_s, all per trip."""
        found = self.pairs
        frame = pl.DataFrame({"seed": found.seeds, "a_delay_s": found.plan_s, "b_delay_s": found.running_s})
        return frame.with_columns(difference_s=pl.col("a_delay_s") - pl.col("b_delay_s"))

    @cached_property
    def movements(self) -> pl.DataFrame:
        """One row for each movement: names, vehicles of a and b (means), delay_s of a and b (medians), difference_s."""
        names = ["junction", "from_edge", "to_edge"]
        names += ["a_vehicles", "b_vehicles", "a_delay_s", "b_delay_s", "difference_s"]
        rows = [
            (
                *(row.junction, row.from_edge, row.to_edge, row.vehicles_plan, row.vehicles_running),
                *(row.delay_plan_s, row.delay_running_s, row.loss_s),
            )
            for row in movement_rows(self.a.runs, self.b.runs)
        ]
        return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)

    def _repr_html_(self) -> str:
        from .notebook import comparison_html

        return comparison_html((self.a.plan.value, self.b.plan.value), self.a.plan.network, self.pairs)


def compare(a: Simulation, b: Simulation) -> Comparison:
    """Return how simulation `a` compares with `b`; nothing is simulated again.

    Raises InputError unless both have the same seeds in the same order and the same traffic.
    """
    if a.traffic != b.traffic:
        raise InputError(
            where="compare",
            found="two simulations of different traffic",
            rule="plans are compared in the same study, period, routes, warm-up and scale",
            fix="simulate both with the same arguments",
        )
    return Comparison(a=a, b=b, pairs=compare_runs(a.runs, b.runs))
