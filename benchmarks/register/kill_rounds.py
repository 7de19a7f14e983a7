"""Killing a process while it submits, approves and exports, and looking at what is left.

Each round a forked process leads a plan through its life and is killed: at a random moment, or at one of the calls
that write, before it or after it. Then the register must hold, must have every step that the process had told of, and
no file for the street may lie in its place without its entry. After a recovery, every exported file lies there whole;
and whoever goes on from where the register stands reaches the end.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from greenband.engine.register.bodies import Export
from greenband.engine.register.canonical import digest
from greenband.engine.register.decide import decide
from greenband.engine.register.history import history
from greenband.engine.register.recover import recover
from greenband.engine.register.storage.database import Register, open_register
from greenband.engine.register.verify import verify
from greenband.networks.errors import InputError

from .made_register import People, exported, made_people, made_plan, made_register, submitted

STEPS = ("submitted", "approved", "exported")
# Calls into C that write, or ask a database or the file system to.
WRITING = frozenset(
    ("execute", "commit", "replace", "fsync", "write", "unlink", "chmod", "flush", "open", "close", "mkdir", "sign")
).union(("send_query", "send_query_params", "exec_", "wait_c", "get_result"))


class KillFailed(Exception):
    """After a kill something was lost, half-done, or could not be gone on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kills:
    """What some rounds came to: how many processes died, after how many finished steps, and by which way of killing."""

    rounds: int
    died: int
    after: dict[int, int]
    by_moment: int
    by_call: int
    interrupted: int  # exports that a recovery had to finish


def kill_rounds(new_register: Callable[[int], str], folder: Path, rounds: int, seed: int, *, every: int = 8) -> Kills:
    """Kill that many processes and look at what each left. Raises KillFailed.

    Parameters
    ----------
    new_register
        Gives the address of the k-th register, which is not there yet; a new one is begun now and then, because each
        write verifies the whole chain.
    folder
        Where keys and exported files go.
    rounds, seed
        How many processes, and which random moments.
    every
        After how many rounds a new register is begun.
    """
    rng, people = random.Random(seed), made_people(folder)
    found: dict[str, Any] = {"died": 0, "after": {}, "by_moment": 0, "by_call": 0, "interrupted": 0}
    address, whole_s, calls = "", 0.0, 0
    for k in range(rounds):
        if k % every == 0:
            address = new_register(k // every)
            made_register(open_register(address), people)
            whole_s, calls = _measure(address, people, folder / f"whole-{k}")
        by_call = rng.random() < 0.5
        limit = rng.randrange(2 * calls) if by_call else None
        moment_s = None if by_call else rng.uniform(0.0, 1.05 * whole_s)
        out = folder / f"round-{k}"
        told, died = _life_in_a_fork(address, people, out, limit, moment_s)
        found["died"] += died
        found["by_call" if by_call else "by_moment"] += died
        found["after"][told] = found["after"].get(told, 0) + died
        found["interrupted"] += _look(open_register(address), people, out, told)
    return Kills(rounds=rounds, **found)


def _measure(address: str, people: People, out: Path) -> tuple[float, int]:
    """Return how long an undisturbed life takes, and how many calls in it write."""
    begin_s = time.perf_counter()
    _life_in_a_fork(address, people, out, None, None)
    whole_s = time.perf_counter() - begin_s
    counted = Path(f"{out}.calls")
    _life_in_a_fork(address, people, Path(f"{out}-counted"), -1, None, counted)
    return whole_s, int(counted.read_text())


def _life_in_a_fork(
    address: str, people: People, out: Path, limit: int | None, moment_s: float | None, counted: Path | None = None
) -> tuple[int, bool]:
    """Lead a plan's life in a process of its own; return how many steps it told of, and whether it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            count = _kill_at(limit) if limit is not None else lambda: 0
            lead(open_register(address), people, out, lambda: os.write(writer, b"."))
            if counted is not None:
                counted.write_text(str(count()))
            status = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writer)
    if moment_s is not None:
        time.sleep(moment_s)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader, "rb") as pipe:
        told = len(pipe.read())
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise KillFailed(f"{out}: the process failed by itself")
    return told, os.WIFSIGNALED(status)


def _kill_at(limit: int) -> Callable[[], int]:
    """Have this process killed at the call of that number, counting the ends of calls too; -1 only counts."""
    seen = 0

    def watch(_frame: FrameType, event: str, argument: Any) -> None:
        nonlocal seen
        if event in ("c_call", "c_return") and getattr(argument, "__name__", "") in WRITING:
            if seen == limit:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1

    sys.setprofile(watch)
    return lambda: seen // 2


def lead(register: Register, people: People, out: Path, tell: Callable[[], object]) -> None:
    """Lead a plan from wherever it stands to the street; `tell` is called after each step that is done."""
    plan = made_plan(out.name)
    state = _state(register, plan)
    if state == "draft":
        submitted(register, people, out.name)
        tell()
    if state in ("draft", "submitted"):
        decide(register, people.act("Ben"), digest(plan), "approve")
        tell()
    if state != "exported":
        approved = history(register, digest(plan)).plans[0].approved_at
        exported(register, people, plan, approved or 0, out)
        tell()


def _state(register: Register, plan: bytes) -> str:
    return history(register).standing.plan(digest(plan)).state


def _look(register: Register, people: People, out: Path, told: int) -> int:
    """Raise KillFailed unless all is as it must be after a kill; return how many exports were interrupted."""
    plan = made_plan(out.name)
    _require_whole(register, out, "after the kill")
    state = _state(register, plan)
    if told and STEPS.index(state) + 1 < told:
        raise KillFailed(f"{out}: {told} steps were told of, and the plan is {state}")
    if any(out.glob("plan*")) and state != "exported":
        raise KillFailed(f"{out}: a file lies there, and the plan is {state}")
    interrupted = len(recover(register))
    _require_files(register, plan, out)
    for _ in range(3):  # a database may still be finishing what the dead process had asked for
        try:
            lead(register, people, out, lambda: None)
            break
        except InputError:
            time.sleep(0.2)
    if _state(register, plan) != "exported":
        raise KillFailed(f"{out}: whoever went on did not reach the end")
    _require_whole(register, out, "at the end")
    _require_files(register, plan, out)
    left = [path.name for path in out.iterdir() if path.name not in ("plan.add.xml", "plan.zip")]
    if left:
        raise KillFailed(f"{out}: left over: {left}")
    return interrupted


def _require_whole(register: Register, out: Path, when: str) -> None:
    found = verify(register)
    if found.findings:
        raise KillFailed(f"{out}, {when}: {found.findings[0]}")


def _require_files(register: Register, plan: bytes, out: Path) -> None:
    """Every exported file lies in its place, byte for byte."""
    for entry in history(register).entries:
        if entry.kind != "export" or entry.plan != digest(plan):
            continue
        for file in Export.model_validate(dict(entry.body or {})).files:
            if not Path(file.target).is_file():
                raise KillFailed(f"{out}: {file.target} was exported and is not there")
        last = Export.model_validate(dict(entry.body or {}))
        if digest(Path(last.files[0].target).read_bytes()) != last.files[0].sha256:
            raise KillFailed(f"{out}: {last.files[0].target} is not what was exported")
