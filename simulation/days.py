"""The days of a field study: how busy each is, and what its loops count."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ..networks.detector import Detector
from ..networks.errors import InputError
from ..networks.files import xml_bytes
from ..networks.seeds import FIRST_FIELD_SEED
from .day_traffic import draw_traffic
from .faults import Fault, FaultyCounts, apply_faults, draw_faults
from .loops import loops_xml, read_loops
from .run import simulate
from .scenario import Scenario

LOOPS = "loops.xml"

# Monday to Friday: median of 8 sites in Melbourne (2011), morning peak; the extreme weekdays of a median site differ by
# 6 to 8 %. Saturday and Sunday: our assumption, within the 50 to 85 % that public holidays carried there.
WEEKDAY_FACTORS = (0.98, 1.01, 1.01, 1.00, 1.00, 0.80, 0.65)
# Day to day, a peak hour's volume varied by 11 to 13 % (coefficient of variation, median site) in Melbourne and Berlin.
# The part that all detectors of a district share is smaller: the rest is each site's own, and chance (`draw_traffic`).
DAY_NOISE = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day to be simulated: its traffic is drawn from that of `scenario`, `factor` times as much on average."""

    day: date
    scenario: Scenario
    factor: float
    detectors: tuple[Detector, ...]
    interval_s: int
    seed: int
    faults: tuple[Fault, ...]

    @property
    def intervals(self) -> int:
        """How many whole intervals the period has."""
        return (self.scenario.end_s - self.scenario.begin_s) // self.interval_s


def draw_days(
    scenario: Scenario, detectors: tuple[Detector, ...], *, interval_s: int, days: int, seed: int, first_day: date
) -> tuple[Day, ...]:
    """Draw the days from `first_day` on: each a weekday factor times log-normal noise of mean 1, a seed, and faults."""
    return tuple(
        _draw_day(
            scenario, detectors, interval_s, first_day + timedelta(days=place), np.random.default_rng([seed, place])
        )
        for place in range(days)
    )


def _draw_day(
    scenario: Scenario, detectors: tuple[Detector, ...], interval_s: int, day: date, random: np.random.Generator
) -> Day:
    noise = float(np.exp(DAY_NOISE * random.standard_normal() - DAY_NOISE**2 / 2))
    seed = int(random.integers(FIRST_FIELD_SEED, 2**31 - 1))
    intervals = (scenario.end_s - scenario.begin_s) // interval_s
    return Day(
        day=day,
        scenario=scenario,
        factor=WEEKDAY_FACTORS[day.weekday()] * noise,
        detectors=detectors,
        interval_s=interval_s,
        seed=seed,
        faults=draw_faults(len(detectors), intervals, random),
    )


def count_day(day: Day) -> FaultyCounts:
    """Simulate a day and return what its detectors report. Raises as `run` does."""
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        folder = Path(name)
        day.scenario.require_files()
        period = (day.scenario.begin_s, day.scenario.end_s)
        random = np.random.default_rng(day.seed)
        routes = draw_traffic(day.scenario.routes, folder, factor=day.factor, period=period, random=random)
        scenario = replace(day.scenario, routes=routes)
        loops = folder / "loops.add.xml"
        loops.write_bytes(xml_bytes(loops_xml(day.detectors, interval_s=day.interval_s, output=LOOPS)))
        try:
            simulate(scenario, folder, seed=day.seed, loops=loops)
        except InputError as error:
            raise _of_own_files(error, routes, day.scenario.routes) from error
        counts = read_loops(
            folder / LOOPS,
            len(day.detectors),
            begin_s=scenario.begin_s,
            intervals=day.intervals,
            interval_s=day.interval_s,
        )
    return apply_faults(counts, day.faults)


def _of_own_files(error: InputError, drawn: Sequence[Path], own: Sequence[Path]) -> InputError:
    """Return an error on a day's traffic as one on the files that it was drawn from: nobody has seen the day's."""
    where, found = error.where, error.found
    for copy, path in zip(drawn, own, strict=False):
        where, found = (text.replace(str(copy.resolve()), str(path)) for text in (where, found))
        where, found = (text.replace(str(copy), str(path)) for text in (where, found))
    return InputError(where=where, found=found, rule=error.rule, fix=error.fix)
