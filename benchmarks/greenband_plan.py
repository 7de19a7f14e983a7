"""Greenband's row: a plan from a study folder, as `greenband run` makes it."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .sumo_tools import PeerCrashed, last_line, require_programs

if TYPE_CHECKING:
    from greenband.engine.study import Outcome

PROGRAMS, TRACEBACK = "sumo.add.xml", "traceback.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The programs of the plan, the seconds from counts to the written evidence, and what the spine says of it."""

    programs: Path
    planning_s: float
    note: str


def planned(study: Path, out: Path, tell: Callable[[str, int, int], None]) -> Planned:
    """Run the chain on a study folder, which has counts and no routes, and write what `greenband run` writes.

    Raises PeerCrashed for whatever goes wrong: a peer of its own benchmark gets no mercy. The traceback stays in `out`.
    """
    began_s = time.monotonic()
    try:
        from greenband.engine.study import plan_study
        from greenband.engine.write import write_outcome

        outcome = plan_study(study, tell=tell)
        write_outcome(outcome, out)
    except Exception as error:
        out.mkdir(parents=True, exist_ok=True)
        (out / TRACEBACK).write_text(traceback.format_exc(), encoding="utf-8")
        raise PeerCrashed(f"{type(error).__name__}: {last_line(str(error))}") from error
    planning_s = time.monotonic() - began_s
    return Planned(programs=require_programs(out / PROGRAMS), planning_s=planning_s, note=said(outcome))


def said(outcome: Outcome) -> str:
    """Return what the reader of a table must know of the plan."""
    words = ["keeps the running plan"] if outcome.found.kept_running else []
    return "; ".join(words if outcome.verdict.passed else [*words, "its own gate failed"])
