"""The green wave of a street of three junctions, whose bands are known; and the weight that makes it wide."""

from dataclasses import replace

import pytest
from greenband.engine.main_street.green_wave import bands, directions, missing_band, with_wide_bands
from greenband.engine.optimise.objective import cost_in_simulation
from greenband.engine.studies.objective import Objective

from tests.engine.report.made_up import three_junctions
from tests.engine.validate.made_runs import made


def test_bands_are_those_worked_out_by_hand_for_both_directions():
    """300 m and 200 m at 10 m/s, offsets 0, 30, 50 and greens of 30 s of 60: 30 s out, 10 s back."""
    network = three_junctions()
    found = bands(network.running_plan, network)
    assert [(band.junctions, band.width_s) for band in found] == [(("A", "B", "C"), 30.0), (("C", "B", "A"), 10.0)]
    assert [band.efficiency for band in found] == pytest.approx([30 / 60, 10 / 60])
    assert missing_band(network.running_plan, network) == pytest.approx(1 - 20 / 60)


def test_junctions_of_different_cycles_have_no_band():
    network = three_junctions()
    plan = network.running_plan
    other = replace(plan.junctions[1], cycle_s=80.0)
    assert missing_band(plan.with_junction(other), network) == 1.0


def test_a_wider_band_costs_less_by_what_the_cycle_s_share_is_worth():
    network = three_junctions()
    run, weighed = made(100, 40.0), Objective(bandwidth=30.0)
    worse = network.running_plan.with_junction(network.running_plan.by_junction["B"].with_offset(40))
    costs = [cost_in_simulation(weighed, run, plan, network) for plan in (network.running_plan, worse)]
    assert costs[0] == pytest.approx(40 + 30 * (1 - 20 / 60))
    assert costs[1] - costs[0] == pytest.approx(30 * (missing_band(worse, network) - 2 / 3))
    assert missing_band(worse, network) > 2 / 3


def test_offsets_of_wide_bands_are_as_good_as_trying_all_of_them():
    network = three_junctions(offsets_s=(0.0, 7.0, 13.0))
    plan = network.running_plan
    tried = (
        plan.with_junction(plan.by_junction["B"].with_offset(b)).with_junction(plan.by_junction["C"].with_offset(c))
        for b in range(0, 60, 2)
        for c in range(0, 60, 2)
    )
    best = min(missing_band(one, network) for one in tried)
    found = with_wide_bands(plan, network)
    assert missing_band(found, network) <= best + 1e-9 < missing_band(plan, network)
    assert [own.groups for own in found.junctions] == [own.groups for own in plan.junctions]


def test_the_street_is_looked_for_once():
    network = three_junctions()
    assert directions(network) is directions(network)
    assert directions(three_junctions()) is not directions(network)
