"""A trial: a plan and the running plan in the simulator, on the same seeds and the same traffic."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.progress import Tell, silent
from ...networks.seeds import VALIDATION_SEEDS
from ...simulation.run import Run
from ...simulation.run_plans import run_plans
from ...simulation.scenario import Scenario
from .paired_runs import PairedRuns

Traffic = Literal["forecast traffic", "true routes"]


@dataclass(frozen=True, kw_only=True)
class Trial(PairedRuns):
    """What the simulations of a plan and of the running plan gave, seed by seed."""

    plan: Plan
    traffic: Traffic


def validation_seeds(count: int, after: int = 0) -> tuple[int, ...]:
    """Return seeds that only validation uses, the first `after` of them left out: 100, 101, …"""
    return tuple(VALIDATION_SEEDS[after : after + count])


def joined(first: Trial, more: Trial) -> Trial:
    """Return two trials of one plan, with different seeds, as one."""
    plan_runs, running_runs = first.plan_runs + more.plan_runs, first.running_runs + more.running_runs
    return replace(first, plan_runs=plan_runs, running_runs=running_runs)


def try_plan(
    network: Network,
    plan: Plan,
    scenarios: Mapping[int, Scenario],
    traffic: Traffic,
    *,
    tell: Tell = silent,
    executor: Executor | None = None,
) -> Trial:
    """Simulate a plan and the running plan with every seed there is a scenario for, and compare them pair by pair."""
    done = 0

    def on_run(_run: Run) -> None:
        nonlocal done
        done += 1
        tell("validation", done, 2 * len(scenarios))

    with tempfile.TemporaryDirectory(prefix="greenband-") as folder:
        plan_runs, running_runs = run_plans(
            [plan, network.running_plan],
            network,
            {seed: replace(scenario, emissions=True) for seed, scenario in scenarios.items()},
            Path(folder),
            executor=executor,
            on_run=on_run,
        )
    return Trial(plan=plan, traffic=traffic, plan_runs=tuple(plan_runs), running_runs=tuple(running_runs))
