"""The actuated plan in the report: how it did beside the other two, and what each junction's program is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from ....networks import lamps
from ....networks.actuated_plan import ActuatedJunction
from ...actuated.outcome import ActuatedOutcome
from ..words import say, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """How a plan did in the trial: delays in seconds per trip."""

    what: str
    median_s: float
    mean_s: float
    stops: float
    gridlocked: int
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    """What steers a junction; `rule` says in words when a stage, or a phase of two rings, ends."""

    junction: str
    kind: str
    stages: int
    zones: int
    shortest_s: float
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActuatedView:
    """The section: its sentences and tables."""

    passed: bool
    reasons: tuple[str, ...]
    plans: tuple[PlanRow, ...]
    programs: tuple[ProgramRow, ...]
    tried: tuple[tuple[str, float], ...]
    seeds: int
    simulations: int


def actuated_view(actuated: ActuatedOutcome | None) -> ActuatedView | None:
    """Return the section on the actuated plan; None where none was asked for, or none could be made."""
    if actuated is None:
        return None
    trial, fixed = actuated.trial, actuated.against_fixed
    return ActuatedView(
        passed=actuated.verdict.passed,
        reasons=tuple(map(translated, actuated.verdict.reasons)),
        plans=(
            _plan(say("running plan"), trial.running_s, trial.stops_running, trial.gridlocked_running),
            _plan(say("fixed-time plan"), fixed.running_s, fixed.stops_running, fixed.gridlocked_running),
            _plan(say("actuated plan"), trial.plan_s, trial.stops_plan, trial.gridlocked_plan, chosen=True),
        ),
        programs=tuple(_program(one) for one in actuated.found.plan.junctions),
        tried=tuple((one.name, one.mean_s) for one in actuated.found.tried),
        seeds=len(trial.seeds),
        simulations=actuated.found.simulations,
    )


def _plan(
    what: str, delays_s: Sequence[float], stops: float, gridlocked: Sequence[int], *, chosen: bool = False
) -> PlanRow:
    return PlanRow(
        what=what,
        median_s=median(delays_s),
        mean_s=fmean(delays_s),
        stops=stops,
        gridlocked=len(gridlocked),
        chosen=chosen,
    )


def _program(one: ActuatedJunction) -> ProgramRow:
    weights, phases = one.weights, [phase for phase in one.phases if set(phase.state) & lamps.GREENS]
    if one.mode == "nema":
        kind = say("NEMA, two rings, cycle {cycle} s", cycle=f"{one.cycle_s:g}")
        rule = say("gaps end greens; force-offs are those of the fixed-time plan")
    elif weights is None:
        kind = say("coordinated, cycle {cycle} s", cycle=f"{one.cycle_s:g}")
        rule = say("gaps end greens; force-offs are those of the fixed-time plan")
    else:
        kind = say("free-running")
        rule = say(
            "when more than {factor} × its own vehicles + {surplus} wait for another, or none of its own are left",
            factor=f"{weights.factor:g}",
            surplus=f"{weights.surplus:g}",
        )
    return ProgramRow(
        junction=one.junction,
        kind=kind,
        stages=len(one.stages or phases),
        zones=len(one.zones),
        shortest_s=min([*(stage.min_green_s for stage in one.stages), *(phase.min_green_s for phase in phases)]),
        rule=rule,
    )
