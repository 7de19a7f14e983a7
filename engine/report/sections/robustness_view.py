"""What the section on further trials shows: other demand, other days, the switch from the running plan."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from ...validate.further_verdict import Case, Further, Switch
from ..data import Missing
from ..words import say, signed


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """Both plans in one kind of traffic, means over the seeds."""

    name: str
    seeds: int
    running_s: float
    plan_s: float
    change_s: float
    locked_running: int
    locked_plan: int
    worse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRow:
    """One mode of the switch; `extra_s` is nan where it was not simulated."""

    mode: str
    in_step_s: float
    extra_s: float
    at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessView:
    """The rows of both tables, and what was left out, in words."""

    cases: tuple[CaseRow, ...]
    switches: tuple[SwitchRow, ...]
    left_out: tuple[str, ...]


def robustness_view(found: Further | Missing) -> RobustnessView | Missing:
    """Return what the section shows."""
    if isinstance(found, Missing):
        return found
    return RobustnessView(
        cases=tuple(map(_case, found.cases)),
        switches=tuple(map(_switch, found.switches)),
        left_out=found.left_out,
    )


def _case(case: Case) -> CaseRow:
    running_s, plan_s = fmean(case.running_s), fmean(case.plan_s)
    shown = say("{change} % demand", change=signed(100 * (case.factor - 1), 0)) if case.factor else say("other days")
    return CaseRow(
        name=shown,
        seeds=len(case.seeds),
        running_s=running_s,
        plan_s=plan_s,
        change_s=plan_s - running_s,
        locked_running=case.locked_running,
        locked_plan=case.locked_plan,
        worse=case.is_worse,
    )


def _switch(switch: Switch) -> SwitchRow:
    names = {"shortway": say("shortway"), "add": say("add"), "subtract": say("subtract"), "dwell": say("dwell")}
    return SwitchRow(
        mode=names[switch.mode],
        in_step_s=float(max(switch.in_step_s.values(), default=0)),
        extra_s=fmean(switch.extra_s) if switch.extra_s else float("nan"),
        at_once=len(switch.left_out),
    )
