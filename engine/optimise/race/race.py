"""A race of plans in SUMO: the better half goes on, with more seeds, until few are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from ....networks.plan import Plan
from ....simulation.run import Run
from .referee import Referee
from .refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a plan did: its mean delay with each seed that it ran with [s], and, of a final, the seeds that locked up.

    `cost` is what the objective makes of each of these runs; where it is empty, the delay is the cost. `refused` is
    what the gate would say against it, by the `runs` of a final.
    """

    plan: Plan
    delay_s: dict[int, float] = field(default_factory=dict)
    cost: dict[int, float] = field(default_factory=dict)
    gridlocked: tuple[int, ...] = ()
    refused: Refusal | None = None
    runs: tuple[Run, ...] = field(default=(), repr=False, compare=False)

    @property
    def mean_s(self) -> float:
        """Mean delay over the seeds."""
        return fmean(self.delay_s.values())

    @property
    def mean_cost(self) -> float:
        """Mean cost over the seeds: by it plans are chosen."""
        return fmean((self.cost or self.delay_s).values())


def race(referee: Referee, plans: Sequence[Plan], seeds: Sequence[int], finalists: int = 3) -> list[Standing]:
    """Return all plans, the best first, after successive halving over seeds.

    Every plan runs with the first seed; after each round the worse half drops out and the rest run with as many seeds
    again. The first plan given (the running plan) never drops out: all are measured against it. A plan that went
    further stands before one that dropped out.

    K. Jamieson and A. Talwalkar, Non-stochastic best arm identification, AISTATS 2016, algorithm 1.
    """
    standings = [Standing(plan=plan) for plan in plans]
    alive, used, wanted = list(standings), 0, 1
    out: list[Standing] = []
    while used < len(seeds):
        now = seeds[used : used + wanted]
        for standing, scores in zip(alive, referee.scores([s.plan for s in alive], now), strict=True):
            standing.delay_s.update({seed: score.delay_s for seed, score in zip(now, scores, strict=True)})
            standing.cost.update({seed: score.cost for seed, score in zip(now, scores, strict=True)})
        used, wanted = used + len(now), used + len(now)
        alive.sort(key=lambda standing: standing.mean_cost)
        keep = max(finalists, (len(alive) + 1) // 2)
        dropped = [s for s in alive[keep:] if s is not standings[0]]
        out = dropped + out
        alive = [s for s in alive if s not in dropped]
    return alive + out
