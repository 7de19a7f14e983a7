"""Today's plan on our traffic, beside the counted days redrawn with new seeds: one row a scenario and field seed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from greenband.engine.chain.prepare import prepare
from greenband.engine.chain.reproduce import reproduce
from greenband.engine.chain.scenarios import forecast_scenarios
from greenband.engine.studies.file import read_study
from greenband.simulation.day_traffic import draw_traffic
from greenband.simulation.days import draw_days
from greenband.simulation.fan_out import fan_out
from greenband.simulation.field import counted_part, run_field
from greenband.simulation.run import Run, run
from greenband.simulation.scenario import Scenario

from ..store import default_cache, kept_folder, key, scenario_facts

FIRST_DAY, DAYS = date(2026, 3, 2), 15
TRUE_SEEDS, OUR_SEEDS = range(9000, 10_000), range(500, 1000)
WORKING_DAYS = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentRow:
    """Time loss inside the network under today's plan, on the street's traffic and on ours, means over seeds."""

    scenario: str
    field_seed: int
    true_s: float
    ours_s: float
    true_locked: float
    ours_locked: float
    flow_share: float
    occupancy_share: float | None
    length_m: float | None
    entries: int
    reproduced: bool
    seconds: float

    @property
    def ratio(self) -> float:
        """Ours over the street's."""
        return self.ours_s / self.true_s


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrueDay:
    scenario: Scenario
    factor: float
    seed: int


def measured(
    name: str, scenario: Scenario, field_seed: int, seeds: int, tell: Callable[[str], None], executor: Executor | None
) -> PresentRow:
    """Return the row of a scenario whose loops were counted with one field seed."""
    tell(f"{name}, field seed {field_seed}: field study")
    study = read_study(_field_study(name, scenario, field_seed))
    tell(f"{name}, field seed {field_seed}: the street")
    true = fan_out(_true_run, _true_days(scenario, field_seed, seeds), executor)
    tell(f"{name}, field seed {field_seed}: the present")
    prepared = prepare(study, study.period(None))
    began_s = time.monotonic()
    prepared = reproduce(prepared, executor=executor)
    seconds = time.monotonic() - began_s
    with tempfile.TemporaryDirectory(prefix="greenband-present-") as folder:
        made = forecast_scenarios(study, prepared.network, prepared.demand, OUR_SEEDS[:seeds], Path(folder))
        ours = fan_out(_our_run, list(made.items()), executor)
    present = prepared.present
    assert present is not None
    return PresentRow(
        scenario=name,
        field_seed=field_seed,
        true_s=_loss_s(true),
        ours_s=_loss_s(ours),
        true_locked=_locked(true),
        ours_locked=_locked(ours),
        flow_share=present.flow_share,
        occupancy_share=present.occupancy_share,
        length_m=present.length.length_m if present.length else None,
        entries=len(present.entries),
        reproduced=present.reproduced,
        seconds=seconds,
    )


def _field_study(name: str, scenario: Scenario, seed: int) -> Path:
    facts = scenario_facts(scenario) | {"days": DAYS, "seed": seed}
    folder = default_cache() / "field" / f"{name}-{key(facts)}"
    return kept_folder(folder, lambda out: run_field(scenario, out=out, days=DAYS, seed=seed, first_day=FIRST_DAY))


def _true_days(scenario: Scenario, field_seed: int, seeds: int) -> list[_TrueDay]:
    """Return working days drawn as the field study draws them, as busy as its working days were on average."""
    counted, interval_s = counted_part(scenario)
    days = draw_days(counted, (), interval_s=interval_s, days=DAYS, seed=field_seed, first_day=FIRST_DAY)
    level = float(np.mean([day.factor for day in days if day.day.weekday() in WORKING_DAYS]))
    return [_TrueDay(scenario=counted, factor=level, seed=seed) for seed in TRUE_SEEDS[:seeds]]


def _true_run(day: _TrueDay) -> Run:
    with tempfile.TemporaryDirectory(prefix="greenband-present-") as folder:
        period = (day.scenario.begin_s, day.scenario.end_s)
        random = np.random.default_rng([day.seed, 0x74_72_75_65])
        routes = draw_traffic(day.scenario.routes, Path(folder), factor=day.factor, period=period, random=random)
        return run(replace(day.scenario, routes=routes), seed=day.seed)


def _our_run(job: tuple[int, Scenario]) -> Run:
    return run(job[1], seed=job[0])


def _loss_s(runs: list[Run]) -> float:
    """Return the mean time loss inside the network of trips that got in; waiting outside is not in it."""
    return float(np.mean([one.trips.time_loss_s[one.trips.departed].mean() for one in runs]))


def _locked(runs: list[Run]) -> float:
    return sum(one.gridlocked for one in runs) / len(runs)
