"""Running a command in a process of its own with limits, forked from one that has imported everything already."""

from __future__ import annotations

import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

MODULES = (
    "engine.cli", "engine.studies.check_plan", "engine.chain.prepare", "engine.rules.derive", "engine.counts.read",
    "engine.counts.verdict", "engine.importing.utdf_study", "engine.importing.sumo_study", "engine.studies.new",
    "engine.package.verify", "engine.register.keys", "networks.plan_file", "simulation.field", "simulation.run",
)  # fmt: skip

# Polars and Numba reserve address space for threads and arenas that they never use, and no limit holds a process to
# what it holds resident: it is held to twice that in address space, and judged by what it held.
RESERVED_TIMES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a command may take: resident memory, seconds of the processor, seconds by the clock (an endless pipe)."""

    memory_bytes: int = 2 << 30
    processor_s: int = 10
    longest_s: float = 120.0  # on a machine that is busy with other things, too


OF_A_FILE = Limits()


def limits_of(memory_gib: float) -> Limits:
    """Return the limits of a command that reads a file, with so much memory. [GiB]"""
    return replace(OF_A_FILE, memory_bytes=round(memory_gib * (1 << 30)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended: its exit code (or minus the signal), what it printed, its seconds, its memory."""

    code: int
    said: str
    seconds: float
    processor_s: float
    memory_bytes: int


def import_all() -> None:
    """Import what the commands import; nothing may run here, since threads do not survive a fork."""
    import importlib

    for name in MODULES:
        importlib.import_module(f"greenband.{name}")


def run(
    command: Sequence[str], folder: Path, said: Path, limits: Limits = OF_A_FILE, scratch: Path | None = None
) -> Ended:
    """Run a command in a folder, with its limits; what it prints goes to the file `said`, scratch files where told."""
    began_s = time.monotonic()
    child = os.fork()
    if child == 0:
        _be_the_command(command, folder, said, limits, scratch)
    waiting = os.pidfd_open(child)
    if not select.select([waiting], [], [], limits.longest_s)[0]:
        os.kill(child, signal.SIGKILL)
    os.close(waiting)
    _, status, used = os.wait4(child, 0)
    return Ended(
        code=os.waitstatus_to_exitcode(status),
        said=said.read_text(errors="replace"),
        seconds=time.monotonic() - began_s,
        processor_s=used.ru_utime + used.ru_stime,
        memory_bytes=used.ru_maxrss * 1024,
    )


def _be_the_command(command: Sequence[str], folder: Path, said: Path, limits: Limits, scratch: Path | None) -> NoReturn:
    code = 70
    try:
        if scratch is not None:
            os.environ["TMPDIR"], tempfile.tempdir = str(scratch), None
        target = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(target, stream)
        os.chdir(folder)
        space_bytes = RESERVED_TIMES * limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (space_bytes, space_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.processor_s, limits.processor_s + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        sys.argv = ["greenband", *command]
        from greenband.engine.cli import main

        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def emptied(folder: Path) -> None:
    """Make a folder new."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
