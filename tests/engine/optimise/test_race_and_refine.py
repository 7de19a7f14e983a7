"""The race and the refinement, before a referee whose delays are a formula, so that the best plan is known."""

from dataclasses import dataclass, field

import pytest
from greenband.engine.optimise.climb.refine import refine
from greenband.engine.optimise.junction.skeleton import AtLeast, skeleton_of
from greenband.engine.optimise.junction.timings import Timing, keeps_limits, plan_of, timings_of
from greenband.engine.optimise.race.race import race
from greenband.engine.optimise.race.referee import Score
from greenband.networks.plan import Plan
from greenband.networks.sumo.program import intervals

from tests.engine.optimise.made_up_junctions import junction, stages


@dataclass
class PaperReferee:
    """A referee that computes a plan's delay with a seed instead of simulating it, and keeps the record."""

    delay_of: object
    record: list[tuple[str, int]] = field(default_factory=list)
    seen: list[Plan] = field(default_factory=list)

    def costs(self, plans, seeds):
        self.record += [(plan.name, seed) for plan in plans for seed in seeds]
        self.seen += plans
        return [[self.delay_of(plan, seed) for seed in seeds] for plan in plans]

    def scores(self, plans, seeds):
        return [[Score(cost=cost, delay_s=cost) for cost in costs] for costs in self.costs(plans, seeds)]


def named(count):
    return [Plan(name=str(k), junctions=()) for k in range(count)]


def by_name(plan, seed):
    return 10.0 + float(plan.name) + 0.1 * (seed % 3)


def test_the_race_halves_the_field_and_doubles_the_seeds():
    referee = PaperReferee(by_name)
    standings = race(referee, named(12), (1, 2, 3, 4), finalists=3)
    runs = {name: sum(n == name for n, _ in referee.record) for name in map(str, range(12))}
    # Twelve with seed 1, the best six with seed 2, the best three with seeds 3 and 4.
    assert list(runs.values()) == [4] * 3 + [2] * 3 + [1] * 6
    assert [standing.plan.name for standing in standings] == [str(k) for k in range(12)]
    assert all(sorted(standing.delay_s) == [1, 2, 3, 4] for standing in standings[:3])


def test_the_first_plan_runs_with_every_seed_however_bad_it_is():
    plans = [Plan(name="99", junctions=()), *named(11)]
    referee = PaperReferee(by_name)
    standings = race(referee, plans, (1, 2, 3, 4), finalists=2)
    today = next(standing for standing in standings if standing.plan is plans[0])
    assert sorted(today.delay_s) == [1, 2, 3, 4]
    assert standings[0].plan.name == "0"


def test_a_plan_that_was_lucky_once_does_not_win():
    def lucky(plan, seed):
        return 1.0 if (plan.name, seed) == ("3", 1) else by_name(plan, seed)

    standings = race(PaperReferee(lucky), named(8), (1, 2, 3, 4, 5, 6, 7, 8), finalists=3)
    assert standings[0].plan.name == "0"


def test_the_race_goes_by_the_cost_and_tells_the_delay_too():
    class TwoWords(PaperReferee):
        def scores(self, plans, seeds):
            return [[Score(cost=s.cost, delay_s=100 - s.cost) for s in of] for of in super().scores(plans, seeds)]

    standings = race(TwoWords(by_name), named(6), (1, 2, 3, 4), finalists=3)
    assert [standing.plan.name for standing in standings] == [str(k) for k in range(6)]
    assert standings[0].mean_s == pytest.approx(100 - standings[0].mean_cost)


def test_a_race_of_one_is_run_all_the_same():
    (only,) = race(PaperReferee(by_name), named(1), (1, 2, 3))
    assert sorted(only.delay_s) == [1, 2, 3]


STATES = [(20.0, "Gr"), (3.0, "yr"), (2.0, "rr"), (20.0, "rG"), (3.0, "ry"), (2.0, "rr")]


def two_junctions(offset_s=0.0):
    junctions = [junction(STATES, id_=name, offset_s=offset_s) for name in ("A", "B")]
    plan = Plan(name="running", junctions=tuple(junction.running for junction in junctions))
    return plan, {junction.id: skeleton_of(junction) for junction in junctions}


def distance(skeletons, green_s=(25.0, 15.0), offset_s=14.0):
    """A delay that is least at one plan: a cycle of 50 s, these greens at both, and B so long after A."""

    def delay(plan, seed):
        timings = timings_of(plan, skeletons)
        greens = sum(
            abs(timings[name].lengths_s[k] - best) for name in "AB" for k, best in zip((0, 3), green_s, strict=True)
        )
        cycle = sum(timings["A"].lengths_s)
        off = (timings["B"].start_s - timings["A"].start_s - offset_s) % cycle
        return 10.0 + greens + 10 * abs(cycle - 50) + min(off, cycle - off) + 0.01 * (seed % 2)

    return delay


