"""Work on a cluster: the files travel, the results are the same to the bit, and a lost worker costs nothing."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from greenband.networks.errors import InputError
from greenband.simulation import cluster
from greenband.simulation.cluster import cluster_executor
from greenband.simulation.fan_out import Job, run_many
from greenband.simulation.scenario import Scenario
from greenband.simulation.shipping import folded, packed, unpacked

from tests.simulation.streets import routes

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # Dask closes its sockets when it likes

Write = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def workers() -> Iterator[Any]:
    """A cluster of two worker processes on this machine."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as made:
        yield made


@pytest.fixture
def jobs(crossing: Path, write: Write) -> list[Job]:
    demand = write("r.rou.xml", routes([(float(t), "wm me" if t % 3 else "sm mn") for t in range(0, 100, 3)]))
    chosen = Scenario(network=crossing, routes=(demand,), begin_s=0, end_s=300)
    return [Job(scenario=chosen, seed=seed) for seed in range(1, 7)]


def delays(jobs: list[Job], executor: Any = None) -> list[bytes]:
    return [np.asarray(run.trips.delay_s).tobytes() for run in run_many(jobs, executor)]


def test_the_cluster_gives_what_this_machine_gives_to_the_bit(workers: Any, jobs: list[Job]) -> None:
    with cluster_executor(workers.scheduler_address) as executor:
        assert delays(jobs, executor) == delays(jobs)


def wait_and_tell(path: Path, seconds: float) -> tuple[int, bytes]:
    time.sleep(seconds)
    return os.getpid(), path.read_bytes()


def test_a_lost_worker_is_survived_and_so_are_the_files_it_had(workers: Any, tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    told.write_bytes(b"kept")
    with cluster_executor(workers.scheduler_address) as executor:
        assert executor is not None
        first = executor.submit(wait_and_tell, told, 0.0).result(timeout=60)[0]
        waiting: list[Future[tuple[int, bytes]]] = [executor.submit(wait_and_tell, told, 1.0) for _ in range(4)]
        time.sleep(0.5)
        os.kill(first, signal.SIGKILL)
        found = [future.result(timeout=60) for future in waiting]
    assert [content for _, content in found] == [b"kept"] * 4
    assert first not in {process for process, _ in found}


def test_files_travel_with_what_names_them(tmp_path: Path) -> None:
    path = tmp_path / "streets.net.xml"
    path.write_bytes(b"streets")
    parcel = packed({"network": path, "out": tmp_path / "nowhere", "text": str(path)})
    files = {digest: folded(source) for digest, source in parcel.files.items()}
    path.unlink()
    found = unpacked(parcel.content, files)
    assert found["network"].read_bytes() == b"streets"
    assert found["network"].name == "streets.net.xml"
    assert (found["out"], found["text"]) == (tmp_path / "nowhere", str(path))


def test_a_file_that_has_changed_is_sent_anew(tmp_path: Path) -> None:
    path = tmp_path / "plan.add.xml"
    path.write_bytes(b"one")
    before = set(packed(path).files)
    path.write_bytes(b"other")
    assert before.isdisjoint(packed(path).files)


def test_a_worker_of_another_version_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed((len, ("three",), {})).content
    assert cluster._do(content, {}, cluster._versions()) == 5
    with pytest.raises(InputError, match="same versions"):
        cluster._do(content, {}, {**cluster._versions(), "numba": "0.1"})


def test_an_address_where_nobody_answers_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_S", 1)
    with pytest.raises(InputError, match="no scheduler"), cluster_executor("tcp://127.0.0.1:9"):
        pass
    with pytest.raises(InputError, match="no scheduler"), cluster_executor("nonsense://x"):
        pass


def test_without_an_address_there_is_no_executor() -> None:
    with cluster_executor(None) as executor:
        assert executor is None
