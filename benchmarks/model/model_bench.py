"""How well the queue model ranks plans as SUMO does, and how fast: one scenario."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from greenband.engine.model.estimate import Estimate, estimate
from greenband.engine.model.lamps import switch
from greenband.engine.model.queue_traffic import Traffic, Vehicles, warm_load
from greenband.engine.model.route_vehicles import read_vehicles
from greenband.engine.model.streets import TICKS_PER_S, Streets, build_streets
from greenband.kernels.queue import simulate as run_model
from greenband.networks.files import replace_atomically, xml_bytes
from greenband.networks.network import Network
from greenband.networks.plan import Plan
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import program_xml
from greenband.simulation.run import simulate
from greenband.simulation.scenario import Scenario
from numpy.typing import NDArray
from scipy.stats import spearmanr

from ..random_plans import random_plan
from ..streets.peers import Tell
from .model_cases import Case, with_fixed_routes
from .model_counts import delays_from_counts_s, study_of
from .model_sumo import Simulated, simulate_all
from .model_uxsim import UxsimRun, run_uxsim

PROGRAM_ID = "greenband-benchmark"
LEAST_VEHICLES = 20  # movements with fewer say little
TIMED_RUNS = 5
TIMED_SUMO_RUNS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """One scenario: the running plan first, then random ones. Arrays have shape (plans,)."""

    name: str
    vehicles: int
    left_out: int
    model_s: NDArray[np.float64]  # mean delay
    from_counts_s: NDArray[np.float64]  # the same, when only counts are known
    sumo_s: NDArray[np.float64]  # mean delay, mean over the seeds
    between_seeds: float  # median over the plans of (largest - least) / mean
    seed_spearman: float  # rank correlation of one seed of SUMO's with the mean of the others, mean over the seeds
    gridlocked: NDArray[np.bool_]  # in any seed
    movement_error_s: float  # median, over movements and plans, of the absolute difference of mean delays
    model_ms: NDArray[np.float64]  # one run of the kernel, processor time
    sumo_s_per_run: float  # one run of SUMO's program, processor time, reading its outputs left out
    uxsim: tuple[UxsimRun, ...] = ()  # of the first plans, where it was asked for

    @property
    def spearman(self) -> float:
        """Rank correlation over the random plans."""
        return float(spearmanr(self.model_s[1:], self.sumo_s[1:]).statistic)

    @property
    def spearman_from_counts(self) -> float:
        """The same, when the model knows only counts."""
        return float(spearmanr(self.from_counts_s[1:], self.sumo_s[1:]).statistic)

    @property
    def errors(self) -> NDArray[np.float64]:
        """Relative errors of the plans that gridlock in no seed."""
        fluid = ~self.gridlocked
        return (self.model_s[fluid] - self.sumo_s[fluid]) / self.sumo_s[fluid]

    @property
    def uxsim_s(self) -> NDArray[np.float64]:
        """UXsim's mean delay, of the plans that it was given: the first ones."""
        return np.array([one.mean_delay_s for one in self.uxsim])

    @property
    def uxsim_spearman(self) -> float:
        """UXsim's rank correlation with SUMO over the random plans that it was given; nan for fewer than three."""
        count = len(self.uxsim)
        return float(spearmanr(self.uxsim_s[1:], self.sumo_s[1:count]).statistic) if count > 3 else float("nan")

    @property
    def uxsim_errors(self) -> NDArray[np.float64]:
        """UXsim's relative errors, of the plans that gridlock in no seed."""
        count = len(self.uxsim)
        fluid = ~self.gridlocked[:count]
        sumo_s = self.sumo_s[:count][fluid]
        return (self.uxsim_s[fluid] - sumo_s) / sumo_s

    @property
    def ratio(self) -> float:
        """SUMO's time for the running plan over the model's."""
        return float(self.sumo_s_per_run * 1000 / self.model_ms[0])