def test_refining_finds_the_least_of_a_delay_made_of_separate_parts():
    plan, skeletons = two_junctions()
    delay = distance(skeletons)
    found, kept = refine(PaperReferee(delay), plan, skeletons, (1, 2), runs=400, seed=1)
    assert delay(plan, 0) == pytest.approx(10 + 2 * (5 + 5) + 14)
    assert delay(found, 0) == pytest.approx(10.0)
    assert kept > 0
    assert found.by_junction["A"].cycle_s == found.by_junction["B"].cycle_s == 50


def test_refining_spends_no_more_than_its_budget():
    plan, skeletons = two_junctions()
    for runs in (4, 24, 57):
        referee = PaperReferee(distance(skeletons))
        refine(referee, plan, skeletons, (1, 2), runs=runs, seed=1)
        assert len(referee.record) <= runs


def test_refining_is_the_same_for_the_same_seed_and_not_for_another():
    plan, skeletons = two_junctions()
    asked = []
    for seed in (5, 5, 6):
        referee = PaperReferee(distance(skeletons))
        refine(referee, plan, skeletons, (1, 2), runs=60, seed=seed)
        asked.append(referee.seen)
    assert asked[0] == asked[1]
    assert asked[0] != asked[2]


def test_refining_keeps_the_plan_when_nothing_helps():
    plan, skeletons = two_junctions()
    found, kept = refine(PaperReferee(lambda _plan, _seed: 10.0), plan, skeletons, (1, 2), runs=60, seed=1)
    assert kept == 0
    assert found.junctions == plan.junctions


def test_refining_asks_for_no_plan_that_breaks_a_limit():
    """All it asks for is read back second by second: greens of 5 s, changes as today, cycles of 255 s at most."""
    plan, skeletons = two_junctions()

    def tempting(asked, _seed):  # the shorter the second green the better, and the longer the cycle
        timings = timings_of(asked, skeletons)
        return 1000.0 + sum(t.lengths_s[3] for t in timings.values()) - sum(sum(t.lengths_s) for t in timings.values())

    referee = PaperReferee(tempting)
    refine(referee, plan, skeletons, (1,), runs=1500, seed=2)
    shortest, longest = 99.0, 0.0
    for asked in referee.seen:
        for own in asked.junctions:
            parts = intervals(own, skeletons[own.junction].junction)
            assert [part.length_s for part in parts if "y" in part.state] == [3.0, 3.0]
            assert [part.length_s for part in parts if part.state == "rr"] == [2.0, 2.0]
            shortest = min(shortest, *(part.length_s for part in parts if "G" in part.state))
            longest = max(longest, own.cycle_s)
    assert shortest == 5.0  # reached, and not passed
    assert 251 < longest <= 255


LIMITED = stages(2, limits=(AtLeast(intervals=(3, 4), seconds=13.0),))


@pytest.mark.parametrize(
    ("lengths", "keeps"),
    [
        ((20.0, 3.0, 2.0, 10.0, 3.0, 2.0), True),
        ((20.0, 3.0, 2.0, 9.0, 3.0, 2.0), False),  # the limit
        ((1.0, 3.0, 2.0, 10.0, 3.0, 2.0), True),
        ((0.0, 3.0, 2.0, 10.0, 3.0, 2.0), False),  # a green that is gone
        ((235.0, 3.0, 2.0, 10.0, 3.0, 2.0), True),
        ((236.0, 3.0, 2.0, 10.0, 3.0, 2.0), False),  # a cycle of 256 s
    ],
)
def test_limits_shut_out_what_they_must_and_let_the_rest_through(lengths, keeps):
    assert keeps_limits(LIMITED, Timing(lengths_s=lengths, start_s=0.0)) is keeps


def test_a_plan_with_other_stages_has_no_timings():
    plan, skeletons = two_junctions()
    other = junction([(20.0, "GG"), (3.0, "yy"), (27.0, "rr")], id_="A")
    assert timings_of(plan.with_junction(other.running), skeletons) is None


def test_timings_speak_of_the_running_start_wherever_the_plan_begins():
    plan, skeletons = two_junctions(offset_s=17.0)
    timings = timings_of(plan, skeletons)
    assert timings["A"].start_s == 17.0
    moved = {**timings, "A": Timing(lengths_s=timings["A"].lengths_s, start_s=49.0)}
    assert timings_of(plan_of(moved, skeletons, plan, "moved"), skeletons) == moved


def test_timings_do_not_jump_when_another_green_of_the_coordinated_group_becomes_the_longer():
    first, second = [(20.0, "Grr"), (3.0, "yrr")], [(12.0, "Grr"), (3.0, "yrr")]
    own = junction([*first, (10.0, "rGr"), (3.0, "ryr"), *second, (9.0, "rrG"), (3.0, "rry")], id_="A")
    base, skeletons = Plan(name="running", junctions=(own.running,)), {"A": skeleton_of(own)}
    wanted = {"A": Timing(lengths_s=(12.0, 3.0, 11.0, 3.0, 19.0, 3.0, 9.0, 3.0), start_s=31.0)}
    made = plan_of(wanted, skeletons, base, "made")
    assert made.by_junction["A"].offset_s == 31 + 29  # second 0 of its cycle is where the longer green starts
    assert timings_of(made, skeletons) == wanted
