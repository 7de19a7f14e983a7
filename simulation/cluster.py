"""More machines: an executor whose work is done by the workers of a Dask cluster.

Dask plans, moves and repeats the work; a task whose worker dies is given to another one. What is ours here is that the
files a job names travel with it, and that no worker of another version takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, TypeVar

from ..networks.errors import InputError
from .shipping import folded, packed, unpacked

if TYPE_CHECKING:
    from distributed import Client

R = TypeVar("R")

# What decides the result of a job to the last bit.
VERSIONS = ("greenband", "eclipse-sumo", "numba", "numpy", "scipy", "ortools")
CONNECT_S = 30


@contextmanager
def cluster_executor(address: str | None) -> Iterator[Executor | None]:
    """Give an executor on the cluster whose scheduler is at an address (`tcp://host:8786`), None without an address.

    Raises
    ------
    InputError
        Dask distributed is not installed, or no scheduler answers at the address.
    """
    if address is None:
        yield None
        return
    client = _connected(address)
    try:
        yield ClusterExecutor(client)
    finally:
        client.close()


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            where=f"--cluster {address}",
            found="no Dask distributed on this machine",
            rule="a cluster is reached through it",
            fix="install greenband[cluster]",
        ) from error
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise InputError(
            where=f"--cluster {address}",
            found=f"no scheduler that answers ({error})",
            rule="the address is that of a Dask scheduler, as tcp://host:8786",
            fix="start one with `dask scheduler` and workers with `dask worker`, or correct the address",
        ) from error


class ClusterExecutor(Executor):
    """Runs functions on the workers of a cluster, with the files that their arguments name.

    The results are those that this machine would give, bit for bit, whatever the number of workers and whichever of
    them are lost on the way. A result may not name a file of the worker's.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._pool = client.get_executor(pure=False)
        self._sent: dict[str, Any] = {}

    def submit(self, work: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        """Send a call to the cluster; its function is known to the workers by name, its arguments can be pickled."""
        parcel = packed((work, args, kwargs))
        files = {digest: self._file(digest, path) for digest, path in parcel.files.items()}
        sent: Future[R] = self._pool.submit(_do, parcel.content, files, _versions())
        return sent

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; the cluster stays as it is."""
        self._pool.shutdown(wait=wait)

    def _file(self, digest: str, path: Any) -> Any:
        """Return the file's content as a value on the cluster, sent once.

        It is the result of a task, not data laid down on some worker: so it can be had again when that worker is lost.
        """
        if digest not in self._sent:
            self._sent[digest] = self._client.submit(bytes, folded(path), key=f"greenband-file-{digest}")
        return self._sent[digest]


def _do(content: bytes, files: Mapping[str, bytes], wanted: Mapping[str, str]) -> Any:
    """Do what a parcel asks for; on a worker."""
    here = _versions()
    if here != wanted:
        differing = ", ".join(
            f"{name} {here[name]} for {wanted[name]}" for name in wanted if here[name] != wanted[name]
        )
        raise InputError(
            where="a worker of the cluster",
            found=differing,
            rule="all machines have the same versions, or the same inputs would not give the same plan",
            fix="install the same versions on the workers",
        )
    work, args, kwargs = unpacked(content, files)
    return work(*args, **kwargs)


@cache
def _versions() -> dict[str, str]:
    return {name: _version(name) for name in VERSIONS}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
