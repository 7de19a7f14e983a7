"""Splits, held to every whole-second split of small junctions under a delay formula written down a second time."""

from itertools import pairwise, product
from math import sqrt

import numpy as np
import pytest
from greenband.engine.optimise.junction.skeleton import AtLeast
from greenband.engine.optimise.junction.splits import best_splits, lower_hull

from tests.engine.optimise.made_up_junctions import stages, stream

PERIOD_H = 0.25


def delay_s(flow_veh_h, saturation_veh_h, green_s, cycle_s):
    """Control delay of the Highway Capacity Manual 2000, equations 16-9, 16-11 and 16-12, in its own units."""
    capacity_veh_h = saturation_veh_h * green_s / cycle_s
    x = flow_veh_h / capacity_veh_h
    uniform = 0.5 * cycle_s * (1 - green_s / cycle_s) ** 2 / (1 - min(1, x) * green_s / cycle_s)
    return uniform + 900 * PERIOD_H * (x - 1 + sqrt((x - 1) ** 2 + 8 * 0.5 * x / (capacity_veh_h * PERIOD_H)))


def cost(streams, lengths, cycle_s):
    total = 0.0
    for one in streams:
        tenths = sum(weight * length for weight, length in zip(one.weights, lengths, strict=True)) + one.bonus_tenths
        green_s = min(max(tenths / 10, 0.1), cycle_s - 0.01)
        total += one.flow_veh_h / 3600 * delay_s(one.flow_veh_h, one.saturation_veh_h, green_s, cycle_s)
    return total


def every_split(skeleton, cycle_s):
    """Yield all lengths that fill the cycle with whole-second greens and keep the limits."""
    free = skeleton.free
    for some in product(range(1, cycle_s), repeat=len(free) - 1):
        last = cycle_s - skeleton.lost_s - sum(some)
        if last < 1:
            continue
        lengths = list(skeleton.fixed_s)
        for place, length in zip(free, (*some, last), strict=True):
            lengths[place] = length
        if all(sum(lengths[k] for k in limit.intervals) >= limit.seconds for limit in skeleton.limits):
            yield tuple(lengths)


def least_of_all(skeleton, streams, cycle_s):
    return min(cost(streams, lengths, cycle_s) for lengths in every_split(skeleton, cycle_s))


# Of the intervals green, yellow, red, green, yellow, red …: what each lets through, in tenths.
TWO = [
    stream("a", (10, 0, 0, 0, 0, 0), 500),
    stream("b", (0, 0, 0, 10, 0, 0), 300, 1600),
]
CASES = {
    "two stages": (2, TWO, 60),
    "one of two over capacity": (2, [stream("a", (10, 0, 0, 0, 0, 0), 1500), TWO[1]], 60),
    "both over capacity": (2, [stream("a", (10, 0, 0, 0, 0, 0), 1300), stream("b", (0, 0, 0, 10, 0, 0), 900)], 50),
    "little flow": (2, [stream("a", (10, 0, 0, 0, 0, 0), 20), stream("b", (0, 0, 0, 10, 0, 0), 10)], 40),
    "a turn that yields": (2, [*TWO, stream("c", (3, 0, 0, 0, 0, 0), 150, 1600, 40)], 60),
    "turns that yield nearly always": (2, [*TWO, stream("c", (1, 0, 0, 0, 0, 0), 90, 1600, 40)], 70),
    "a turn over capacity that yields": (2, [*TWO, stream("c", (3, 0, 0, 0, 0, 0), 500, 1600, 40)], 60),
    "a turn far over capacity that hardly moves": (2, [*TWO, stream("c", (1, 0, 0, 0, 0, 0), 600, 1600)], 30),
    "a lane in both stages": (2, [*TWO, stream("c", (7, 0, 0, 10, 0, 0), 700)], 55),
    "turns that yield, fed unevenly": (2, [*TWO, stream("c", (7, 0, 0, 3, 0, 0), 640, 1600, 40)], 30),
    "a turn that goes in the change too": (2, [*TWO, stream("c", (3, 10, 0, 0, 0, 0), 230, 1600)], 30),
    "a lane without green": (2, [*TWO, stream("c", (0, 0, 0, 0, 0, 0), 30, 1600, 40)], 40),
    "a turn whose last vehicles fill the cycle": (2, [*TWO, stream("c", (9, 9, 0, 9, 0, 0), 900, 1600, 40)], 30),
    "three stages": (
        3,
        [
            stream("a", (10, 0, 0, 0, 0, 0, 0, 0, 0), 450),
            stream("b", (0, 0, 0, 10, 0, 0, 0, 0, 0), 350),
            stream("c", (0, 0, 0, 4, 0, 0, 10, 0, 0), 300, 1600, 40),
        ],
        75,
    ),
}


