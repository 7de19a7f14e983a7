"""Plans that lock the streets up are tried once more with longer cycles."""

from __future__ import annotations

from greenband.engine.optimise.climb.half_moves import halved_or_doubled
from greenband.engine.optimise.junction.timings import keeps_limits, plan_of, timings_of
from greenband.engine.optimise.race.final import choose, final, proof_seeds, proven
from greenband.engine.optimise.race.slower import slowed
from greenband.networks.plan import Plan

from tests.engine.optimise.test_climb_and_choice import LockingReferee, standing
from tests.engine.optimise.test_race_and_refine import two_junctions


def test_a_slowed_plan_has_longer_cycles_in_step_and_keeps_every_limit():
    plan, skeletons = two_junctions(offset_s=10.0)
    new = slowed(plan, skeletons)
    before, after = timings_of(plan, skeletons), timings_of(new, skeletons)
    for name in "AB":
        skeleton = skeletons[name]
        assert sum(after[name].lengths_s) == 60  # 50 s and a fifth
        assert keeps_limits(skeleton, after[name])
        assert [after[name].lengths_s[k] for k in range(6) if k not in skeleton.free] == [
            before[name].lengths_s[k] for k in range(6) if k not in skeleton.free
        ]
    apart = (before["B"].start_s - before["A"].start_s) / 50
    assert abs((after["B"].start_s - after["A"].start_s) / 60 - apart) <= 1 / 60


def test_junctions_at_half_the_common_cycle_stay_at_half_of_the_slower_one():
    plan, skeletons = two_junctions()
    halved = halved_or_doubled(skeletons["B"], timings_of(plan, skeletons), 0)
    assert halved is not None
    new = slowed(plan_of(halved, skeletons, plan, "half"), skeletons)
    assert [sum(timing.lengths_s) for timing in timings_of(new, skeletons).values()] == [60, 30]


def test_no_plan_is_slowed_beyond_the_longest_cycle():
    plan, skeletons = two_junctions()
    assert slowed(plan, skeletons, 60) is not None
    assert slowed(plan, skeletons, 59) is None
    assert slowed(plan, {}) is None


def slow(plan: Plan) -> Plan:
    return Plan(name=f"slower {plan.name}", junctions=())


def test_where_everything_locks_up_a_slower_plan_is_tried_until_one_holds():
    running, fast = Plan(name="running", junctions=()), Plan(name="fast", junctions=())
    delays = {"running": 40.0, "fast": 20.0, "slower fast": 22.0, "slower slower fast": 24.0}
    locks = {"fast": (2, 7), "slower fast": (8,)}
    referee = LockingReferee(delays, locks)
    found = proven(referee, final(referee, [running, fast], (1, 2)), running, (6, 7, 8), slow)
    plan, reason = choose(found, running)
    assert plan.name == "slower slower fast"
    assert found[0].delay_s.keys() == {1, 2, 6, 7, 8}
    assert "24.0 s" in reason


def test_without_a_slower_plan_that_holds_the_running_plan_stays():
    running, fast = Plan(name="running", junctions=()), Plan(name="fast", junctions=())
    referee = LockingReferee({"running": 40.0, "fast": 20.0}, {"fast": (2,)})
    found = proven(referee, final(referee, [running, fast], (1, 2)), running, (6, 7), lambda plan: None)
    assert choose(found, running)[0] is running


def test_streets_that_can_lock_ask_for_more_proof():
    sound, locked = standing(Plan(name="a", junctions=()), (1.0,)), standing(Plan(name="b", junctions=()), (9.0,), (0,))
    assert list(proof_seeds([sound], range(100), 20)) == list(range(20))
    assert list(proof_seeds([sound, locked], range(100), 20)) == list(range(60))


def test_one_lock_up_in_a_hundred_seeds_does_not_decide_over_less_delay():
    seldom, slow_one = Plan(name="seldom", junctions=()), Plan(name="sound", junctions=())
    running = Plan(name="running", junctions=())
    referee = LockingReferee({"seldom": 20.0, "sound": 25.0, "running": 40.0}, {"seldom": (50,)})
    assert final(referee, [running, slow_one, seldom], range(100))[0].plan is seldom
    assert final(referee, [running, slow_one, seldom], range(45, 55))[0].plan is slow_one
