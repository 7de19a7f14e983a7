"""Climbs as work that travels: on threads, and as what a process far away would be sent."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
from greenband.engine.model.estimate import estimate, mean_delays_s
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import build_streets
from greenband.engine.optimise.climb.changes import possible_changes
from greenband.engine.optimise.climb.climbs import Climbs, Start
from greenband.engine.optimise.climb.resequence import resequence
from greenband.engine.optimise.junction.sequence_options import SequenceOption, options_of
from greenband.engine.optimise.junction.timings import Drawings, Timing, timings_of
from greenband.networks.plan import Plan
from greenband.networks.sumo.program import intervals
from greenband.simulation.fan_out import fan_out

from tests.engine.model.small_streets import PLAIN, junction_plan, network, vehicles
from tests.engine.model.small_streets import plan as plan_with
from tests.engine.optimise.test_new_sequences import street
from tests.engine.optimise.test_race_and_refine import two_junctions
from tests.engine.optimise.test_stages import flows, moving


@dataclass(frozen=True)
class LongCycles:
    """A judge that wants a cycle of 60 s, and knows nothing else."""

    def costs(self, plans, seeds):
        return [[10.0 + sum(abs(own.cycle_s - 60) for own in plan.junctions) for _ in seeds] for plan in plans]


def climbs():
    plan, skeletons = two_junctions()
    options = {junction: (SequenceOption(skeleton=skeleton, streams=()),) for junction, skeleton in skeletons.items()}
    return Climbs(model=LongCycles(), options=options, period_h=1.0, seeds=(0, 1)), plan


def test_a_climb_that_was_sent_away_comes_back_with_the_same_plan():
    work, plan = climbs()
    start = Start(plan=plan, trials=200, seed=4)
    away, start_away = pickle.loads(pickle.dumps((work, start)))
    assert away.top(start_away) == work.top(start)
    assert {own.cycle_s for own in work.top(start).junctions} == {60}


def test_where_climbs_run_makes_no_difference():
    work, plan = climbs()
    starts = [Start(plan=plan, trials=60, seed=seed) for seed in range(4)]
    with ThreadPoolExecutor(3) as pool:
        assert fan_out(work.top, starts, pool) == [work.top(start) for start in starts]


def test_drawings_of_timings_met_before_are_the_plans_drawn_anew():
    plan, skeletons = two_junctions(offset_s=7.0)
    drawings, timings = Drawings(skeletons=skeletons, base=plan), timings_of(plan, skeletons)
    generator, changes = np.random.default_rng(2), possible_changes(skeletons)
    for k in generator.integers(len(changes), size=200):
        timings = changes[int(k)](timings) or timings
        own = [skeletons[junction].plan(timing.lengths_s, timing.start_s) for junction, timing in timings.items()]
        assert drawings.plan(timings, "x").junctions == tuple(own)
    assert drawings.plan({"A": timings["A"]}, "x").by_junction["B"] == plan.by_junction["B"]


def test_a_start_beyond_the_cycle_is_one_within_it():
    plan, skeletons = two_junctions()
    drawings = Drawings(skeletons=skeletons, base=plan)
    lengths = timings_of(plan, skeletons)["A"].lengths_s
    late, early = ({"A": Timing(lengths_s=lengths, start_s=start_s)} for start_s in (61.0, 11.0))
    assert drawings.plan(late, "x") == drawings.plan(early, "x")


def test_the_quick_question_has_the_answer_of_the_long_one():
    net = network({"in": 500.0, "out": 100.0}, [("in", "out")], {("in", "out"): ("J", 0)})
    streets = build_streets(net, PLAIN)
    drawn = [vehicles(np.arange(0, 900, gap_s), [("in", "out")]) for gap_s in (6.0, 3.0)]
    traffic = [load(streets, one, begin_s, 900) for one, begin_s in zip(drawn, (0, 300), strict=True)]
    the_plan = plan_with(junction_plan("J", 60, {"g0": (0, 25)}))
    exact = [estimate(streets, one, the_plan, 900).mean_delay_s for one in traffic]
    assert mean_delays_s(streets, traffic, the_plan, 900) == pytest.approx(exact, rel=1e-12)
    assert exact[1] > 2 * exact[0]


@dataclass(frozen=True)
class FewStages:
    """A judge that likes plans the better, the fewer stages they have; it counts what it is asked."""

    asked: list[int]

    def costs(self, plans, seeds):
        self.asked.append(len(plans))
        return [[10.0 + len(intervals(plan.junctions[0], STREET)) for _ in seeds] for plan in plans]


STREET = moving(street())


@pytest.mark.parametrize("most", [0, 1, 3, 5, 100])
def test_sequences_are_tried_within_a_budget_and_taken_where_they_help(most):
    options = {"J": options_of(STREET, flows(600, 50, 300, 40, 400), sequences=True, permitted=True)}
    plan, judge = Plan(name="running", junctions=(STREET.running,)), FewStages([])
    found, looked = resequence(judge, plan, options, (1, 2), 1.0, most)
    assert sum(judge.asked) == looked <= max(most, 0)
    if most >= 100:
        assert len(intervals(found.junctions[0], STREET)) == 4 < len(intervals(STREET.running, STREET))
        assert found.junctions[0].cycle_s == STREET.running.cycle_s
    if most == 0:
        assert found is plan