@pytest.mark.parametrize(("greens", "streams", "cycle_s"), CASES.values(), ids=CASES)
def test_best_splits_are_the_best_of_all_whole_seconds(greens, streams, cycle_s):
    skeleton = stages(greens)
    found = best_splits(skeleton, streams, cycle_s, PERIOD_H)
    least = least_of_all(skeleton, streams, cycle_s)
    assert found.status == "OPTIMAL"
    assert sum(found.lengths_s) == cycle_s
    assert found.cost == pytest.approx(cost(streams, found.lengths_s, cycle_s))
    # Costs were rounded to a thousandth for each lane.
    assert found.cost == pytest.approx(least, abs=0.002 * len(streams))
    assert found.bound <= least + 1e-9
    assert found.bound == pytest.approx(least, abs=0.005 * len(streams))


def test_the_formulas_agree_with_the_published_workbook():
    """Sigma-X quick-estimation workbook by M. Zlatkovic, case 3: EBT, NBT, SBT (asu-trans-ai-lab/Vol2Timing)."""
    rows = [(500, 4590, 32, 16.5), (650, 3060, 40, 13.5), (850, 3060, 40, 15.4)]
    for flow, saturation, green, expected in rows:
        assert delay_s(flow, saturation, green, 80) == pytest.approx(expected, abs=0.11)


def test_a_shortest_green_shuts_out_a_shorter_one():
    limit = AtLeast(intervals=(3,), seconds=25.0)
    free, bound = (best_splits(stages(2, limits=limits), TWO, 60, PERIOD_H) for limits in ((), (limit,)))
    assert free.lengths_s[3] < 25
    assert bound.lengths_s[3] == 25


def test_a_shortest_green_lets_itself_through():
    wanted = best_splits(stages(2), TWO, 60, PERIOD_H)
    limit = AtLeast(intervals=(3,), seconds=wanted.lengths_s[3])
    assert best_splits(stages(2, limits=(limit,)), TWO, 60, PERIOD_H).lengths_s == wanted.lengths_s


def test_a_limit_of_tenths_is_kept_in_whole_seconds():
    limit = AtLeast(intervals=(3,), seconds=24.1)
    assert best_splits(stages(2, limits=(limit,)), TWO, 60, PERIOD_H).lengths_s[3] == 25


def test_a_limit_over_several_intervals_counts_the_fixed_ones_too():
    limit = AtLeast(intervals=(3, 4, 5), seconds=25.0)
    assert best_splits(stages(2, limits=(limit,)), TWO, 60, PERIOD_H).lengths_s[3] == 20


def test_a_limit_over_changes_with_tenths_lets_through_what_keeps_it():
    skeleton = stages(2, yellow_s=3.6, red_s=1.4, limits=(AtLeast(intervals=(3, 4, 5), seconds=25.0),))
    assert best_splits(skeleton, TWO, 60, PERIOD_H).lengths_s[3] == 20


def test_a_cycle_too_short_for_the_limits_has_no_splits():
    limits = (AtLeast(intervals=(0,), seconds=20.0), AtLeast(intervals=(3,), seconds=20.0))
    assert best_splits(stages(2, limits=limits), TWO, 49, PERIOD_H) is None
    assert best_splits(stages(2, limits=limits), TWO, 50, PERIOD_H).lengths_s[0] == 20


def test_a_cycle_that_is_all_change_has_no_splits():
    assert best_splits(stages(2), TWO, 11, PERIOD_H) is None
    assert best_splits(stages(2), TWO, 12, PERIOD_H) is not None


@pytest.mark.parametrize("heights", [[9, 5, 4, 4, 4], [9, 8, 2, 1, 0], [5, 5, 5], [9, 1, 8, 0, 7, 0], [3]])
def test_the_hull_lies_nowhere_above_its_points_and_touches_the_ends(heights):
    points = [(3 * k + 1, height) for k, height in enumerate(heights)]
    hull = lower_hull(points)
    assert (hull[0], hull[-1]) == (points[0], points[-1])
    assert set(hull) <= set(points)
    xs, ys = zip(*hull, strict=True)
    assert all(np.interp(x, xs, ys) <= y + 1e-9 for x, y in points)
    slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(hull)]
    assert slopes == sorted(slopes)
