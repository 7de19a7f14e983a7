"""SUMO as the referee of plans, on traffic made from the forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ....networks.network import Network
from ....networks.plan import Plan
from ....simulation.run import Run
from ....simulation.run_plans import run_plans
from ....simulation.scenario import Scenario
from ...studies.objective import DELAY, Objective
from ..objective import cost_in_simulation


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a plan did with a seed: what the objective makes of it, and its mean delay. [s/veh]"""

    cost: float
    delay_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Referee:
    """Where and how plans are compared: one scenario for each seed, so that traffic varies as well as drivers.

    `vehicles` is how many each simulation has, about. `folder` is scratch space for program files. `on_run` is called
    after each simulation.
    """

    network: Network
    scenarios: dict[int, Scenario]
    vehicles: int
    folder: Path
    executor: Executor | None = None
    on_run: Callable[[Run], None] | None = None
    objective: Objective = DELAY

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds there is traffic for."""
        return tuple(self.scenarios)

    def runs(self, plans: Sequence[Plan], seeds: Sequence[int]) -> list[list[Run]]:
        """Simulate every plan with every seed; returns a list of runs, in the order of the seeds, for each plan."""
        return run_plans(
            plans,
            self.network,
            self.scenarios,
            self.folder,
            seeds=seeds,
            executor=self.executor,
            on_run=self.on_run,
        )

    def delays_s(self, plans: Sequence[Plan], seeds: Sequence[int]) -> list[list[float]]:
        """Return the mean delay of every plan with every seed. [s]"""
        return [[run.mean_delay_s for run in of_plan] for of_plan in self.runs(plans, seeds)]

    def cost(self, plan: Plan, run: Run) -> float:
        """Return what the objective makes of a run of a plan; its mean delay by default. [s/veh]"""
        return cost_in_simulation(self.objective, run, plan, self.network)

    def costs(self, plans: Sequence[Plan], seeds: Sequence[int]) -> list[list[float]]:
        """Return what the objective makes of every plan with every seed. [s/veh]"""
        return [[score.cost for score in of_plan] for of_plan in self.scores(plans, seeds)]

    def scores(self, plans: Sequence[Plan], seeds: Sequence[int]) -> list[list[Score]]:
        """Return cost and mean delay of every plan with every seed."""
        return [
            [Score(cost=self.cost(plan, run), delay_s=run.mean_delay_s) for run in of_plan]
            for plan, of_plan in zip(plans, self.runs(plans, seeds), strict=True)
        ]
