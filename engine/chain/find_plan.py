"""The middle of the chain: from the demand of a period to the best plan found for it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from time import monotonic

from ...networks.plan import Plan
from ...networks.progress import Tell, silent
from ...networks.seeds import CLIMB_SEEDS, REFINE_SEEDS
from ...simulation.run import Run
from ..optimise.climb.climbs import Climbs
from ..optimise.race.correction import Correction
from ..optimise.race.refusal import Refusal
from ..optimise.rounds import Round, improved
from ..optimise.search import Found, search, simulated_seeds
from ..studies.file import Gate
from ..validate.movement_faults import losing_too_much, movement_faults
from ..validate.paired_runs import PairedRuns
from ..validate.service import level_faults
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
            refuse=partial(refusal_of, bench.prepared.study.file.gate),
            tell=tell,
        )


def refusal_of(limits: Gate, plan: Sequence[Run], running: Sequence[Run]) -> Refusal | None:
    """Return what the gate would say against a plan whatever its delay is, by the runs of a final; None for nothing.

    What makes runs void is left out: no other plan would change it.
    """
    rows = PairedRuns(plan_runs=tuple(plan), running_runs=tuple(running)).movements
    losing = [row.junction for row in losing_too_much(rows, limits)]
    reasons = (*level_faults(plan, running, limits), *movement_faults(rows, limits))
    return Refusal(reasons=reasons, junctions=frozenset(losing)) if reasons else None


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
