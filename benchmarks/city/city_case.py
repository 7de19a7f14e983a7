"""One city of `greenband benchmark city`, in a process of its own: python -m greenband.benchmarks.city.city_case …"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any, TypeVar

from greenband.engine.chain.prepare import prepare
from greenband.engine.chain.scenarios import forecast_trips
from greenband.engine.check.check import checked
from greenband.engine.model.queue_traffic import cars
from greenband.engine.model.streets import build_streets
from greenband.engine.optimise.budget import budget_of
from greenband.engine.optimise.candidates.candidates import problem_of
from greenband.engine.optimise.candidates.drafts import drafted
from greenband.engine.optimise.model_referee import model_referee, vehicle_seconds
from greenband.engine.studies.file import read_study
from greenband.networks.seeds import BUSIER, CLIMB_SEEDS

from ..memory import peak_mib
from .city_counts import make_city

Result = TypeVar("Result")

JUDGE_SEED = 300


def figures(folder: Path, side: int, days: int, seed: int) -> dict[str, Any]:
    """Return what it takes to plan a city from its counts, without any simulation by SUMO, and what comes of it."""
    made_s = _timed(lambda: make_city(side, days, seed, folder / "study"))[1]
    study = read_study(folder / "study")
    prepared, prepare_s = _timed(lambda: prepare(study, study.period(None)))
    network, demand, options = prepared.network, prepared.demand, study.file.options

    def work() -> Any:
        problem = problem_of(network, demand.flow_veh_h, (demand.end_s - demand.begin_s) / 3600)
        trips = {
            seed: forecast_trips(study, network, demand, seed, BUSIER.get(seed, 1.0))
            for seed in (*CLIMB_SEEDS, JUDGE_SEED)
        }
        vehicles = {seed: cars(drawn.depart_s, drawn.edges) for seed, drawn in trips.items()}
        model = model_referee(build_streets(network, study.behaviour), demand, vehicles, options.warm_up_s)
        drafts = drafted(
            problem,
            model,
            budget=budget_of(
                vehicle_seconds(model, network.running_plan, CLIMB_SEEDS[0]), len(CLIMB_SEEDS), options.effort
            ),
            cycles_s=options.cycles_s,
            effort=options.effort,
            seed=options.seed,
            tell=_tell,
        )
        return drafts, model

    (drafts, model), plan_s = _timed(work)
    plans = [network.running_plan, *(candidate.plan for candidate in drafts.candidates[1:]), *drafts.climbed]
    delays_s = [fmean(delays) for delays in model.delays_s(plans, CLIMB_SEEDS)]
    best = min(range(len(plans)), key=lambda k: delays_s[k])
    checked(plans[best], network)
    judged_s = [delays[0] for delays in model.delays_s([network.running_plan, plans[best]], (JUDGE_SEED,))]
    scanned = drafts.scanned[0]
    return {
        "side": side,
        "junctions": len(network.junctions),
        "detectors": len(prepared.data.detectors),
        "vehicles": round(demand.vehicles),
        "make_s": round(made_s, 1),
        "prepare_s": round(prepare_s, 1),
        "plan_s": round(plan_s, 1),
        "whole_s": round(prepare_s + plan_s, 1),
        "gap": round(1 - (scanned.bound or 0.0) / (scanned.cost or 1.0), 4),
        "delay_running_s": round(judged_s[0], 1),
        "delay_plan_s": round(judged_s[1], 1),
        "peak_mib": round(peak_mib()),
    }


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    began_s = perf_counter()
    return work(), perf_counter() - began_s


def _tell(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{what}: {done} of {total}   ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    (target / "figures.json").write_text(json.dumps(figures(target, *(int(word) for word in sys.argv[2:5]))))
