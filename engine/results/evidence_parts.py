"""The parts of `evidence.json` as plain dictionaries."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ...networks.plan import Plan
from ...networks.seeds import DAYS_OF_SEARCH_SEED
from ...simulation.run import Run
from ..chain.prepare import Prepared
from ..counts.verdict import period_coverage
from ..optimise.candidates.candidates import Candidate
from ..optimise.race.race import Standing
from ..optimise.search import Found
from ..optimise.seeds_used import seeds_used
from ..present.judgement import Present
from ..studies.file import Gate
from ..studies.objective import BUSY_MOVEMENT_VEH
from ..validate.further_verdict import Further
from ..validate.gate import SIGNIFICANCE
from ..validate.movement_faults import WORST_MOVEMENT_RATIO
from ..validate.movement_table import Row
from ..validate.trial import Trial


def trial_part(trial: Trial) -> dict[str, Any]:
    """Return the comparison, and what each run measured."""
    pairs = zip(trial.plan_runs, trial.running_runs, strict=True)
    return {
        "traffic": trial.traffic,
        "comparison": trial.comparison.as_dict(),
        "runs": [{"seed": plan.seed, "plan": _run(plan), "running": _run(running)} for plan, running in pairs],
    }


def seeds_part(trial: Trial, found: Found | None, further: Further | None) -> dict[str, Any]:
    """Return all seeds that traffic was drawn with: of the validation, the search, its steps and the further trials."""
    steps = seeds_used(found) if found else {}
    return {
        "validation": trial.comparison.seeds,
        "search": sorted(seed for seeds in steps.values() for seed in seeds),
        "steps_of_search": steps,
        "generator_of_days": DAYS_OF_SEARCH_SEED if found else None,
        "further": sorted({seed for case in further.cases for seed in case.seeds}) if further else [],
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "trips": run.trips.delay_s.size,
        "mean_delay_s": run.mean_delay_s,
        "stops_per_vehicle": run.stops_per_vehicle,
        "unserved": run.unserved,
        "unfinished": run.unfinished,
        "teleports": run.teleports,
        "collisions": run.collisions,
        "emergency_brakings": run.emergency_brakings,
        "emergency_stops": run.emergency_stops,
        "spillback_s": run.spillback_s,
        "full_streets_s": run.full_streets_s,
        "co2_g_per_trip": run.co2_g,
        "fuel_g_per_trip": run.fuel_g,
        "walks": 0 if run.walks_lost_s is None else run.walks_lost_s.size,
        "walk_lost_s": run.walk_lost_s,
        "gridlocked": run.gridlocked,
    }


def further_part(further: Further) -> dict[str, Any]:
    """Return the trials beyond the trial, what was left out, and who is worse off where."""
    return {
        "cases": [{**asdict(case), "worse_than_running": case.is_worse} for case in further.cases],
        "switches": [asdict(switch) for switch in further.switches],
        "left_out": list(further.left_out),
    }


def calibration_part(prepared: Prepared) -> dict[str, Any] | None:
    """Return the study's calibration as it stands in calibration.toml; None where it has none."""
    calibration = prepared.study.calibration
    return None if calibration is None else calibration.model_dump()


def left_turns_part(prepared: Prepared, plan: Plan) -> dict[str, Any]:
    """Return the rule on turns across, and of each turn what is known, how both plans show it, and what follows."""
    rule = prepared.pack.left_turn
    return {
        "rule": None if rule is None else rule.model_dump(),
        "turns": [
            {
                **asdict(turn),
                "opposing": sorted(turn.opposing),
                "cross_product": turn.facts.cross_product,
                "plan": turn.shown(prepared.network.by_junction[turn.junction], plan.by_junction[turn.junction]),
                "stays_protected": turn.stays_protected,
            }
            for turn in prepared.left_turns
        ],
    }


def row_part(row: Row) -> dict[str, Any]:
    """Return a movement or a junction under both plans."""
    return {name: value for name, value in asdict(row).items() if value != ""}


def limits_part(limits: Gate) -> dict[str, Any]:
    """Return all limits of the gate, the study's own and the fixed ones."""
    return {
        **limits.model_dump(),
        "significance": SIGNIFICANCE,
        "busy_movement_veh": BUSY_MOVEMENT_VEH,
        "worst_movement_ratio": WORST_MOVEMENT_RATIO,
    }


def data_part(prepared: Prepared) -> dict[str, Any]:
    """Return what is known of the counts, the forecast and the demand."""
    forecast, judged = prepared.forecast, prepared.data.judged
    return {
        "coverage_in_period": prepared.coverage,
        "coverage_by_detector": period_coverage(judged, prepared.period.begin, prepared.period.end),
        "coverage_of_whole_days": judged.coverage,
        "dropped_detectors": judged.dropped,
        "inferred": [asdict(one) for one in prepared.inferred],
        "told": prepared.told,
        "forecast": {
            "day": forecast.day.isoformat(),
            "history_days": int(forecast.history_veh.shape[1]),
            "level_share": forecast.level_share,
            "counted_veh": float(forecast.total.mean.sum()),
            "day_level": {name: float(getattr(forecast.day_level, name)) for name in ("mean", "q10", "q50", "q90")},
        },
        "demand": {
            "vehicles": prepared.demand.vehicles,
            "turns_veh_h": {" > ".join(turn): flow for turn, flow in sorted(prepared.demand.flow_veh_h.items())},
        },
        "residuals": {
            "wape": prepared.residuals.wape,
            "unused_detectors": prepared.residuals.unused,
            "worst": [asdict(count) for count in prepared.residuals.worst()],
        },
    }


def present_part(present: Present | None) -> dict[str, Any] | None:
    """Return today in simulation beside what loops saw, and what was calibrated; None where it was not made."""
    if present is None:
        return None
    return {
        "reproduced": present.reproduced,
        "faults": list(present.faults),
        "odd_places": list(present.odd),
        "late_ratio": present.late_ratio,
        "seeds": present.seeds,
        "locked": present.locked,
        "flow_share": present.flow_share,
        "occupancy_share": present.occupancy_share,
        "vehicle_length": asdict(present.length) if present.length else None,
        "full_entries": [asdict(entry) for entry in present.entries],
        "places": [{**asdict(place), "geh": round(place.geh, 2)} for place in present.places],
    }


def optimiser_part(found: Found) -> dict[str, Any]:
    """Return how the plan was searched, with bounds and gaps."""
    return {
        "kept_running": found.kept_running,
        "reason": found.reason,
        "simulations": found.simulations,
        "changes_in_refinement": found.changes,
        "scanned": [_candidate(candidate) for candidate in found.scanned],
        "candidates": [_candidate(candidate) for candidate in found.candidates],
        "race": [_standing(standing) for standing in found.standings],
        "final": [_standing(standing) for standing in found.final],
        "rounds": [
            {"replaced": one.replaced, "standings": [_standing(standing) for standing in one.standings]}
            for one in found.rounds
        ],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    """Return a candidate with its modelled cost, the bound, and the share of the cost that is not proven necessary."""
    cost, bound = candidate.cost, candidate.bound
    gap = (cost - bound) / cost if cost and bound is not None else None
    return {
        "name": candidate.plan.name,
        "cycle_s": candidate.cycle_s,
        "cost_veh_s_per_s": cost,
        "bound_veh_s_per_s": bound,
        "gap": gap,
        "proven": candidate.proven,
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "name": standing.plan.name,
        "delay_s_by_seed": standing.delay_s,
        "mean_delay_s": standing.mean_s,
        "mean_cost_s_per_veh": standing.mean_cost,
    }
