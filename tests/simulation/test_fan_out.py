"""Many simulations at once: in order, on any executor, and none left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from greenband.networks.errors import InputError
from greenband.simulation.fan_out import Job, run_many
from greenband.simulation.scenario import Scenario

from tests.simulation.streets import routes

Write = Callable[[str, str], Path]


class Backwards(Executor):
    """Does all work at the end, the last first."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        if len(self.waiting) == 3:
            for waiting, work in reversed(self.waiting):
                waiting.set_result(work())
        return future


@pytest.fixture
def jobs(crossing: Path, write: Write) -> list[Job]:
    demand = write("r.rou.xml", routes([(float(t), "wm me" if t % 3 else "sm mn") for t in range(0, 100, 3)]))
    chosen = Scenario(network=crossing, routes=(demand,), begin_s=0, end_s=300)
    return [Job(scenario=chosen, seed=seed) for seed in (5, 3, 4)]


def test_results_stand_in_the_order_of_the_jobs_whatever_the_executor(jobs: list[Job]) -> None:
    done: list[int] = []
    here = run_many(jobs, on_done=lambda place, _: done.append(place))
    there = run_many(jobs, Backwards())
    assert [run.seed for run in here] == [run.seed for run in there] == [5, 3, 4]
    assert [run.mean_delay_s for run in here] == [run.mean_delay_s for run in there]
    assert sorted(done) == [0, 1, 2]


def test_one_bad_job_ends_them_all_and_the_next_ones_run_again(jobs: list[Job], write: Write) -> None:
    bad = write("bad.rou.xml", routes([(0, "wm nowhere")]))
    broken = Job(scenario=Scenario(network=jobs[0].scenario.network, routes=(bad,), begin_s=0, end_s=300), seed=1)
    with pytest.raises(InputError, match="nowhere"):
        run_many([broken, *jobs])
    assert len(run_many(jobs[:1])) == 1


SCRIPT = """
import sys
from pathlib import Path
from greenband.simulation.fan_out import Job, run_many
from greenband.simulation.scenario import Scenario
chosen = Scenario(network=Path(sys.argv[1]), routes=(Path(sys.argv[2]),), begin_s=0, end_s=80_000_000)
run_many([Job(scenario=chosen, seed=seed) for seed in range(4)])
"""


def test_an_interrupt_kills_the_simulators(crossing: Path, write: Write) -> None:
    demand = write("endless.rou.xml", routes([(float(t), "wm me") for t in range(0, 100, 3)]))
    program = subprocess.Popen([sys.executable, "-c", SCRIPT, str(crossing), str(demand)], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not (children := _simulators(demand)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert children
        program.send_signal(signal.SIGINT)  # to this process alone: a terminal would tell its children too
        assert program.wait(timeout=20) != 0
        assert not _simulators(demand)
    finally:
        program.kill()
        for left in _simulators(demand):
            os.kill(int(left), signal.SIGKILL)


def _simulators(demand: Path) -> list[str]:
    """The processes of SUMO that were given this route file."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if Path(words[0]).name == "sumo" and any(str(demand) in word for word in words):
            found.append(process.name)
    return found
