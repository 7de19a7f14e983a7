"""The second product of a run: an actuated plan, checked and tried like the fixed-time one."""

from __future__ import annotations

import json
import tempfile
from concurrent.futures import Executor
from dataclasses import asdict
from pathlib import Path
from time import monotonic

from ...networks.progress import Tell, silent
from ...simulation.measure.pairs import compare
from ..chain.plan_study import Outcome, as_the_present_allows
from ..chain.scenarios import forecast_scenarios
from ..check.actuated.actuated import require_safe
from ..validate.gate import gate_of
from ..validate.paired_runs import PairedRuns
from .outcome import ActuatedOutcome
from .search import SEEDS, Arena, search_actuated
from .sumo import actuated_xml

SCHEMA = 1


def actuate(outcome: Outcome, *, tell: Tell = silent, executor: Executor | None = None) -> ActuatedOutcome | None:
    """Return the actuated plan for an outcome, or None where no junction can be actuated; nothing is written.

    Its traffic is drawn from the forecast, as that of the fixed-time plan was. Raises PlanRefused where a program is
    unsafe; this would be a defect of how it is made.
    """
    prepared, trial = outcome.prepared, outcome.trial
    began_s = monotonic()
    seeds = trial.comparison.seeds
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        scratch = Path(name)
        scenarios = forecast_scenarios(prepared.study, prepared.network, prepared.demand, (*SEEDS, *seeds), scratch)
        arena = Arena(
            network=prepared.network, scenarios=scenarios, folder=scratch, executor=executor, own=prepared.own
        )
        vehicles = round(prepared.demand.vehicles)
        found = search_actuated(arena, outcome.found.plan, prepared.demand.flow_veh_h, vehicles, tell)
        search_s = monotonic() - began_s
        if found is None:
            return None
        programs = actuated_xml(found.plan, prepared.network)
        findings = require_safe(programs, prepared.network, prepared.own)
        tell("validation of the actuated plan", 0, 1)
        runs = tuple(arena.runs([found.plan], seeds)[0])
        tell("validation of the actuated plan", 1, 1)
    against_running = PairedRuns(plan_runs=runs, running_runs=trial.running_runs)
    return ActuatedOutcome(
        found=found,
        programs=programs,
        findings=findings,
        runs=runs,
        trial=against_running.comparison,
        against_fixed=compare(runs, trial.plan_runs),
        verdict=as_the_present_allows(gate_of(against_running, findings, prepared.study.file.gate), prepared.present),
        search_s=search_s,
    )


def actuated_json(outcome: Outcome, actuated: ActuatedOutcome) -> bytes:
    """Return the bytes of `actuated.json`: every stage, change, zone and weight; the same for the same plan."""
    content = {
        "schema": SCHEMA,
        "study": outcome.prepared.study.file.name,
        "period": outcome.prepared.period.label,
        "status": "draft",
        "name": actuated.found.plan.name,
        "junctions": [asdict(one) for one in actuated.found.plan.junctions],
        "fixed_time": sorted(set(actuated.found.plan.fixed.by_junction) - set(actuated.found.plan.by_junction)),
    }
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()
