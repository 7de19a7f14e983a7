"""One simulator process: started, waited for, understood when it fails, and never left behind."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..networks.errors import InputError
from .binaries import child_environment

LOG = "log.txt"
TAIL_LINES = 20
# SUMO drops these vehicles with a warning only; a demand that shrinks unnoticed would make every plan look good.
UNSORTED = "should be sorted by departure time, ignoring"

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
_stopping = threading.Event()


class Stopped(Exception):
    """The simulation was killed because everything is being stopped."""


def execute(command: Sequence[str], folder: Path, *, inputs: str, copies: Mapping[str, str] | None = None) -> None:
    """Run a simulator in a folder until it ends; what it says goes to `log.txt` there.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments; its relative paths are relative to `folder`.
    folder : Path
        Its working folder.
    inputs : str
        What the user gave, for the error.
    copies : mapping of str to str, optional
        For each file of ours that is a copy of the user's, that file: the error names the user's.

    Raises
    ------
    InputError
        SUMO reports an error in what it was given, or silently drops vehicles.
    RuntimeError
        It ended in another way than it should; the message has the end of the log.
    Stopped
        `stop_all` was called.
    """
    if _stopping.is_set():
        raise Stopped
    with open(folder / LOG, "wb") as log:
        child = subprocess.Popen(
            list(command),
            cwd=folder,
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        with _lock:
            _running.add(child)
        try:
            child.wait()
        finally:
            child.kill()  # does nothing to a process that has ended
            child.wait()
            with _lock:
                _running.discard(child)
    if _stopping.is_set():
        raise Stopped
    said = (folder / LOG).read_text(errors="replace")
    for copy, own in (copies or {}).items():
        said = said.replace(copy, own)
    _judge(child.returncode, said.splitlines(), inputs)


def _judge(code: int, lines: list[str], inputs: str) -> None:
    errors = _errors(lines)
    unsorted = [line.removeprefix("Warning:").strip().rstrip("!") for line in lines if UNSORTED in line]
    if code == 0 and not unsorted:
        return
    if (code == 1 and errors) or unsorted:
        raise InputError(
            where=inputs,
            found=(errors or unsorted)[0],
            rule="SUMO must accept the network, the routes and the additional files as they are",
            fix="correct what SUMO names; vehicles and trips stand in the order of their departures",
        )
    tail = "\n".join(lines[-TAIL_LINES:])
    raise RuntimeError(f"the simulator ended with code {code}; the end of its log:\n{tail}")


def _errors(lines: list[str]) -> list[str]:
    """Return what SUMO calls errors, each with the indented lines below it, which name the file and the line."""
    found: list[str] = []
    for line, before in zip(lines, ["", *lines], strict=False):
        if line.startswith("Error:"):
            found.append(line.removeprefix("Error:").strip().rstrip("."))
        elif found and line.startswith(" ") and before.startswith(("Error:", " ")):
            found[-1] += f", {line.strip().rstrip('.')}"
    return found


def stop_all() -> None:
    """Kill every simulator that this process has started, and let no new one start until `resume`."""
    _stopping.set()
    with _lock:
        for child in _running:
            child.kill()


def resume() -> None:
    """Let simulators start again after `stop_all`."""
    _stopping.clear()
