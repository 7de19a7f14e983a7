"""Mean delays of two plans with the same seeds on traffic from the forecast, each simulated once and then kept."""

from __future__ import annotations

import importlib.metadata
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from greenband.engine.chain.prepare import Prepared
from greenband.engine.chain.scenarios import forecast_scenarios
from greenband.networks.files import replace_atomically, xml_bytes
from greenband.networks.plan import Plan
from greenband.networks.sumo.program import program_xml
from greenband.simulation.measure.trips import read_trips
from greenband.simulation.run import OPTIONS, TRIPS, simulate
from greenband.simulation.scenario import Scenario
from numpy.typing import NDArray

from ..store import facts_hash, files_hash, load, save, scenario_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A plan against the running plan of a prepared study; `cache` keeps each simulation's delay."""

    prepared: Prepared
    plan: Plan
    cache: Path


def paired_differences(pair: Pair, seeds: Iterable[int], tell: Callable[[], None]) -> NDArray[np.float64]:
    """Return the plan's mean delay less the running plan's, for each seed. [s]

    As in the trial of `greenband run`: each seed has its own traffic, drawn from the forecast, and both plans drive in
    it. One simulation runs at a time. `tell` is called after each pair.
    """
    found = []
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        folder = Path(name)
        programs = folder / "plan.add.xml"
        replace_atomically(programs, xml_bytes(program_xml(pair.plan, pair.prepared.network, "greenband")))
        for seed in seeds:
            scenario = _traffic(pair.prepared, seed, folder)
            plan_s, running_s = (_mean_delay_s(scenario, seed, file, pair.cache) for file in (programs, None))
            found.append(plan_s - running_s)
            tell()
    return np.array(found)


def _traffic(prepared: Prepared, seed: int, folder: Path) -> Scenario:
    return forecast_scenarios(prepared.study, prepared.network, prepared.demand, [seed], folder)[seed]


def _mean_delay_s(scenario: Scenario, seed: int, programs: Path | None, cache: Path) -> float:
    """Return the mean delay of a run; what SUMO makes of the same bytes, options and seed does not change."""
    facts = scenario_facts(scenario) | {
        "programs": files_hash([programs] if programs else []),
        "options": [option for option in OPTIONS if option != "--no-step-log"],
        "seed": seed,
        "sumo": importlib.metadata.version("eclipse-sumo"),
    }
    place = cache / "paired" / f"{facts_hash(facts)}.json"
    kept = load(place)
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="greenband-") as name:
            simulate(scenario, Path(name), seed=seed, programs=programs)
            trips, _ = read_trips(Path(name) / TRIPS, scenario.begin_s, scenario.end_s)
        kept = {"mean_delay_s": float(trips.delay_s.mean())}
        save(place, kept)
    return float(kept["mean_delay_s"])
