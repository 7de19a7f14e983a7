"""Further rounds, before a simulator whose delays are a formula: more time, never a worse plan."""

from dataclasses import dataclass, field
from types import SimpleNamespace

from greenband.engine.optimise.climb.climbs import Climbs
from greenband.engine.optimise.junction.sequence_options import SequenceOption
from greenband.engine.optimise.rounds import SEEDS_OF_A_ROUND, improved, round_seeds
from greenband.networks.seeds import SEARCH_SEEDS

from tests.engine.optimise.test_race_and_refine import PaperReferee, distance, two_junctions


@dataclass
class PaperSimulator:
    """Runs with the delay of a formula."""

    delay_of: object
    executor: object = None
    seen: list[int] = field(default_factory=list)

    def runs(self, plans, seeds):
        self.seen += seeds
        return [
            [SimpleNamespace(seed=seed, mean_delay_s=self.delay_of(plan, seed), gridlocked=False) for seed in seeds]
            for plan in plans
        ]

    def cost(self, _plan, run):
        return run.mean_delay_s


@dataclass
class PaperModel:
    """The queue model's part, by a formula of its own."""

    delay_of: object

    def costs(self, plans, seeds):
        return PaperReferee(self.delay_of).costs(plans, seeds)


def ran(rounds, simulated, modelled, trials=150, correct=None):
    """Let so many rounds run; return the plan before, the plan after, what the rounds showed, and the simulator."""
    plan, skeletons = two_junctions()
    options = {junction: (SequenceOption(skeleton=skeleton, streams=()),) for junction, skeleton in skeletons.items()}
    simulator = PaperSimulator(simulated(skeletons))
    left = iter([True] * rounds + [False])
    after, shown = improved(
        plan,
        Climbs(model=PaperModel(modelled(skeletons)), options=options, period_h=1.0, seeds=(1, 2)),
        lambda _seeds: simulator,
        trials=trials,
        seeds=4,
        seed=1,
        time_left=lambda: next(left),
        correct=correct,
    )
    return plan, after, shown, simulator


def test_more_rounds_are_never_worse_and_come_to_the_best_plan():
    delays = []
    for rounds in range(5):
        _, after, shown, simulator = ran(rounds, distance, distance)
        assert len(shown) == rounds
        delays.append(simulator.delay_of(after, 0))
    assert delays == sorted(delays, reverse=True)
    assert delays[0] > 2 * delays[-1]
    assert delays[-1] < 10.5  # 10 s is the least there is


def test_a_model_that_misleads_costs_time_but_not_the_plan():
    def misled(skeletons):
        true = distance(skeletons)
        return lambda plan, seed: 1000.0 / true(plan, seed)

    plan, after, shown, _ = ran(3, distance, misled)
    assert after is plan
    assert [one.replaced for one in shown] == [False] * 3


def test_a_model_that_misleads_is_set_right_near_the_plan_in_hand():
    def misled(skeletons):
        true = distance(skeletons)
        return lambda plan, seed: 1000.0 / true(plan, seed)

    _, skeletons = two_junctions()
    asked = []

    def correct(plans):
        asked.append(plans)
        return PaperModel(distance(skeletons))

    plan, after, shown, simulator = ran(1, distance, misled, correct=correct)
    assert [one.replaced for one in shown] == [True]
    assert simulator.delay_of(after, 0) < simulator.delay_of(plan, 0)
    assert asked == [[plan]]


def test_no_time_leaves_the_plan_as_it_is():
    plan, after, shown, simulator = ran(0, distance, distance)
    assert (after, shown, simulator.seen) == (plan, (), [])


def test_every_round_has_seeds_of_its_own():
    seeds = [seed for number in range(50) for seed in round_seeds(number, 12)]
    assert len(seeds) == len(set(seeds)) == 600
    assert not set(seeds) & {*SEARCH_SEEDS, *range(100, 1100)}
    assert len(round_seeds(0, 99)) == SEEDS_OF_A_ROUND
