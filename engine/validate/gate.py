"""The gate: whether a plan may go on, decided by rules that were fixed before it was simulated.

A plan passes if all of this holds, each over the same seeds and traffic as the running plan:

1. The safety check finds no error.
2. It is better: the mean delay of all trips falls, and either the whole 95 % interval of the paired difference lies
   below 0 (smoothed studentised bootstrap; Student's t with fewer than 8 seeds), or it falls with so many seeds that a
   two-sided sign test gives 5 % or less. The sign test speaks where single gridlocked seeds blow up the interval.
   Where the trial may go on with more seeds, each look takes a stricter level, so that all looks together are wrong in
   5 % of cases at most; the interval stated is that of the stricter level, so it holds whenever the trial stopped
   (C. Jennison, B. W. Turnbull, Interim Analyses: The Repeated Confidence Interval Approach, Journal of the Royal
   Statistical Society B 51, 1989).
3. It does not gridlock with more seeds than the running plan. A plan that gridlocks with more than one seed in ten is
   not called better, unless the running plan is shown to gridlock more often (one-sided sign test over the seeds in
   which they differ): streets that lock up now and then do so for reasons that the forecast does not hold.
4. The rules of `service`: vehicles left outside, stops, full streets, people's waiting, emissions, and what makes runs
   void; the limits are the study's `[gate]`.
5. No movement that 50 vehicles or more make in the period loses more than `worst_movement_s` per vehicle and at the
   same time more than doubles its delay (medians over the seeds).

The running plan itself passes as "kept": nothing better was found, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ...networks.sentence import Sentence
from ...simulation.measure.pairs import PairedComparison
from ...simulation.run import Run
from ..check.findings import Finding
from ..studies.file import Gate
from .movement_faults import movement_faults, movement_in_words
from .paired_runs import PairedRuns
from .service import service_faults, void_in_words
from .sign_test import one_sided, two_sided

Decision = Literal["better", "kept", "unclear", "worse", "unsafe"]

SIGNIFICANCE = 0.05
# What each of so many looks may take of it: S. J. Pocock, Group sequential methods in the design and analysis of
# clinical trials, Biometrika 64, 1977, table 1.
OF_EACH_LOOK = {1: SIGNIFICANCE, 2: 0.0294, 3: 0.0221, 4: 0.0182, 5: 0.0158}
LOCKED_SHARE = 0.1
SHOWN_FINDINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's decision. `reasons` are sentences, the weightiest first: what failed, then what was seen.

    `decision` is about delay and safety alone: "better", "kept" (it is the running plan), "unclear" (neither better
    nor worse is shown), "worse", "unsafe". A plan with less delay can fail all the same, by rules 3 to 5.
    """

    passed: bool
    decision: Decision
    reasons: tuple[Sentence, ...]


def gate(
    plan: Sequence[Run],
    running: Sequence[Run],
    findings: Sequence[Finding],
    limits: Gate,
    *,
    kept: bool = False,
    looks: int = 1,
) -> Verdict:
    """Return the gate's decision on a plan.

    Parameters
    ----------
    plan, running
        Runs of the plan and of the running plan, with the same seeds in the same order.
    findings
        What the safety check said of the plan.
    limits
        The study's own limits, from `[gate]` in study.toml.
    kept
        Whether the plan is the running plan itself.
    looks
        How often at most the trial is looked at, from 1 to 5, with seeds added in between.

    Raises
    ------
    InputError
        The seeds differ.
    """
    runs = PairedRuns(plan_runs=tuple(plan), running_runs=tuple(running), level=level_of(looks))
    return gate_of(runs, findings, limits, kept=kept)


def level_of(looks: int) -> float:
    """Return the level of each look's interval where a trial may be looked at so often."""
    return 1 - OF_EACH_LOOK[looks]


