"""The middle of the chain: from the demand of a period to the best plan found for it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from time import monotonic

from ...networks.plan import Plan
from ...networks.progress import Tell, silent
from ...networks.seeds import CLIMB_SEEDS, REFINE_SEEDS
from ..optimise.climb.climbs import Climbs
from ..optimise.race.correction import Correction
from ..optimise.rounds import Round, improved
from ..optimise.search import Found, search, simulated_seeds
from .workbench import Workbench

Further = Callable[[Plan, int, Tell], tuple[Plan, tuple[Round, ...]]]


def find_plan(
    bench: Workbench, *, until_s: float | None = None, tell: Tell = silent, executor: Executor | None = None
) -> Found:
    """Return the best plan found for the forecast demand.

    With `until_s`, a reading of the monotonic clock, further rounds begin as long as it is not reached.
    """
    options = bench.prepared.study.file.options
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        folder = Path(name)
        correction = Correction(
            model=bench.model, referee=bench.referee(REFINE_SEEDS, folder, executor), seeds=REFINE_SEEDS
        )
        return search(
            bench.problem,
            bench.referee(simulated_seeds(bench.budget), folder, executor),
            bench.model,
            cycles_s=bench.cycles_s,
            budget=bench.budget,
            effort=options.effort,
            seed=options.seed,
            correct=correction,
            further=None if until_s is None else _rounds(bench, correction, folder, until_s, executor),
            allowed=bench.allows,
            mended=bench.mended,
            tell=tell,
        )


def _rounds(
    bench: Workbench, correction: Correction, folder: Path, until_s: float, executor: Executor | None
) -> Further:
    """Return what improves a plan in further rounds as long as a reading of the monotonic clock is not reached."""
    problem, budget = bench.problem, bench.budget

    def further(plan: Plan, seed: int, tell: Tell) -> tuple[Plan, tuple[Round, ...]]:
        return improved(
            plan,
            Climbs(model=bench.model, options=problem.options, period_h=problem.period_h, seeds=CLIMB_SEEDS),
            partial(bench.referee, folder=folder, executor=executor),
            trials=budget.trials,
            seeds=budget.final_seeds,
            seed=seed,
            time_left=lambda: monotonic() < until_s,
            correct=correction,
            allowed=bench.allows,
            tell=tell,
        )

    return further
