"""Simulations in which loops count: what detectors would say of traffic that is made up."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from ..networks.detector import Detector
from ..networks.files import xml_bytes
from .fan_out import fan_out
from .loops import LoopCounts, loops_xml, read_loops
from .run import Run, read_run, simulate
from .scenario import Scenario

OUTPUT = "loops.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopRun:
    """One simulation: what came of its trips, and what its loops counted."""

    run: Run
    loops: LoopCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopJob:
    """A simulation to be run with loops in the street."""

    scenario: Scenario
    seed: int
    detectors: tuple[Detector, ...]
    interval_s: int


def loop_run(job: LoopJob) -> LoopRun:
    """Run one job. Raises as `run` does."""
    scenario = on_whole_intervals(job.scenario, job.interval_s)
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        folder = Path(name)
        loops = folder / "loops.add.xml"
        loops.write_bytes(xml_bytes(loops_xml(job.detectors, interval_s=job.interval_s, output=OUTPUT)))
        simulate(scenario, folder, seed=job.seed, loops=loops, trips_too=True)
        counted = read_loops(
            folder / OUTPUT,
            len(job.detectors),
            begin_s=scenario.begin_s,
            intervals=(scenario.end_s - scenario.begin_s) // job.interval_s,
            interval_s=job.interval_s,
        )
        return LoopRun(run=read_run(scenario, folder, job.seed), loops=counted)


def on_whole_intervals(scenario: Scenario, interval_s: int) -> Scenario:
    """Return the scenario that starts so much earlier that the period begins with an interval of its loops.

    SUMO's loops count in intervals from the start of the simulation, whatever the time of day.
    """
    warm_up_s = -(-scenario.warm_up_s // interval_s) * interval_s
    return replace(scenario, warm_up_s=min(warm_up_s, scenario.begin_s))


def run_with_loops(
    scenarios: Mapping[int, Scenario],
    detectors: Sequence[Detector],
    interval_s: int,
    executor: Executor | None = None,
) -> list[LoopRun]:
    """Simulate each seed's scenario under the running programs, with loops; results in the order of the seeds."""
    jobs = [
        LoopJob(scenario=scenario, seed=seed, detectors=tuple(detectors), interval_s=interval_s)
        for seed, scenario in scenarios.items()
    ]
    return fan_out(loop_run, jobs, executor)
