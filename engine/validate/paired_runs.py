"""Runs of a plan and of the running plan on the same seeds, with all that follows from them, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...simulation.measure.pairs import LEVEL, PairedComparison, compare
from ...simulation.run import Run
from .movement_table import Row, junction_rows, movement_rows


@dataclass(frozen=True, kw_only=True)
class PairedRuns:
    """Runs of both plans, with the same seeds in the same order; `level` is that of the comparison's interval."""

    plan_runs: tuple[Run, ...]
    running_runs: tuple[Run, ...]
    level: float = LEVEL

    @cached_property
    def comparison(self) -> PairedComparison:
        """The delay of both plans, pair by pair. Raises InputError if the seeds differ."""
        return compare(self.plan_runs, self.running_runs, self.level)

    @cached_property
    def movements(self) -> tuple[Row, ...]:
        """Every movement through a junction that anybody made, under both plans."""
        return movement_rows(self.plan_runs, self.running_runs)

    @cached_property
    def junctions(self) -> tuple[Row, ...]:
        """Every junction under both plans."""
        return junction_rows(self.plan_runs, self.running_runs)
