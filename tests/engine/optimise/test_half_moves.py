"""Half cycles in a climb: limits, there and back, all junctions in step, and a judge whose best plan has one."""

from itertools import product

import numpy as np
import pytest
from greenband.engine.optimise.climb.changes import WAYS, possible_changes
from greenband.engine.optimise.climb.climb import climb
from greenband.engine.optimise.climb.half_moves import common_cycle_s, halved_or_doubled, lengths_at
from greenband.engine.optimise.junction.skeleton import AtLeast
from greenband.engine.optimise.junction.timings import Timing, keeps_limits, plan_of, timings_of
from greenband.networks.plan import Plan

from tests.engine.optimise.made_up_junctions import stages
from tests.engine.optimise.test_race_and_refine import PaperReferee, two_junctions

LIMITS = (AtLeast(intervals=(0,), seconds=7.0), AtLeast(intervals=(3, 4, 5), seconds=12.0))
A, B = (stages(2, limits=LIMITS) for _ in "AB")


def timing(green_s, other_s, start_s=0.0):
    return Timing(lengths_s=(float(green_s), 3.0, 2.0, float(other_s), 3.0, 2.0), start_s=start_s)


def at_once(first, second):
    """Two junctions; the one that is changed is called J, as all made-up junctions are."""
    return {"J": first, "K": second}


def middle_s(of, kept=0.5):
    k = max((0, 3), key=lambda place: of.lengths_s[place])
    return of.start_s + sum(of.lengths_s[:k]) + kept * of.lengths_s[k]


def near(a, b, cycle_s):
    return min((a - b) % cycle_s, (b - a) % cycle_s) <= 0.5


EVERY = list(product(range(7, 50, 6), range(7, 50, 7), (0, 13, 37)))


@pytest.mark.parametrize("way", WAYS)
def test_every_plan_of_two_stages_is_halved_within_its_limits_or_too_short_for_half(way):
    halved = 0
    for green, other, start in EVERY:
        own = timing(green, other, start % (green + other + 10))
        cycle_s = green + other + 10
        new = halved_or_doubled(A, at_once(own, own), way)
        # The shortest cycle: 7 s for the first stage, 7 s for the second to reach 12 s in all, and 10 s of changes.
        assert (new is None) == (cycle_s % 2 == 1 or cycle_s / 2 < 7 + 7 + 10), (green, other)
        if new is not None:
            halved += 1
            made = new["J"]
            assert keeps_limits(A, made)
            assert sum(made.lengths_s) == cycle_s / 2
            assert 0 <= made.start_s < cycle_s / 2
            assert float(made.start_s).is_integer()
            assert new["K"] is own
    assert halved > 20


def test_the_middle_of_the_longest_green_stays_or_its_start_does():
    for green, other, start in EVERY:
        own = timing(green, other, start % (green + other + 10))
        for way, kept in zip(WAYS, (0.5, 0.0), strict=True):
            new = halved_or_doubled(A, at_once(own, own), way)
            if new is None or green == other:
                continue
            k = 0 if green > other else 3
            before, after = (t.start_s + sum(t.lengths_s[:k]) + kept * t.lengths_s[k] for t in (own, new["J"]))
            assert near(before, after, (green + other + 10) / 2)


def test_there_and_back_is_the_same_cycle_with_nearly_the_same_greens_at_nearly_the_same_time():
    for green, other, start in EVERY:
        cycle_s = green + other + 10
        own = timing(green, other, start % cycle_s)
        there = halved_or_doubled(A, at_once(own, own), 0)
        if there is None:
            continue
        back, other_way = (halved_or_doubled(A, there, way) for way in WAYS)
        assert sum(back["J"].lengths_s) == sum(other_way["J"].lengths_s) == cycle_s
        # A second of rounding at half the cycle is one part of what is spare there, and as much of the whole.
        spare, spare_half = cycle_s - 24, cycle_s // 2 - 24
        assert abs(back["J"].lengths_s[0] - green) <= 1 + (spare / spare_half if spare_half else spare)
        assert back["J"].lengths_s == other_way["J"].lengths_s
        assert (other_way["J"].start_s - back["J"].start_s) % cycle_s == cycle_s / 2
        assert all(keeps_limits(A, one["J"]) for one in (back, other_way))
        if abs(green - other) > 2:
            starts = [one["J"] for one in (back, other_way)]
            assert any(abs((middle_s(one) - middle_s(own) + 1.5) % cycle_s - 1.5) <= 1.5 for one in starts) or (
                back["J"].lengths_s[0] > back["J"].lengths_s[3]
            ) != (green > other)


