from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from greenband.engine.chain.prepare import prepare
from greenband.engine.chain.scenarios import scenario_demands
from greenband.engine.chain.told_streets import EMPTY_AT_FIRST, NO_BORDER, streets_told
from greenband.engine.movements.first_minutes import Emptiness
from greenband.engine.studies.file import read_study

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"


def test_the_bundled_study_is_prepared_step_by_step_and_gives_days_that_may_come():
    told = []
    study = read_study(ARTERIAL)
    prepared = prepare(study, study.period(None), lambda *step: told.append(step))
    whats, done, totals = zip(*told, strict=True)
    assert len(set(whats)) == len(set(totals)) == 1
    assert done == tuple(range(totals[0] + 1))
    days = scenario_demands(prepared, 6, seed=1)
    assert all(day.intervals == prepared.demand.intervals for day in days)
    # Six days of evenly spread levels: a quiet and a busy one, and the forecast in the middle.
    mean = sum(day.vehicles for day in days) / len(days)
    assert mean == pytest.approx(prepared.demand.vehicles, rel=0.05)
    assert min(day.vehicles for day in days) < prepared.demand.vehicles < max(day.vehicles for day in days)


def test_streets_that_are_empty_at_first_get_no_warm_up_and_that_is_told(monkeypatch):
    study = read_study(ARTERIAL)
    usual = prepare(study, study.period(None))
    assert usual.study.file.options.warm_up_s == 600
    assert EMPTY_AT_FIRST not in usual.told

    def everywhere(_network, unknowns, *_):
        return Emptiness(reach=np.ones(len(unknowns.streams)), clearer=100.0)

    monkeypatch.setattr("greenband.engine.movements.estimate.emptiness", everywhere)
    empty = prepare(study, study.period(None))
    assert empty.study.file.options.warm_up_s == 0
    assert EMPTY_AT_FIRST in empty.told


def test_a_network_without_a_border_is_told():
    study = read_study(ARTERIAL)
    known = prepare(study, study.period(None)).known
    assert streets_told(known) == ()
    closed = replace(known, unknowns=replace(known.unknowns, entries=frozenset()))
    assert streets_told(closed) == (NO_BORDER,)
