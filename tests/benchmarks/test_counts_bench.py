"""The judge of the screening is judged: on the bundled study, with a screening that sees all and one that sees none."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from greenband.benchmarks.counts import counts_score
from greenband.benchmarks.counts.counts_data import sound_sets
from greenband.benchmarks.counts.counts_faults import KINDS, plant
from greenband.benchmarks.counts.counts_score import score
from greenband.engine.counts.table import DetectorVerdict


@pytest.fixture(scope="module")
def arterial():
    (sound,) = sound_sets(Path("nowhere"), "report")
    return sound


def test_faults_change_their_bins_and_no_other(arterial):
    veh = arterial.counts.veh
    spoilt, planted = plant(veh, 0.1, np.random.default_rng(4))
    touched = np.zeros(veh.shape, bool)
    for fault in planted:
        touched[fault.detector, fault.day, fault.first : fault.last] = True
    assert {fault.kind for fault in planted} == set(KINDS)
    np.testing.assert_array_equal(spoilt[~touched], veh[~touched])
    for fault in planted:
        part = (fault.detector, fault.day, slice(fault.first, fault.last))
        assert not np.array_equal(spoilt[part], veh[part], equal_nan=True)


@pytest.mark.parametrize(
    ("verdict", "found", "accused"), [(DetectorVerdict.OBSERVED, 0.0, 0.0), (DetectorVerdict.STUCK, 1.0, 1.0)]
)
def test_believing_all_finds_nothing_and_accusing_all_finds_everything(arterial, monkeypatch, verdict, found, accused):
    class Said:
        def __init__(self, counts, _relations):
            self.verdicts = np.full(counts.veh.shape, verdict, np.uint8)
            self.expected = SimpleNamespace(steps=())

    monkeypatch.setattr(counts_score, "screen", Said)
    told = score(arterial, [1], 0.05)
    assert told.planted > 20
    assert (told.found / told.planted, told.accused) == (found, accused)


def test_the_screening_finds_the_faults_of_the_bundled_study(arterial):
    few = replace(arterial.counts, detectors=arterial.counts.detectors[:30], veh=arterial.counts.veh[:30])
    told = score(replace(arterial, counts=few), [1], 0.05)
    assert told.found / told.planted >= 0.95
    assert set(told.found_by_kind) >= {*KINDS, "held on", "chatter told", "contradiction", "pair drift", "unbalanced"}
    assert told.accused < 0.005