def test_a_junction_of_no_spare_seconds_at_half_gets_them_evenly_when_doubled():
    assert lengths_at(A, (7.0, 3.0, 2.0, 7.0, 3.0, 2.0), 48) == (19.0, 3.0, 2.0, 19.0, 3.0, 2.0)
    assert lengths_at(A, (7.0, 3.0, 2.0, 7.0, 3.0, 2.0), 23) is None


def test_junctions_of_other_cycles_have_no_common_one():
    assert common_cycle_s(at_once(timing(30, 30), timing(10, 15))) == 70
    assert common_cycle_s(at_once(timing(30, 30), timing(30, 30))) == 70
    assert common_cycle_s(at_once(timing(30, 30), timing(10, 14))) is None
    assert common_cycle_s(at_once(timing(30.5, 30), timing(30.5, 30))) is None
    assert common_cycle_s({}) is None


def test_a_plan_of_unlike_cycles_and_a_plan_of_an_odd_cycle_are_not_halved():
    for pair in ((timing(40, 30), timing(30, 30)), (timing(31, 30), timing(31, 30))):
        assert all(halved_or_doubled(A, at_once(*pair), way) is None for way in WAYS)


def stretches(skeletons, timings):
    """What the changes of all junctions' cycles make of timings, by how much the first junction's changes."""
    found = {}
    for change in possible_changes(skeletons):
        new = change(timings)
        if new is not None and all(new[name] != timings[name] for name in timings):
            found[sum(new["J"].lengths_s) - sum(timings["J"].lengths_s)] = new
    return found


def test_stretching_keeps_a_junction_at_half_the_common_cycle():
    skeletons = {"J": A, "K": B}
    found = stretches(skeletons, at_once(timing(40, 30), timing(10, 20)))
    assert found.keys() == {-4, -2, 2, 4}
    for by_s, new in found.items():
        assert sum(new["K"].lengths_s) * 2 == sum(new["J"].lengths_s) == 80 + by_s


def test_stretching_unlike_cycles_changes_each_by_as_much():
    found = stretches({"J": A, "K": B}, at_once(timing(40, 30), timing(20, 20)))
    assert found.keys() == {-4, -2, -1, 1, 2, 4}
    assert all(sum(new["K"].lengths_s) == 50 + by_s for by_s, new in found.items())


def test_one_junction_alone_has_no_half_cycle():
    changes = possible_changes({"J": A})
    alone = {"J": timing(40, 40)}
    cycles_s = {sum(new["J"].lengths_s) for change in changes if (new := change(alone)) is not None}
    assert cycles_s == {90 + by_s for by_s in (-4, -2, -1, 0, 1, 2, 4)}


def test_any_row_of_changes_keeps_limits_and_junctions_in_step():
    plan, skeletons = two_junctions()
    timings = timings_of(plan, skeletons)
    generator, changes = np.random.default_rng(5), possible_changes(skeletons)
    ratios = set()
    for k in generator.integers(len(changes), size=3000):
        timings = changes[int(k)](timings) or timings
        assert all(keeps_limits(skeletons[name], timings[name]) for name in "AB")
        cycles_s = [sum(timings[name].lengths_s) for name in "AB"]
        ratios.add(cycles_s[0] / cycles_s[1])
        assert timings_of(plan_of(timings, skeletons, plan, "x"), skeletons) == timings
    assert ratios == {0.5, 1.0, 2.0}


def wish(skeletons):
    """A delay that is least at one plan: A has a cycle of 80 s and starts at 11 s, B one of 40 s and starts at 7 s."""

    def delay(plan, seed):
        timings = timings_of(plan, skeletons)
        cycles_s = [sum(timings[name].lengths_s) for name in "AB"]
        away = [(timings[name].start_s - at) % c for name, at, c in zip("AB", (11, 7), cycles_s, strict=True)]
        late = sum(min(by, c - by) for by, c in zip(away, cycles_s, strict=True))
        return 10.0 + abs(cycles_s[0] - 80) + abs(cycles_s[1] - 40) + 0.1 * late

    return delay


def test_the_climb_finds_the_half_cycle_that_a_judge_wants_and_repeats_itself():
    plan, skeletons = two_junctions()
    ends = [climb(PaperReferee(wish(skeletons)), plan, skeletons, (0,), 1500, 3) for _ in range(2)]
    assert ends[0] == ends[1]
    assert [own.cycle_s for own in ends[0].junctions] == [80, 40]
    assert wish(skeletons)(ends[0], 0) == pytest.approx(10.0)
    assert isinstance(ends[0], Plan)
