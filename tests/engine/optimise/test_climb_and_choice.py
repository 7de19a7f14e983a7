"""The climb, before a judge whose best plan is known; and who wins the final."""

from types import SimpleNamespace

import pytest
from greenband.engine.model.queue_traffic import cars
from greenband.engine.optimise.climb.climb import climb
from greenband.engine.optimise.junction.timings import keeps_limits, timings_of
from greenband.engine.optimise.race.final import beats, choose, final, proven
from greenband.engine.optimise.race.race import Standing
from greenband.engine.optimise.search import distinct
from greenband.networks.plan import Plan

from tests.engine.optimise.test_race_and_refine import PaperReferee, distance, two_junctions


def test_the_climb_finds_the_one_best_plan_of_two_junctions():
    plan, skeletons = two_junctions()
    judge = PaperReferee(distance(skeletons))
    best = timings_of(climb(judge, plan, skeletons, (0, 1), 1500, 1), skeletons)
    assert [best[name].lengths_s[k] for name in "AB" for k in (0, 3)] == [25, 15, 25, 15]
    assert (best["B"].start_s - best["A"].start_s) % 50 == 14


def test_the_climb_looks_at_no_plan_that_breaks_a_limit():
    plan, skeletons = two_junctions()
    judge = PaperReferee(distance(skeletons, green_s=(1.0, 39.0)))
    climb(judge, plan, skeletons, (0,), 800, 1)
    seen = [timings_of(found, skeletons) for found in judge.seen]
    assert all(keeps_limits(skeletons[name], timings[name]) for timings in seen for name in "AB")
    assert min(timings["A"].lengths_s[0] for timings in seen) == 5  # the least green, which was reached


def test_the_climb_never_ends_worse_than_it_began_and_repeats_itself():
    plan, skeletons = two_junctions(offset_s=7.0)
    delay = distance(skeletons)
    ends = [climb(PaperReferee(delay), plan, skeletons, (0,), 40, 3) for _ in range(2)]
    assert ends[0] == ends[1]
    assert delay(ends[0], 0) <= delay(plan, 0)


def test_a_network_without_anything_to_steer_is_left_alone():
    plan = Plan(name="running", junctions=())
    assert climb(PaperReferee(lambda plan, seed: 1.0), plan, {}, (0,), 10, 1) is plan


def standing(plan, delays, gridlocked=()):
    return Standing(plan=plan, delay_s=dict(enumerate(delays)), gridlocked=gridlocked)


def test_the_running_plan_stays_unless_another_is_better_with_most_seeds():
    running, other = Plan(name="running", junctions=()), Plan(name="other", junctions=())
    lucky = [standing(other, (1.0, 21.0, 21.0)), standing(running, (60.0, 20.0, 20.0))]
    plan, reason = choose(lucky, running)
    assert plan is running
    assert "only 1 of 3" in reason
    better = [standing(other, (10.0, 11.0, 21.0)), standing(running, (20.0, 20.0, 20.0))]
    plan, reason = choose(better, running)
    assert plan is other
    assert "2 of 3" in reason


def test_the_running_plan_stays_where_it_is_the_best():
    running, other = Plan(name="running", junctions=()), Plan(name="other", junctions=())
    assert choose([standing(running, (1.0,)), standing(other, (2.0,))], running)[0] is running


@pytest.mark.parametrize(
    ("delays", "gridlocked", "better"),
    [
        ((11.0, 11.0, 21.0), (), True),
        ((11.0, 21.0, 21.0), (), False),  # with most seeds worse
        ((19.0, 19.0, 99.0), (), False),  # on average worse
        ((11.0, 11.0, 12.0), (2,), False),  # locks up more often
    ],
)
def test_a_plan_beats_another_on_average_with_most_seeds_and_without_more_locks(delays, gridlocked, better):
    today, other = (Plan(name=name, junctions=()) for name in ("today", "other"))
    assert beats(standing(other, delays, gridlocked), standing(today, (20.0, 20.0, 20.0))) is better


def test_a_plan_under_a_second_name_enters_the_race_once():
    plan, _ = two_junctions()
    moved, _ = two_junctions(offset_s=3.0)
    again = Plan(name="again", junctions=plan.junctions)
    assert distinct([plan, moved, again]) == [plan, moved]


def test_cars_keep_their_departures_and_routes():
    found = cars([5.0, 7.5, 9.0], [("a", "b"), ("c",), ("a", "b")])
    assert found.depart_s.tolist() == pytest.approx([5.0, 7.5, 9.0])
    assert [found.routes[k] for k in found.route] == [("a", "b"), ("c",), ("a", "b")]


class LockingReferee:
    """Delay by the plan's name; the plans named lock up with the seeds named."""

    def __init__(self, delays, locks):
        self.delays, self.locks, self.asked = delays, locks, []

    def runs(self, plans, seeds):
        self.asked += [(plan.name, tuple(seeds)) for plan in plans]
        return [
            [
                SimpleNamespace(
                    seed=seed, mean_delay_s=self.delays[plan.name], gridlocked=seed in self.locks.get(plan.name, ())
                )
                for seed in seeds
            ]
            for plan in plans
        ]

    def cost(self, plan, run):
        return run.mean_delay_s


def test_a_leader_that_locks_up_with_more_seeds_gives_way_to_one_that_does_not():
    running, fast, sound, slow = (Plan(name=name, junctions=()) for name in ("running", "fast", "sound", "slow"))
    referee = LockingReferee({"running": 40.0, "fast": 20.0, "sound": 25.0, "slow": 30.0}, {"fast": (7,)})
    before = final(referee, [running, fast, sound, slow], (1, 2))
    referee.asked.clear()
    after = proven(referee, before, running, (6, 7, 8))
    assert [standing.plan.name for standing in after] == ["sound", "slow", "running", "fast"]
    assert referee.asked == [("fast", (6, 7, 8)), ("sound", (6, 7, 8))]
    assert after[0].delay_s.keys() == {1, 2, 6, 7, 8}
    assert choose(after, running)[0] is sound


def test_nobody_is_proven_without_seeds_or_where_the_running_plan_leads():
    running, other = Plan(name="running", junctions=()), Plan(name="other", junctions=())
    referee = LockingReferee({"running": 20.0, "other": 30.0}, {})
    standings = final(referee, [running, other], (1, 2))
    referee.asked.clear()
    assert proven(referee, standings, running, (6, 7)) == standings
    assert proven(referee, standings[::-1], running, ()) == standings[::-1]
    assert referee.asked == []
