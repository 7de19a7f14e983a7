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
    from greenband.engine.chain.plan_study import Outcome

PROGRAMS, ACTUATED, TRACEBACK = "sumo.add.xml", "actuated.add.xml", "traceback.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The programs of the plan, the seconds from counts to the written evidence, and what the spine says of it.

    `gate` is what its gate said: passed, kept (today's plan) or refused; nothing for a plan that saw none.
    """

    programs: Path
    planning_s: float
    note: str
    gate: str = ""


def planned(study: Path, out: Path, tell: Callable[[str, int, int], None], *, actuated: bool = False) -> Planned:
    """Run the chain on a study folder, which has counts and no routes, and write what `greenband run` writes.

    With `actuated` the programs are those of its second product. Raises PeerCrashed for whatever goes wrong: a peer of
    its own benchmark gets no mercy. The traceback stays in `out`.
    """
    try:
        from greenband.engine.actuated.product import actuate
        from greenband.engine.results.write import write_outcome

        outcome, plan_s = _outcome(study, tell)
        began_s = time.monotonic()
        second = actuate(outcome, tell=tell) if actuated else None
        write_outcome(outcome, out, actuated=second)
    except Exception as error:
        out.mkdir(parents=True, exist_ok=True)
        (out / TRACEBACK).write_text(traceback.format_exc(), encoding="utf-8")
        raise PeerCrashed(f"{type(error).__name__}: {last_line(str(error))}") from error
    planning_s = plan_s + time.monotonic() - began_s
    if not actuated:
        return Planned(
            programs=require_programs(out / PROGRAMS), planning_s=planning_s, note=said(outcome), gate=word(outcome)
        )
    if second is None:
        raise PeerCrashed("no junction can be actuated")
    failed = "" if second.verdict.passed else "its own gate failed"
    return Planned(
        programs=require_programs(out / ACTUATED),
        planning_s=planning_s,
        note=failed,
        gate="refused" if failed else "passed",
    )


def _outcome(study: Path, tell: Callable[[str, int, int], None]) -> tuple[Outcome, float]:
    """Return what the spine makes of a study, and how long it took.

    The last one is kept: the same inputs give the same plan, so both rows of Greenband's may come from one search.
    """
    if study not in _kept:
        from greenband.engine.chain.plan_study import plan_study

        began_s = time.monotonic()
        outcome = plan_study(study, tell=tell)
        _kept.clear()
        _kept[study] = (outcome, time.monotonic() - began_s)
    return _kept[study]


_kept: dict[Path, tuple[Outcome, float]] = {}


def word(outcome: Outcome) -> str:
    """Return what its gate said of the plan."""
    if outcome.found.kept_running:
        return "kept"
    return "passed" if outcome.verdict.passed else "refused"


def said(outcome: Outcome) -> str:
    """Return what the reader of a table must know of the plan."""
    words = ["keeps the running plan"] if outcome.found.kept_running else []
    return "; ".join(words if outcome.verdict.passed else [*words, "its own gate failed"])
