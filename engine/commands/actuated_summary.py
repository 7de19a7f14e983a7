"""An actuated plan's results, for people and for scripts."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..actuated.outcome import ActuatedOutcome

NONE = "No junction can be actuated: there is no choice of stages, or no lane to watch."


def print_actuated(actuated: ActuatedOutcome | None) -> None:
    """Print how the actuated plan did beside the running and the fixed-time plan, and the gate's decision."""
    console = Console(highlight=False)
    if actuated is None:
        console.print(NONE)
        return
    trial, fixed = actuated.trial, actuated.against_fixed
    table = Table("", "running", "fixed-time", "actuated", title=f"Actuated plan, {len(trial.seeds)} seeds")
    medians = (trial.median_running_s, fixed.median_running_s, trial.median_plan_s)
    table.add_row("median delay, s", *(f"{value:.1f}" for value in medians))
    stops = (trial.stops_running, fixed.stops_running, trial.stops_plan)
    table.add_row("stops per vehicle", *(f"{value:.2f}" for value in stops))
    locked = (trial.gridlocked_running, fixed.gridlocked_running, trial.gridlocked_plan)
    table.add_row("gridlocked seeds", *(str(len(seeds)) for seeds in locked))
    console.print(table)
    passed = actuated.verdict.passed
    word = "passed" if passed else "FAILED"
    console.print(f"[{'green' if passed else 'red'}]Gate {word} ({actuated.verdict.decision}), actuated plan[/]")
    for reason in actuated.verdict.reasons:
        console.print(f"  {escape(reason)}")
    console.print("Wrote actuated.json and actuated.add.xml too (DRAFT).")


def actuated_summary(wanted: bool, actuated: ActuatedOutcome | None) -> dict[str, Any]:
    """Return the actuated plan's trial for scripts: nothing where none was asked for, null where there is none."""
    if not wanted:
        return {}
    if actuated is None:
        return {"actuated": None}
    return {
        "actuated": {
            "name": actuated.found.plan.name,
            "trial": actuated.trial.as_dict(),
            "against_fixed_time": actuated.against_fixed.as_dict(),
            "passed": actuated.verdict.passed,
            "decision": actuated.verdict.decision,
            "reasons": list(actuated.verdict.reasons),
        }
    }
