"""How well movements are found from loop counts alone: one scenario, judged on the turns of its true routes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path

import numpy as np
from greenband.engine.chain.prepare import prepare
from greenband.engine.chain.scenarios import scenario_demands
from greenband.engine.studies.file import read_study
from greenband.networks.demand import Demand
from greenband.simulation.scenario import Scenario
from numpy.typing import NDArray

from ..store import default_cache, key, load, save, scenario_facts
from ..streets.bench import FIELD_SEED, Bench, field_study
from .movements_truth import COMING_SEED, ORDINARY_SEEDS, Truth, true_turns

Floats = NDArray[np.float64]
SMALL_VEH_H = 100.0
DRAWN_DAYS = 100
HALF_VEHICLE = 0.5  # bounds are of whole vehicles
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One scenario. Errors are summed absolute errors over summed vehicles; a pair is (all, turns under 100 veh/h).

    Each floor is the error of one who knows the mean of the true turns of the counted days and puts them at the
    forecast's level: what no estimate from these days can be expected to beat.
    """

    name: str
    turns: int
    vehicles: float  # of the ordinary day, over all turns
    ordinary: Pair  # the scenario's own routes, as they got through
    ordinary_floor: Pair
    wanted: Pair  # the scenario's own routes, also those that stood in a jam or never got in
    wanted_floor: Pair
    shares: Pair  # days of the history, their total given: the error of the split alone
    coming: Pair  # single days to come
    coming_floor: Pair
    covered: float  # of the turns of days to come, inside the 80 % interval
    covered_ordinary: float
    covered_drawn: float  # of the turns of days to come, between the 10 % and the 90 % point of days drawn
    level: float  # forecast over the mean of days to come
    seconds: float


def measured(
    name: str, scenario: Scenario, days: int, coming: int, cache: Path | None, tell: Callable[[str, int, int], None]
) -> Figures:
    """Return the figures of a scenario. Field study and true turns are kept in the cache."""
    bench = Bench(name=name, scenario=scenario, seeds=(1,), days=days, folder=Path(), cache=cache)
    study = read_study(field_study(bench, tell))
    period = study.period(None)
    prepare(study, period)  # compiles
    began_s = time.process_time()
    prepared = prepare(study, period)
    seconds = time.process_time() - began_s
    drawn = scenario_demands(prepared, DRAWN_DAYS, seed=1)
    truth = _kept_truth(name, scenario, days, coming, cache or default_cache(), tell)
    return figures(name, prepared.demand, drawn, truth, seconds)


def figures(name: str, demand: Demand, drawn: Sequence[Demand], truth: Truth, seconds: float) -> Figures:
    """Return how far a demand, and days that may come drawn from it, lie from what happened."""
    low, high = demand.quantile_veh_h(0.1), demand.quantile_veh_h(0.9)
    veh, lows, highs = (
        np.array([flows.get(turn, 0.0) for turn in truth.turns]) * truth.hours
        for flows in (demand.flow_veh_h, low, high)
    )
    small = truth.ordinary < SMALL_VEH_H * truth.hours
    history = truth.history.mean(axis=1)
    floor = history * veh.sum() / history.sum()

    def inside(days: Floats) -> float:
        return float(np.mean((days >= lows[:, None] - HALF_VEHICLE) & (days <= highs[:, None] + HALF_VEHICLE)))

    def days_to_come(found: Floats) -> Pair:
        each = [_errors(found, day, small) for day in truth.coming.T]
        return float(np.mean([one for one, _ in each])), float(np.mean([two for _, two in each]))

    return Figures(
        name=name,
        turns=len(truth.turns),
        vehicles=float(truth.ordinary.sum()),
        ordinary=_errors(veh, truth.ordinary, small),
        ordinary_floor=_errors(floor, truth.ordinary, small),
        wanted=_errors(veh, truth.wanted, small),
        wanted_floor=_errors(floor, truth.wanted, small),
        shares=_errors(veh * history.sum() / max(veh.sum(), 1e-9), history, small),
        coming=days_to_come(veh),
        coming_floor=days_to_come(floor),
        covered=inside(truth.coming),
        covered_drawn=_inside_drawn(drawn, truth),
        covered_ordinary=inside(truth.ordinary[:, None]),
        level=float(veh.sum() / truth.coming.mean(axis=1).sum()),
        seconds=seconds,
    )


def _inside_drawn(drawn: Sequence[Demand], truth: Truth) -> float:
    """Return the share of the turns of days to come between the 10 % and the 90 % point of the days drawn."""
    veh = np.array([[day.flow_veh_h.get(turn, 0.0) * truth.hours for turn in truth.turns] for day in drawn])
    low, high = np.quantile(veh, (0.1, 0.9), axis=0)[:, :, None]
    return float(np.mean((truth.coming >= low - HALF_VEHICLE) & (truth.coming <= high + HALF_VEHICLE)))


def _errors(found: Floats, true: Floats, small: NDArray[np.bool_]) -> Pair:
    """Return the errors over all turns and over the small ones; nan where nobody makes any of them."""
    off = np.abs(found - true)
    whole, part = float(true.sum()), float(true[small].sum())
    return float(off.sum()) / whole if whole else nan, float(off[small].sum()) / part if part else nan


def _kept_truth(
    name: str, scenario: Scenario, days: int, coming: int, cache: Path, tell: Callable[[str, int, int], None]
) -> Truth:
    seeds = [FIELD_SEED, COMING_SEED, *ORDINARY_SEEDS]
    facts = scenario_facts(scenario) | {"days": days, "coming": coming, "seeds": seeds, "what": "turns, all wanted"}
    path = cache / "turns" / f"{name}-{key(facts)}.json"
    if (kept := load(path)) is None:
        what = f"{name}: true turns"
        made = true_turns(scenario, days, coming, FIELD_SEED, lambda done, total: tell(what, done, total))
        kept = {
            "turns": [list(turn) for turn in made.turns],
            "history": made.history.tolist(),
            "coming": made.coming.tolist(),
            "ordinary": made.ordinary.tolist(),
            "wanted": made.wanted.tolist(),
            "hours": made.hours,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, kept)
    return Truth(
        turns=tuple((origin, target) for origin, target in kept["turns"]),
        history=np.array(kept["history"]),
        coming=np.array(kept["coming"]),
        ordinary=np.array(kept["ordinary"]),
        wanted=np.array(kept["wanted"]),
        hours=float(kept["hours"]),
    )
