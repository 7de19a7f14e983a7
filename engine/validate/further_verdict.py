"""What a plan does beyond its trial: with less and more demand, on other days, and while it is switched on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from ...networks.sentence import Sentence
from ...simulation.run import Run
from .gate import Verdict
from .transition import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Both plans in other traffic than the trial's, seed by seed; `factor` is on the demand, None for a day drawn."""

    name: str
    factor: float | None
    seeds: tuple[int, ...]
    plan_s: tuple[float, ...]
    running_s: tuple[float, ...]
    locked_plan: int
    locked_running: int

    @property
    def is_worse(self) -> bool:
        """Whether the plan has more delay, on average and with most seeds, or locks up with more seeds."""
        more = sum(plan > running for plan, running in zip(self.plan_s, self.running_s, strict=True))
        slower = fmean(self.plan_s) > fmean(self.running_s) and 2 * more > len(self.seeds)
        return slower or self.locked_plan > self.locked_running


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """How the running plan gives way to the new one at the start of the period, in one mode.

    `in_step_s` is the time until each junction is at its offset, by name. `extra_s` is the delay per trip that the
    switch costs, seed by seed: against the new plan that had run before; empty where it was not simulated. `left_out`
    says of junctions that change at once why no way could be made.
    """

    mode: Mode
    in_step_s: dict[str, int]
    extra_s: tuple[float, ...]
    left_out: dict[str, str]
    locked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """All further trials, and what was left out for the sake of time."""

    cases: tuple[Case, ...]
    switches: tuple[Switch, ...]
    left_out: tuple[str, ...] = ()


def case_of(name: str, factor: float | None, plan: Sequence[Run], running: Sequence[Run]) -> Case:
    """Return what both plans' runs, with the same seeds, came to."""
    return Case(
        name=name,
        factor=factor,
        seeds=tuple(run.seed for run in plan),
        plan_s=tuple(run.mean_delay_s for run in plan),
        running_s=tuple(run.mean_delay_s for run in running),
        locked_plan=sum(run.gridlocked for run in plan),
        locked_running=sum(run.gridlocked for run in running),
    )


def judged_further(verdict: Verdict, further: Further, failing: Sequence[float]) -> Verdict:
    """Return the gate's decision with what the further trials add.

    A plan that is worse than the running one at one of the factors in `failing` does not pass; at any other, and on a
    day drawn, it is a warning.
    """
    faults = [sentence(case) for case in further.cases if case.is_worse and case.factor in failing]
    warnings = [sentence(case) for case in further.cases if case.is_worse and case.factor not in failing]
    words = [*(Sentence("Warning: {text}", text=text) for text in warnings), *_switch_in_words(further.switches)]
    return replace(verdict, passed=verdict.passed and not faults, reasons=(*faults, *verdict.reasons, *words))


def sentence(case: Case) -> Sentence:
    """Return in words that a plan is worse than the running one in a case."""
    lower = sum(plan < running for plan, running in zip(case.plan_s, case.running_s, strict=True))
    return Sentence(
        "{where} the plan is worse than the running one: {plan_s:.1f} s against {running_s:.1f} s per trip, less delay "
        "with {lower} of {seeds} seeds, locked up with {locked} against {locked_running}.",
        where=_where(case),
        plan_s=fmean(case.plan_s),
        running_s=fmean(case.running_s),
        lower=lower,
        seeds=len(case.seeds),
        locked=case.locked_plan,
        locked_running=case.locked_running,
    )


def _where(case: Case) -> Sentence:
    if case.factor is None:
        return Sentence("On another day")
    return Sentence("At {change:+.0f} % demand", change=100 * (case.factor - 1))


def percent(factor: float) -> str:
    """Return a factor as a change: 1.2 is '+20 %'."""
    return f"{100 * (factor - 1):+.0f} %"


def _switch_in_words(switches: Sequence[Switch]) -> Iterator[Sentence]:
    for switch in switches[:1]:
        if switch.in_step_s:
            longest = max(switch.in_step_s, key=lambda name: switch.in_step_s[name])
            yield Sentence(
                "The switch from the running plan ({mode}) takes {time_s} s until the last junction, {junction}, is in "
                "step.",
                mode=switch.mode,
                time_s=switch.in_step_s[longest],
                junction=longest,
            )
        if switch.extra_s:
            yield Sentence("The switch costs {extra_s:+.1f} s per trip of the period.", extra_s=fmean(switch.extra_s))
        if switch.left_out:
            yield Sentence(
                "{junctions} junctions would change at once, without a way between the plans.",
                junctions=len(switch.left_out),
            )
