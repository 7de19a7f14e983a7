"""Two series of runs with the same seeds, compared pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ...networks.errors import InputError
from ..run import Run
from .confidence import LEVEL, interval, method


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedComparison:
    """How the delay under a plan compares with that under the running plan, over the same seeds; plain numbers only.

    The interval holds the mean of the differences plan_s - running_s at `level` (paired, by the method that
    `interval_by` names); with a single seed it is unbounded, written as None. `level` is 95 % where the runs are
    looked at once; a trial that is looked at several times states a stricter one. `ratio_of_medians` is the figure to
    quote where single seeds gridlock; it is None if their median is 0.
    """

    seeds: tuple[int, ...]
    plan_s: tuple[float, ...]
    running_s: tuple[float, ...]
    mean_difference_s: float
    low_s: float | None
    high_s: float | None
    median_plan_s: float
    median_running_s: float
    ratio_of_medians: float | None
    gridlocked_plan: tuple[int, ...]
    gridlocked_running: tuple[int, ...]
    unserved_plan: float  # mean over the seeds
    unserved_running: float
    stops_plan: float  # per vehicle, mean over the seeds
    stops_running: float
    level: float = LEVEL
    interval_by: str = ""

    @property
    def clearly_better(self) -> bool:
        """Whether the whole interval says that the plan has less delay."""
        return self.high_s is not None and self.high_s < 0

    @property
    def clearly_worse(self) -> bool:
        """Whether the whole interval says that the plan has more delay."""
        return self.low_s is not None and self.low_s > 0

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON knows them."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


def compare(plan: Sequence[Run], running: Sequence[Run], level: float = LEVEL) -> PairedComparison:
    """Compare two series of runs of one scenario, with an interval of the given level.

    Raises InputError unless both have the same seeds in the same order, each once.
    """
    seeds = tuple(run.seed for run in plan)
    if not seeds or seeds != tuple(run.seed for run in running) or len(set(seeds)) != len(seeds):
        raise InputError(
            where="paired comparison",
            found=f"seeds {list(seeds)} against {[run.seed for run in running]}",
            rule="both plans run with the same seeds, each once and in the same order",
            fix="run both with the same seeds",
        )
    plan_s = np.array([run.mean_delay_s for run in plan])
    running_s = np.array([run.mean_delay_s for run in running])
    low_s, high_s = interval(plan_s - running_s, level)
    median_plan_s, median_running_s = float(np.median(plan_s)), float(np.median(running_s))
    return PairedComparison(
        seeds=seeds,
        plan_s=tuple(map(float, plan_s)),
        running_s=tuple(map(float, running_s)),
        mean_difference_s=float((plan_s - running_s).mean()),
        low_s=low_s,
        high_s=high_s,
        median_plan_s=median_plan_s,
        median_running_s=median_running_s,
        ratio_of_medians=median_plan_s / median_running_s if median_running_s > 0 else None,
        gridlocked_plan=tuple(run.seed for run in plan if run.gridlocked),
        gridlocked_running=tuple(run.seed for run in running if run.gridlocked),
        unserved_plan=float(np.mean([run.unserved for run in plan])),
        unserved_running=float(np.mean([run.unserved for run in running])),
        stops_plan=float(np.mean([run.stops_per_vehicle for run in plan])),
        stops_running=float(np.mean([run.stops_per_vehicle for run in running])),
        level=level,
        interval_by=method(len(seeds)),
    )
