"""What else could be had, as parts of `evidence.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..optimise.pareto import AIMS, Alternative

VALUES = {
    "delay": "delay_s",
    "stops": "stops_per_vehicle",
    "spillback": "spillback_s_per_vehicle",
    "worst_movement": "worst_movement_s",
    "pedestrian_wait": "pedestrian_wait_s",
}


def alternatives_part(found: Sequence[Alternative]) -> list[dict[str, Any]]:
    """Return the plans to choose from with their values by the queue model, and the simulator's delay where it ran."""
    chosen = next((one.plan.junctions for one in found if one.name == "chosen"), None)
    return [
        {
            "name": one.name,
            "file": file_of(one),
            "best_at": AIMS[one.name].weights if one.name in AIMS else None,
            "is_the_chosen_plan": one.plan.junctions == chosen,
            "model": {VALUES[name]: value for name, value in one.values.items()},
            "simulated_delay_s": one.race_delay_s,
            "simulated_seeds": one.race_seeds,
            "check_errors": one.errors,
        }
        for one in found
    ]


def file_of(alternative: Alternative) -> str | None:
    """Return the file of an alternative in the folder of a run; None where it is not given out."""
    if alternative.name in ("chosen", "running") or alternative.errors:
        return None
    return f"alternatives/{alternative.name}.plan.json"
