"""Green waves: a street measured in a paper, an enumeration that knows the optimum, and bands measured on the plan."""

import json
from dataclasses import replace
from itertools import accumulate, product
from pathlib import Path

import numpy as np
import pytest
from greenband.benchmarks.exact.bandwidth import BandLink, BandSignal, widest_bands
from greenband.benchmarks.exact.instances import read, streets

SHARED = Path(__file__).parents[3] / "shared" / "oracles"
STEPS = 3600


def instance(name):
    path = SHARED / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    return json.loads(path.read_text(encoding="utf-8")), read(path, streets)


def measured(street, found):
    """The widest bands of a plan, outbound and inbound, by looking at every moment of the cycle."""
    links = street.links
    there = [
        0.0,
        *accumulate(link.length_m / v / found.cycle_s for link, v in zip(links, found.speeds_m_s, strict=True)),
    ]
    back = [
        0.0,
        *accumulate(link.length_m / v / found.cycle_s for link, v in zip(links, found.speeds_back_m_s, strict=True)),
    ]
    moments = np.arange(STEPS) / STEPS
    bands = []
    for times in (there, [back[-1] - time for time in back]):
        passes = np.ones(STEPS, dtype=bool)
        for junction, centre, time in zip(street.junctions, found.centres, times, strict=True):
            from_red = np.abs((moments + time - centre + 0.5) % 1.0 - 0.5)
            passes &= from_red >= junction.red / 2 - 1e-9
        twice = np.concatenate([passes, passes])
        blocked = np.flatnonzero(~twice)
        bands.append(np.diff(blocked).max() / STEPS if blocked.size else 1.0)
    return bands


def test_the_street_of_1991_has_its_published_band():
    facts, (street,) = instance("maxband_canal_street_k1")
    found = widest_bands(street.junctions, street.links, street.cycles_s)
    assert found.status == "OPTIMAL"
    assert found.band[0] == pytest.approx(facts["expected"]["own_milp"]["b"], abs=facts["tolerance"]["own_milp"])
    measured_by_eye = facts["expected"]["published_band_each_way_measured"]
    assert found.band[0] == pytest.approx(measured_by_eye, abs=facts["tolerance"]["published"])


def test_an_enumeration_of_half_cycles_finds_the_same_band():
    facts, cases = instance("maxband_fixed_speed_enumeration")
    for case, street in zip(facts["cases"], cases, strict=True):
        found = widest_bands(street.junctions, street.links, street.cycles_s)
        assert found.band[0] == pytest.approx(case["expected"]["b"], abs=facts["tolerance"]["b"])
        assert measured(street, found) == pytest.approx([found.band[0], found.band_back[0]], abs=0.002)


def street_of(lengths_m, reds, speeds_m_s=(14.0, 14.0)):
    junctions = [BandSignal(name=str(k), red=red, red_back=red) for k, red in enumerate(reds)]
    return junctions, [BandLink(length_m=m, speeds_m_s=speeds_m_s, speeds_back_m_s=speeds_m_s) for m in lengths_m]


def test_junctions_half_a_cycle_apart_waste_nothing():
    """Travel of half a cycle: the same moment serves both ways at each junction, so the band is the shortest green."""
    junctions, links = street_of([420.0, 420.0], [0.5, 0.4, 0.45])
    assert widest_bands(junctions, links, (60.0, 60.0)).band == pytest.approx((0.5,))


def test_junctions_a_quarter_of_a_cycle_apart_cannot_serve_both_ways():
    """Greens of half a cycle and travel of a quarter: the reds of one way cover half of the other's green."""
    junctions, links = street_of([210.0], [0.5, 0.5])
    assert widest_bands(junctions, links, (60.0, 60.0)).band == pytest.approx((0.25,))


def test_the_direction_that_weighs_more_gets_the_wider_band():
    junctions, links = street_of([210.0], [0.5, 0.5])
    found = widest_bands(junctions, links, (60.0, 60.0), ratio=3.0)
    assert found.band_back[0] >= 3 * found.band[0] - 1e-9
    assert found.band_back[0] > 0.25


def test_a_left_turn_that_may_lead_or_lag_moves_the_reds_apart_and_widens_the_bands():
    junctions, links = street_of([210.0], [0.6, 0.6])
    fixed = [replace(junction, left=0.2, left_back=0.2, patterns=(3,)) for junction in junctions]
    free = [replace(junction, patterns=(1, 2, 3, 4)) for junction in fixed]
    assert widest_bands(free, links, (60.0, 60.0)).band[0] > widest_bands(fixed, links, (60.0, 60.0)).band[0] + 0.05


def reds_of(cross, left, left_back, pattern):
    """Outbound and inbound red of a plan that says where its left turns are: a lead follows cross red, a lag precedes.

    The green of outbound left turns is red for inbound through traffic, and the other way round.
    """
    lags = {1: (False, True), 2: (True, False), 3: (False, False), 4: (True, True)}[pattern]
    inbound, outbound = (
        (-turn, cross) if lag else (0.0, cross + turn) for turn, lag in zip((left, left_back), lags, strict=True)
    )
    return outbound, inbound


def widest_on_circle(plans, patterns, time):
    """The widest band that both ways have alike, over all offsets of the second junction, from greens on the circle."""
    moments = np.arange(STEPS) / STEPS
    greens = []
    for plan, pattern in zip(plans, patterns, strict=True):
        greens += [(moments - start) % 1.0 >= end - start - 1e-9 for start, end in reds_of(*plan, pattern)]
    out, back, out_next, back_next = greens
    step, widest = round(time * STEPS), 0.0
    for offset in range(0, STEPS, 12):
        ways = (
            out & np.roll(out_next, offset - step),
            np.roll(back_next, offset) & np.roll(back, -step),
        )
        blocked = [np.flatnonzero(~np.concatenate([way, way])) for way in ways]
        widest = max(widest, min((np.diff(at).max() - 1) / STEPS for at in blocked))
    return widest


@pytest.mark.parametrize("patterns", product((1, 2, 3, 4), repeat=2))
def test_turns_that_lead_or_lag_leave_the_bands_of_a_plan_that_has_them_so(patterns):
    plans, time = ((0.35, 0.2, 0.12), (0.3, 0.1, 0.2)), 0.27
    junctions = [
        BandSignal(name="", red=cross + back, red_back=cross + left, left=left, left_back=back, patterns=(pattern,))
        for (cross, left, back), pattern in zip(plans, patterns, strict=True)
    ]
    links = [BandLink(length_m=600 * time, speeds_m_s=(10.0, 10.0), speeds_back_m_s=(10.0, 10.0))]
    found = widest_bands(junctions, links, (60.0, 60.0))
    assert found.patterns == patterns
    assert found.band[0] == pytest.approx(widest_on_circle(plans, patterns, time), abs=0.003)


def test_links_with_bands_of_their_own_have_no_narrower_ones():
    _, (street,) = instance("maxband_canal_street_k1")
    one = widest_bands(street.junctions, street.links, street.cycles_s)
    each = widest_bands(street.junctions, street.links, street.cycles_s, of_links=True)
    assert min(each.band) <= one.band[0] + 1e-6 <= each.value / 2 + 1e-6
    assert each.value > one.value + 0.01
