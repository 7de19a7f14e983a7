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

from ...simulation.measure.pairs import PairedComparison, compare
from ...simulation.run import Run
from ..check.findings import Finding
from ..studies.file import Gate
from ..studies.objective import BUSY_MOVEMENT_VEH
from .movement_table import Row, movement_rows
from .service import service_faults, void_in_words
from .sign_test import one_sided, two_sided

Decision = Literal["better", "kept", "unclear", "worse", "unsafe"]

SIGNIFICANCE = 0.05
# What each of so many looks may take of it: S. J. Pocock, Group sequential methods in the design and analysis of
# clinical trials, Biometrika 64, 1977, table 1.
OF_EACH_LOOK = {1: SIGNIFICANCE, 2: 0.0294, 3: 0.0221, 4: 0.0182, 5: 0.0158}
LOCKED_SHARE = 0.1
WORST_MOVEMENT_RATIO = 2.0
SHOWN_FINDINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's decision. `reasons` are sentences, the weightiest first: what failed, then what was seen.

    `decision` is about delay and safety alone: "better", "kept" (it is the running plan), "unclear" (neither better
    nor worse is shown), "worse", "unsafe". A plan with less delay can fail all the same, by rules 3 to 5.
    """

    passed: bool
    decision: Decision
    reasons: tuple[str, ...]


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
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        more = [f"{len(errors) - SHOWN_FINDINGS} more errors."] if len(errors) > SHOWN_FINDINGS else []
        texts = [finding.text for finding in errors[:SHOWN_FINDINGS]]
        return Verdict(passed=False, decision="unsafe", reasons=("The plan is unsafe.", *texts, *more))
    if kept:
        stays = "No better plan was found: the running plan stays."
        return Verdict(passed=True, decision="kept", reasons=(stays, *void_in_words(plan, running)))
    comparison, rows = compare(plan, running, 1 - OF_EACH_LOOK[looks]), movement_rows(plan, running)
    decision = _decision(comparison)
    fragile = decision == "better" and _locks_too_often(comparison)
    decision = "unclear" if fragile else decision
    faults = [
        *_fragility(comparison, fragile),
        *_locked(comparison),
        *service_faults(plan, running, limits),
        *_movement_faults(rows, limits),
    ]
    words = {"better": "Delay falls", "worse": "Delay grows"}.get(decision, "No clear change of delay is shown")
    return Verdict(
        passed=decision == "better" and not faults,
        decision=decision,
        reasons=(
            *faults,
            f"{words}: {_delay_in_words(comparison)}",
            *_movement_in_words(rows),
            *void_in_words(plan, running),
        ),
    )


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


def _fragility(comparison: PairedComparison, fragile: bool) -> Iterator[str]:
    if fragile:
        yield (
            f"The streets lock up with {len(comparison.gridlocked_plan)} of {len(comparison.seeds)} seeds, over one "
            f"in ten, and under the running plan ({len(comparison.gridlocked_running)}) not clearly more often."
        )


def _delay_in_words(comparison: PairedComparison) -> str:
    lower, differing = _lower(comparison)
    interval = (
        "no interval with one seed"
        if comparison.low_s is None or comparison.high_s is None
        else f"95 % interval {comparison.low_s:+.1f} to {comparison.high_s:+.1f} s{_stricter(comparison)}"
    )
    ratio = comparison.ratio_of_medians
    medians = "" if ratio is None else f", medians {ratio:.2f} of the running plan"
    return (
        f"{comparison.mean_difference_s:+.1f} s per trip ({interval}){medians}, less delay with {lower} of "
        f"{len(comparison.seeds)} seeds (sign test p = {two_sided(lower, differing):.3f})."
    )


def _stricter(comparison: PairedComparison) -> str:
    return "" if comparison.level <= 1 - SIGNIFICANCE else f", {100 * comparison.level:.1f} % at each look"


def _locked(comparison: PairedComparison) -> Iterator[str]:
    locked, locked_running = len(comparison.gridlocked_plan), len(comparison.gridlocked_running)
    if locked > locked_running:
        yield f"The streets lock up with {locked} seeds, under the running plan with {locked_running}."


def _movement_faults(rows: Sequence[Row], limits: Gate) -> Iterator[str]:
    for row in _busy(rows):
        if row.loss_s is None or row.delay_running_s is None or row.delay_plan_s is None:
            continue
        if row.loss_s > limits.worst_movement_s and row.delay_plan_s > WORST_MOVEMENT_RATIO * row.delay_running_s:
            yield (
                f"{_name(row)} waits {row.delay_plan_s:.0f} s per vehicle, under the running plan "
                f"{row.delay_running_s:.0f} s. No movement may lose more than {limits.worst_movement_s:.0f} s and "
                "more than double."
            )


def _movement_in_words(rows: Sequence[Row]) -> Iterator[str]:
    losing = [(row.loss_s, row) for row in _busy(rows) if row.loss_s is not None]
    if losing:
        loss_s, row = max(losing, key=lambda pair: pair[0])
        verb = "loses most" if loss_s > 0 else "gains least"
        yield f"{_name(row)} {verb}: {loss_s:+.1f} s per vehicle ({row.vehicles_running:.0f} vehicles)."


def _busy(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if max(row.vehicles_plan, row.vehicles_running) >= BUSY_MOVEMENT_VEH]


def _name(row: Row) -> str:
    return f"The movement from {row.from_edge} to {row.to_edge} at junction {row.junction}"