def compare(
    case: Case,
    *,
    plans: int,
    plan_seed: int,
    seeds: Sequence[int],
    workers: int,
    cache: Path | None,
    tell: Tell,
    uxsim_plans: int = 0,
) -> Comparison:
    """Return the comparison of a case: its running plan, and the first `plans` random ones of the plan seed.

    UXsim is given the running plan and the first `uxsim_plans` random ones; none at all for 0.
    """
    scenario = case.scenario
    network = read_network(scenario.network, scenario.additional)
    chosen = chosen_plans(network, plans, plan_seed)
    with tempfile.TemporaryDirectory(prefix="greenband-model-") as folder:
        fixed = with_fixed_routes(scenario, Path(folder))
        streets = build_streets(network)
        read = read_vehicles(fixed, streets)
        traffic = warm_load(streets, read.vehicles, fixed.begin_s, fixed.end_s, fixed.warm_up_s)
        found = [estimate(streets, traffic, plan, fixed.end_s) for plan in chosen]
        files = [_written(plan, network, Path(folder) / f"plan{k}.add.xml") for k, plan in enumerate(chosen)]
        runs = simulate_all(case.name, fixed, files, seeds, workers=workers, cache=cache, tell=tell)
        sumo_s_per_run = _sumo_s(fixed, Path(folder), seeds[0])
    from_counts_s = delays_from_counts_s(study_of(case, cache, tell), case.period, streets, chosen)
    means = np.array([[one.mean_delay_s for one in some] for some in runs])
    return Comparison(
        name=case.name,
        vehicles=runs[0][0].vehicles,
        left_out=read.left_out,
        model_s=np.array([one.mean_delay_s for one in found]),
        from_counts_s=from_counts_s,
        sumo_s=means.mean(axis=1),
        between_seeds=_between_seeds(means),
        seed_spearman=seed_spearman(means[1:]),
        gridlocked=np.array([any(one.gridlocked for one in some) for some in runs]),
        movement_error_s=_movement_error_s(found, runs),
        model_ms=_model_ms(streets, traffic, chosen, fixed),
        sumo_s_per_run=sumo_s_per_run,
        uxsim=_under_uxsim(network, read.vehicles, chosen[: uxsim_plans + 1] if uxsim_plans else [], fixed, tell),
    )


def _under_uxsim(
    network: Network, vehicles: Vehicles, plans: Sequence[Plan], scenario: Scenario, tell: Tell
) -> tuple[UxsimRun, ...]:
    found = []
    for plan in plans:
        times = {"begin_s": scenario.begin_s, "end_s": scenario.end_s, "warm_up_s": scenario.warm_up_s}
        found.append(run_uxsim(network, vehicles, plan, **times))
        tell("UXsim", len(found), len(plans))
    return tuple(found)


def seed_spearman(means_s: NDArray[np.float64]) -> float:
    """Return how well one seed of SUMO's ranks the plans as the mean of its others does; nan with a single seed.

    `means_s` has shape (plans, seeds). No model can be asked to do much better than SUMO itself.
    """
    if means_s.shape[1] < 2:
        return float("nan")
    seeds = range(means_s.shape[1])
    found = [spearmanr(means_s[:, k], np.delete(means_s, k, axis=1).mean(axis=1)).statistic for k in seeds]
    return float(np.mean(found))


def _between_seeds(means_s: NDArray[np.float64]) -> float:
    if means_s.shape[1] < 2:
        return float("nan")
    return float(np.median((means_s.max(axis=1) - means_s.min(axis=1)) / means_s.mean(axis=1)))


def chosen_plans(network: Network, plans: int, seed: int) -> list[Plan]:
    """Return the running plan, then random ones: more plans of the same seed begin with the same ones."""
    rng = np.random.default_rng(seed)
    return [network.running_plan, *(random_plan(network, rng, f"random {k}") for k in range(plans))]


def _written(plan: Plan, network: Network, path: Path) -> Path:
    replace_atomically(path, xml_bytes(program_xml(plan, network, PROGRAM_ID)))
    return path


def _sumo_s(scenario: Scenario, folder: Path, seed: int) -> float:
    """Return the processor time of SUMO's program alone for the running plan: the least of some runs. [s]

    On a quiet machine it is the wall time too; on a busy one, wall time would measure the others.
    """
    times_s = []
    for place in range(TIMED_SUMO_RUNS):
        timed = folder / f"timed{place}"
        timed.mkdir()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        simulate(scenario, timed, seed=seed)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times_s.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times_s)


def _model_ms(streets: Streets, traffic: Traffic, plans: Sequence[Plan], scenario: Scenario) -> NDArray[np.float64]:
    """Return the processor time of the kernel for each plan, the least of some runs. [ms]"""
    lamps = [switch(streets, plan, traffic.begin_s) for plan in plans]
    ticks = round((scenario.end_s - traffic.begin_s) * TICKS_PER_S)
    run_model(streets.tables, traffic.tables, lamps[0], ticks)
    times_s = np.full((TIMED_RUNS, len(plans)), np.inf)
    for again in range(TIMED_RUNS):
        for place, lamp in enumerate(lamps):
            began_s = time.process_time()
            run_model(streets.tables, traffic.tables, lamp, ticks)
            times_s[again, place] = time.process_time() - began_s
    return np.asarray(times_s.min(axis=0) * 1000)


def _movement_error_s(found: Sequence[Estimate], runs: Sequence[Sequence[Simulated]]) -> float:
    errors: list[float] = []
    for ours, theirs in zip(found, runs, strict=True):
        mine = {turn: delay_s / vehicles for turn, (vehicles, delay_s) in ours.by_turn.items()}
        for turn, (vehicles, delay_s) in theirs[0].turns.items():
            if vehicles >= LEAST_VEHICLES and turn in mine:
                errors.append(abs(mine[turn] - delay_s / vehicles))
    return float(np.median(errors)) if errors else float("nan")
