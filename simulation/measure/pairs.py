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
    """How the delay of `ours` compares with that of `theirs` over the same seeds; plain numbers only.

    The interval holds the mean of the differences ours - theirs at `level` (paired, by the method that `interval_by`
    names); with a single seed it is unbounded, written as None. `level` is 95 % where the runs are looked at once; a
    trial that is looked at several times states a stricter one. `ratio_of_medians` is the figure to quote where single
    seeds gridlock; it is None if their median is 0.
    """

    seeds: tuple[int, ...]
    ours_s: tuple[float, ...]
    theirs_s: tuple[float, ...]
    mean_difference_s: float
    low_s: float | None
    high_s: float | None
    median_ours_s: float
    median_theirs_s: float
    ratio_of_medians: float | None
    gridlocked_ours: tuple[int, ...]
    gridlocked_theirs: tuple[int, ...]
    unserved_ours: float  # mean over the seeds
    unserved_theirs: float
    stops_ours: float  # per vehicle, mean over the seeds
    stops_theirs: float
    level: float = LEVEL
    interval_by: str = ""

    @property
    def clearly_better(self) -> bool:
        """Whether the whole interval says that ours has less delay."""
        return self.high_s is not None and self.high_s < 0

    @property
    def clearly_worse(self) -> bool:
        """Whether the whole interval says that ours has more delay."""
        return self.low_s is not None and self.low_s > 0

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON knows them."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


def compare(ours: Sequence[Run], theirs: Sequence[Run], level: float = LEVEL) -> PairedComparison:
    """Compare two series of runs of one scenario, with an interval of the given level.

    Raises InputError unless both have the same seeds in the same order, each once.
    """
    seeds = tuple(run.seed for run in ours)
    if not seeds or seeds != tuple(run.seed for run in theirs) or len(set(seeds)) != len(seeds):
        raise InputError(
            where="paired comparison",
            found=f"seeds {list(seeds)} against {[run.seed for run in theirs]}",
            rule="both plans run with the same seeds, each once and in the same order",
            fix="run both with the same seeds",
        )
    ours_s = np.array([run.mean_delay_s for run in ours])
    theirs_s = np.array([run.mean_delay_s for run in theirs])
    low_s, high_s = interval(ours_s - theirs_s, level)
    median_ours_s, median_theirs_s = float(np.median(ours_s)), float(np.median(theirs_s))
    return PairedComparison(
        seeds=seeds,
        ours_s=tuple(map(float, ours_s)),
        theirs_s=tuple(map(float, theirs_s)),
        mean_difference_s=float((ours_s - theirs_s).mean()),
        low_s=low_s,
        high_s=high_s,
        median_ours_s=median_ours_s,
        median_theirs_s=median_theirs_s,
        ratio_of_medians=median_ours_s / median_theirs_s if median_theirs_s > 0 else None,
        gridlocked_ours=tuple(run.seed for run in ours if run.gridlocked),
        gridlocked_theirs=tuple(run.seed for run in theirs if run.gridlocked),
        unserved_ours=float(np.mean([run.unserved for run in ours])),
        unserved_theirs=float(np.mean([run.unserved for run in theirs])),
        stops_ours=float(np.mean([run.stops_per_vehicle for run in ours])),
        stops_theirs=float(np.mean([run.stops_per_vehicle for run in theirs])),
        level=level,
        interval_by=method(len(seeds)),
    )
