"""The queue model when it knows only what a planner knows: loop counts, from a field study of the true traffic."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from greenband.engine.chain.prepare import prepare
from greenband.engine.chain.scenarios import forecast_trips
from greenband.engine.model.estimate import estimate
from greenband.engine.model.queue_traffic import cars, warm_load
from greenband.engine.model.streets import Streets
from greenband.engine.studies.file import read_study
from greenband.networks.plan import Plan
from greenband.simulation import day_traffic as traffic
from greenband.simulation import days, faults, field, loops, process, run
from numpy.typing import NDArray

from ..store import default_cache, facts_hash, files_hash, kept_folder, scenario_facts
from ..streets.peers import Tell
from .model_cases import Case

CODE = (days, faults, field, loops, process, run, traffic)
DAYS, FIELD_SEED = 15, 1
TRAFFIC_SEEDS = (1, 2, 3)


def study_of(case: Case, cache: Path | None, tell: Tell) -> Path:
    """Return the folder of a study with counts of the case: what it comes with, or a field study kept in the cache."""
    if case.study is not None:
        return case.study
    facts = scenario_facts(case.scenario) | {
        "days": DAYS,
        "seed": FIELD_SEED,
        "sumo": importlib.metadata.version("eclipse-sumo"),
        "code": files_hash(Path(str(module.__file__)) for module in CODE),
    }
    folder = (cache or default_cache()) / "field" / f"{case.name}-{facts_hash(facts)}"
    what, done = f"{case.name}: field study", 0

    def count(_day: object) -> None:
        nonlocal done
        done += 1
        tell(what, done, DAYS)

    def make(out: Path) -> None:
        tell(what, 0, DAYS)
        field.run_field(case.scenario, out=out, days=DAYS, seed=FIELD_SEED, on_day=count)

    return kept_folder(folder, make)


def delays_from_counts_s(
    folder: Path, period: str | None, streets: Streets, plans: Sequence[Plan]
) -> NDArray[np.float64]:
    """Return the modelled mean delay of each plan, of shape (plans,), on traffic that a study's counts lead to. [s]

    Counts with faults → verdict → forecast of the day to be planned → movements → trips drawn with three seeds, whose
    mean is taken. The true routes are not opened. Raises InputError as `prepare` does.
    """
    study = read_study(folder)
    prepared = prepare(study, study.period(period))
    demand, warm_up_s = prepared.demand, study.file.options.warm_up_s
    found = []
    for seed in TRAFFIC_SEEDS:
        trips = forecast_trips(study, prepared.network, demand, seed)
        vehicles = cars(trips.depart_s, trips.edges)
        drawn = warm_load(streets, vehicles, demand.begin_s, demand.end_s, warm_up_s, seed)
        found.append([estimate(streets, drawn, plan, demand.end_s).mean_delay_s for plan in plans])
    return np.array(found).mean(axis=0)
