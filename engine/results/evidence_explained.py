"""Why a plan is as it is and what else could be had, as parts of `evidence.json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..chain.explain import Explained
from ..optimise.junction.capacity import Capacity
from ..optimise.why.pareto import AIMS, GREEN_WAVE, WAVE, Alternative
from ..optimise.why.why import JunctionWhy
from ..studies.objective import TERMS


def alternatives_part(found: Sequence[Alternative]) -> list[dict[str, Any]]:
    """Return the plans to choose from with their values by the queue model, and the simulator's delay where it ran."""
    chosen = next((one.plan.junctions for one in found if one.name == "chosen"), None)
    return [
        {
            "name": one.name,
            "file": file_of(one),
            "best_at": {**AIMS, GREEN_WAVE: WAVE}[one.name].weights if one.name in {*AIMS, GREEN_WAVE} else None,
            "is_the_chosen_plan": one.plan.junctions == chosen,
            "model": {TERMS[name].key: value for name, value in one.values.items()},
            "simulated_delay_s": one.race_delay_s,
            "simulated_seeds": one.race_seeds,
            "check_errors": one.errors,
        }
        for one in found
    ]


def why_part(found: Explained) -> dict[str, Any]:
    """Return the reasons for each junction's splits, what is proven, and the model's delay beside the simulations'.

    Delays in `junctions` are by the delay formulas, seconds per vehicle with arrivals that are even.
    """
    return {
        "junctions": [_junction(why, found) for why in found.junctions],
        "network": asdict(found.network) if found.network else None,
        "green_wave": [asdict(band) for band in found.bands],
        "beyond_capacity": found.overloaded,
    }


def _junction(why: JunctionWhy, found: Explained) -> dict[str, Any]:
    delays = found.delays.get(why.junction)
    return {
        **asdict(why),
        "gap": why.gap,
        "capacity": _capacity(why.capacity) if why.capacity else None,
        "model_delay_s": delays.model_s if delays else None,
        "simulated_delay_s": delays.simulated_s if delays else None,
    }


def _capacity(capacity: Capacity) -> dict[str, Any]:
    causes = [{"from_edge": a, "to_edge": b, "flow_veh_h": flow} for (a, b), flow in capacity.causes]
    return {"least_saturation": capacity.least_saturation, "causes": causes}


def file_of(alternative: Alternative) -> str | None:
    """Return the file of an alternative in the folder of a run; None where it is not given out."""
    if alternative.name in ("chosen", "running") or alternative.errors:
        return None
    return f"alternatives/{alternative.name}.plan.json"
