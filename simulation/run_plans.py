"""Plans in SUMO: every plan with every seed, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path

from ..networks.files import replace_atomically, xml_bytes
from ..networks.network import Network
from ..networks.plan import Plan
from ..networks.sumo.program import program_xml
from .fan_out import Job, run_many
from .run import Run
from .scenario import Scenario


def run_plans(
    plans: Sequence[Plan],
    network: Network,
    scenarios: Mapping[int, Scenario],
    folder: Path,
    *,
    seeds: Sequence[int] | None = None,
    executor: Executor | None = None,
    on_run: Callable[[Run], None] | None = None,
) -> list[list[Run]]:
    """Simulate every plan with every seed; returns a list of runs, in the order of the seeds, for each plan.

    `scenarios` has the traffic of each seed; without `seeds`, all of them are simulated. Program files are written into
    `folder`. `on_run` is called after each simulation.
    """
    wanted = tuple(scenarios) if seeds is None else seeds
    files = [_write(folder / f"plan{place}.add.xml", plan, network) for place, plan in enumerate(plans)]
    jobs = [Job(scenario=scenarios[seed], seed=seed, programs=file) for file in files for seed in wanted]

    def tell(_place: int, run: Run) -> None:
        if on_run is not None:
            on_run(run)

    done = run_many(jobs, executor, tell)
    return [done[k * len(wanted) : (k + 1) * len(wanted)] for k in range(len(plans))]


def _write(path: Path, plan: Plan, network: Network) -> Path:
    replace_atomically(path, xml_bytes(program_xml(plan, network, "greenband-trial")))
    return path
