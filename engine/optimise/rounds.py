"""More rounds of climbing and racing while there is time: the plan in hand is only given up for a better one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ...networks.plan import Plan
from ...networks.progress import Tell, silent
from ...networks.seeds import ROUND_SEEDS
from ...simulation.fan_out import fan_out
from .climb.climbs import Climbs, Start
from .climb.refine import Judge
from .race.final import beats, final
from .race.race import Standing
from .race.referee import Referee

SEEDS_OF_A_ROUND = 20  # every round meets seeds of its own
CHALLENGERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How the plan in hand and its challengers did on the seeds of a round, the best first, and whether one won."""

    standings: tuple[Standing, ...]
    replaced: bool


def round_seeds(number: int, count: int) -> tuple[int, ...]:
    """Return so many seeds, at most `SEEDS_OF_A_ROUND`, that only this round uses."""
    first = ROUND_SEEDS.start + number * SEEDS_OF_A_ROUND
    return tuple(range(first, first + min(count, SEEDS_OF_A_ROUND)))


def improved(
    plan: Plan,
    climbs: Climbs,
    referee_for: Callable[[Sequence[int]], Referee],
    *,
    trials: int,
    seeds: int,
    seed: int,
    time_left: Callable[[], bool],
    correct: Callable[[Sequence[Plan]], Judge] | None = None,
    allowed: Callable[[Plan], bool] = lambda _plan: True,
    tell: Tell = silent,
) -> tuple[Plan, tuple[Round, ...]]:
    """Return the best plan that rounds of climbing and racing meet while there is time, and what each round showed.

    In each round climbs with orders of their own start from the plan in hand, and what they find meets it in the
    simulator on `seeds` fresh seeds. A challenger takes its place if it locks up no more often, has the lower mean
    cost, and the lower cost with most seeds. A round that has begun is finished. With `correct`, every second round
    climbs on the queue model as the simulator sets it right near the plan in hand. Plans that are not `allowed` are not
    simulated.
    """
    rounds: list[Round] = []
    while time_left():
        number = len(rounds)
        tell("further rounds", number, number + 1)
        starts = [Start(plan=plan, trials=trials, seed=seed + 1000 * (number + 1) + k) for k in range(CHALLENGERS)]
        referee = referee_for(round_seeds(number, seeds))
        on = replace(climbs, model=correct([plan])) if correct is not None and number % 2 == 0 else climbs
        found = fan_out(on.top, starts, referee.executor)
        new = [one for k, one in enumerate(found) if all(one.junctions != o.junctions for o in (plan, *found[:k]))]
        new = [one for one in new if allowed(one)]
        standings = final(referee, [plan, *new], round_seeds(number, seeds)) if new else []
        held = next((standing for standing in standings if standing.plan is plan), None)
        winner = standings[0].plan if held is not None and beats(standings[0], held) else plan
        rounds.append(Round(standings=tuple(standings), replaced=winner is not plan))
        plan = winner
        tell("further rounds", number + 1, number + 1)
    return plan, tuple(rounds)
