"""Many simulations at once, their results in the order of the jobs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from .controlled import Controller
from .process import resume, stop_all
from .run import Run, run
from .scenario import Scenario

J = TypeVar("J")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One simulation to be run: see `run`."""

    scenario: Scenario
    seed: int
    programs: Path | None = None
    controller: Controller | None = None


def run_job(job: Job) -> Run:
    """Run one job."""
    return run(job.scenario, seed=job.seed, programs=job.programs, controller=job.controller)


def run_many(
    jobs: Sequence[Job], executor: Executor | None = None, on_done: Callable[[int, Run], None] | None = None
) -> list[Run]:
    """Run all jobs and return their results in the order of the jobs, whichever ends first.

    Parameters
    ----------
    jobs : sequence of Job
        The simulations.
    executor : Executor, optional
        Where to run them; without one, as many at a time as this machine has processors.
    on_done : callable(int, Run), optional
        Called in this thread for each job that ends, with its place among the jobs.

    Raises
    ------
    InputError, RuntimeError
        Of the first job, in order of ending, that fails; the others are given up. An interrupt (Ctrl-C) kills the
        simulators that run.
    """
    return fan_out(run_job, jobs, executor, on_done)


def fan_out(
    work: Callable[[J], R],
    jobs: Sequence[J],
    executor: Executor | None = None,
    on_done: Callable[[int, R], None] | None = None,
) -> list[R]:
    """Do `work` for every job on an executor; as `run_many`, for any work that runs a simulator."""
    with _executor(executor) as pool:
        places: dict[Future[R], int] = {pool.submit(work, job): place for place, job in enumerate(jobs)}
        results: dict[int, R] = {}
        try:
            for future in as_completed(places):
                place = places[future]
                results[place] = future.result()
                if on_done is not None:
                    on_done(place, results[place])
        except BaseException:
            for future in places:
                future.cancel()
            if executor is None:
                stop_all()
            raise
    return [results[place] for place in range(len(jobs))]


@contextmanager
def _executor(given: Executor | None) -> Iterator[Executor]:
    """Give the executor, or threads of our own.

    Threads, not processes: the work is done by SUMO's processes, and reading what they wrote takes a tenth of the
    time, while a pool of processes imports everything again and passes the results back. Eight runs on 2 processors
    took 6.3 s (threads), 6.4 s (processes), 8.6 s (one by one) on cologne8, and 12.9, 18.1, 14.5 s on cologne3. With
    many more processors, give a process pool: there the reading would queue for the interpreter's lock.
    """
    if given is not None:
        yield given
        return
    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="simulation")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        resume()