def gate_of(runs: PairedRuns, findings: Sequence[Finding], limits: Gate, *, kept: bool = False) -> Verdict:
    """Return the gate's decision at the level of a comparison that is there; see `gate`."""
    plan, running = runs.plan_runs, runs.running_runs
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        return Verdict(passed=False, decision="unsafe", reasons=tuple(_unsafe(errors)))
    if kept:
        stays = Sentence("No better plan was found: the running plan stays.")
        return Verdict(passed=True, decision="kept", reasons=(stays, *void_in_words(plan, running)))
    comparison, rows = runs.comparison, runs.movements
    decision = _decision(comparison)
    fragile = decision == "better" and _locks_too_often(comparison)
    decision = "unclear" if fragile else decision
    faults = [
        *_fragility(comparison, fragile),
        *_locked(comparison),
        *service_faults(plan, running, limits),
        *movement_faults(rows, limits),
    ]
    return Verdict(
        passed=decision == "better" and not faults,
        decision=decision,
        reasons=(
            *faults,
            Sentence("{decision}: {numbers}", decision=_in_words(decision), numbers=_delay_in_words(comparison)),
            *movement_in_words(rows),
            *void_in_words(plan, running),
        ),
    )


def _unsafe(errors: Sequence[Finding]) -> Iterator[Sentence]:
    yield Sentence("The plan is unsafe.")
    yield from (finding.text for finding in errors[:SHOWN_FINDINGS])
    if len(errors) > SHOWN_FINDINGS:
        yield Sentence("{errors} more errors.", errors=len(errors) - SHOWN_FINDINGS)


def _in_words(decision: Decision) -> Sentence:
    words = {"better": Sentence("Delay falls"), "worse": Sentence("Delay grows")}
    return words.get(decision, Sentence("No clear change of delay is shown"))


def _lower(comparison: PairedComparison) -> tuple[int, int]:
    """Return with how many seeds the plan has less delay, and with how many it has not the same."""
    pairs = list(zip(comparison.plan_s, comparison.running_s, strict=True))
    return sum(plan < running for plan, running in pairs), sum(plan != running for plan, running in pairs)


def _decision(comparison: PairedComparison) -> Decision:
    lower, differing = _lower(comparison)
    by_sign = two_sided(lower, differing) <= 1 - comparison.level
    if len(comparison.seeds) < 2:
        return "unclear"
    if comparison.clearly_better or (comparison.mean_difference_s < 0 and by_sign and 2 * lower > differing):
        return "better"
    if comparison.clearly_worse or (comparison.mean_difference_s > 0 and by_sign and 2 * lower < differing):
        return "worse"
    return "unclear"


def _locks_too_often(comparison: PairedComparison) -> bool:
    locked, locked_running = set(comparison.gridlocked_plan), set(comparison.gridlocked_running)
    if len(locked) <= LOCKED_SHARE * len(comparison.seeds):
        return False
    return one_sided(len(locked_running - locked), len(locked_running ^ locked)) > SIGNIFICANCE


def _fragility(comparison: PairedComparison, fragile: bool) -> Iterator[Sentence]:
    if fragile:
        yield Sentence(
            "The streets lock up with {locked} of {seeds} seeds, over one in ten, and under the running plan "
            "({running}) not clearly more often.",
            locked=len(comparison.gridlocked_plan),
            seeds=len(comparison.seeds),
            running=len(comparison.gridlocked_running),
        )


def _delay_in_words(comparison: PairedComparison) -> Sentence:
    lower, differing = _lower(comparison)
    ratio = comparison.ratio_of_medians
    return Sentence(
        "{difference_s:+.1f} s per trip ({interval}){medians}, less delay with {lower} of {seeds} seeds "
        "(sign test p = {p:.3f}).",
        difference_s=comparison.mean_difference_s,
        interval=_interval_in_words(comparison),
        medians="" if ratio is None else Sentence(", medians {ratio:.2f} of the running plan", ratio=ratio),
        lower=lower,
        seeds=len(comparison.seeds),
        p=two_sided(lower, differing),
    )


def _interval_in_words(comparison: PairedComparison) -> Sentence:
    low_s, high_s = comparison.low_s, comparison.high_s
    if low_s is None or high_s is None:
        return Sentence("no interval with one seed")
    interval = Sentence("95 % interval {low_s:+.1f} to {high_s:+.1f} s", low_s=low_s, high_s=high_s)
    if comparison.level <= 1 - SIGNIFICANCE:
        return interval
    return Sentence("{interval}, {level:.1f} % at each look", interval=interval, level=100 * comparison.level)


def _locked(comparison: PairedComparison) -> Iterator[Sentence]:
    locked, locked_today = len(comparison.gridlocked_plan), len(comparison.gridlocked_running)
    if locked > locked_today:
        yield Sentence(
            "The streets lock up with {locked} seeds, under the running plan with {running}.",
            locked=locked,
            running=locked_today,
        )
