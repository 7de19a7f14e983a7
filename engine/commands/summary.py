"""What people and scripts are told of an outcome, a judgement or a trial."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..chain.judge_plan import Judgement
from ..chain.plan_study import Outcome
from ..validate.trial import Trial

COLOURS = {"better": "green", "kept": "yellow"}


def print_outcome(outcome: Outcome, out: Path) -> None:
    """Print what was found, the trial on forecast traffic, the gate's decision, and where the files are."""
    console = Console(highlight=False)
    console.print(escape(outcome.found.reason[0].upper() + outcome.found.reason[1:] + "."))
    for sentence in outcome.explained.overloaded:
        console.print(f"[yellow]{escape(sentence)}[/]")
    print_trial(outcome.trial)
    _print_verdict(console, outcome.verdict.passed, outcome.verdict.decision, outcome.verdict.reasons)
    programs = "" if outcome.verdict.decision == "unsafe" else "sumo.add.xml, "
    console.print(f"Wrote plan.json, {programs}evidence.json and report.html into {escape(str(out))} (DRAFT).")


def print_judgement(judgement: Judgement) -> None:
    """Print a trial, the findings of the check, and the gate's decision."""
    console = Console(highlight=False)
    print_trial(judgement.trial)
    for finding in judgement.findings:
        console.print(f"{finding.severity}: {escape(finding.text)}")
    _print_verdict(console, judgement.verdict.passed, judgement.verdict.decision, judgement.verdict.reasons)


def print_trial(trial: Trial) -> None:
    """Print the comparison with the running plan as a table."""
    found = trial.comparison
    table = Table("", "running", "this plan", "change", title=f"{len(found.seeds)} seeds, {trial.traffic}")
    ratio = f"{found.ratio_of_medians:.2f} of running" if found.ratio_of_medians is not None else ""
    table.add_row("median delay, s", f"{found.median_running_s:.1f}", f"{found.median_plan_s:.1f}", ratio)
    low, high = found.low_s, found.high_s
    interval = f", 95 % interval {low:+.1f} to {high:+.1f}" if low is not None and high is not None else ""
    means = [sum(values) / len(values) for values in (found.running_s, found.plan_s)]
    table.add_row("mean delay, s", f"{means[0]:.1f}", f"{means[1]:.1f}", f"{found.mean_difference_s:+.1f} s{interval}")
    table.add_row("stops per vehicle", f"{found.stops_running:.2f}", f"{found.stops_plan:.2f}", "")
    table.add_row("never inserted, vehicles", f"{found.unserved_running:.1f}", f"{found.unserved_plan:.1f}", "")
    table.add_row("gridlocked seeds", str(len(found.gridlocked_running)), str(len(found.gridlocked_plan)), "")
    Console(highlight=False).print(table)


def _print_verdict(console: Console, passed: bool, decision: str, reasons: tuple[str, ...]) -> None:
    word = "passed" if passed else "FAILED"
    console.print(f"[{COLOURS.get(decision, 'red') if passed else 'red'}]Gate {word} ({decision})[/]")
    for reason in reasons:
        console.print(f"  {escape(reason)}")


def trial_json(trial: Trial) -> dict[str, Any]:
    """Return the comparison for scripts."""
    return {"traffic": trial.traffic, **trial.comparison.as_dict()}


def judgement_json(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement for scripts."""
    return {
        "trial": trial_json(judgement.trial),
        "passed": judgement.verdict.passed,
        "decision": judgement.verdict.decision,
        "reasons": list(judgement.verdict.reasons),
        "findings": [finding.text for finding in judgement.findings],
    }


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome for scripts."""
    return {
        "study": outcome.prepared.study.file.name,
        "period": outcome.prepared.period.name,
        "reason": outcome.found.reason,
        "kept_running": outcome.found.kept_running,
        "simulations": outcome.found.simulations,
        "beyond_capacity": list(outcome.explained.overloaded),
        "trial": trial_json(outcome.trial),
        "passed": outcome.verdict.passed,
        "decision": outcome.verdict.decision,
        "reasons": list(outcome.verdict.reasons),
    }
