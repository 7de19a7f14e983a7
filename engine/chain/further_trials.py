"""Further trials of a plan: less and more demand, other days, and the switch from the running plan."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from ...networks.files import replace_atomically, xml_bytes
from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.progress import Tell, silent
from ...networks.seeds import FURTHER_DAYS_SEEDS, FURTHER_SEEDS
from ...networks.sumo.program import program_xml
from ...simulation.fan_out import Job, run_many
from ...simulation.run import Run
from ...simulation.scenario import Scenario
from ..studies.file import Study
from ..validate.further_verdict import Case, Further, Switch, case_of, percent
from ..validate.switch_program import switch_xml, ways
from ..validate.transition import MODES, Mode
from ..validate.trial import Trial
from .prepare import Prepared
from .scenarios import forecast_scenarios, scenario_demands

FACTORS = (1.2, 1.1, 0.9)  # the weightiest first: where time is short, only the first are tried
# Of one `run`: delay and driving of all simulated vehicles, about half a minute of two processors. [veh s]
ALLOWANCE_VEH_S = 6_000_000.0
DRIVING_S = 80.0  # what a trip lasts besides its delay, about: only to tell small simulations from large ones


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """One scenario that both plans are to be tried in."""

    case: str
    factor: float | None
    seed: int
    scenario: Callable[[Path], Scenario]


def try_further(
    study: Study,
    network: Network,
    trial: Trial,
    scenarios: Callable[[int, float, Path], Scenario],
    *,
    prepared: Prepared | None = None,
    thorough: bool = False,
    tell: Tell = silent,
    executor: Executor | None = None,
) -> Further:
    """Return what both plans do beyond the trial.

    Parameters
    ----------
    study, network, trial
        The study, its network, and the trial that went before.
    scenarios
        Gives the scenario of a seed at a factor on the demand; it may write into the folder.
    prepared
        What days may come; None where the traffic is given, and no other days can be drawn.
    thorough
        Whether to try everything. Else as much as `ALLOWANCE_VEH_S` pays for, by what the trial's runs took, and at
        least one pair: the same for the same inputs on any machine.
    """
    pairs = _pairs(study, scenarios, prepared)
    affordable = len(pairs) if thorough else max(1, int(ALLOWANCE_VEH_S // (2 * _cost_veh_s(trial))))
    chosen, left_out = pairs[:affordable], pairs[affordable:]
    switch_seeds = trial.comparison.seeds[: len(FURTHER_SEEDS) if thorough or not left_out else 1]
    modes: tuple[Mode, ...] = MODES if thorough else (study.file.options.transition,)
    done, total = 0, 2 * len(chosen) + len(switch_seeds) * len(modes)

    def on_run(_place: int, _run: Run) -> None:
        nonlocal done
        done += 1
        tell("other demand, other days, the switch", done, total)

    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        folder = Path(name)
        cases = _tried(network, trial.plan, chosen, folder, on_run, executor)
        own = {run.seed: run for run in trial.plan_runs}
        at = {seed: scenarios(seed, 1.0, folder) for seed in switch_seeds}
        switches = tuple(
            _switched(network, trial.plan, mode, {s: own[s] for s in switch_seeds}, at, folder, on_run, executor)
            for mode in modes
        )
    return Further(cases=cases, switches=switches, left_out=_said(left_out))


def _cost_veh_s(trial: Trial) -> float:
    return fmean(run.trips.delay_s.size * (run.mean_delay_s + DRIVING_S) for run in trial.running_runs)


def _pairs(study: Study, scenarios: Callable[[int, float, Path], Scenario], prepared: Prepared | None) -> list[_Pair]:
    """Return all that can be tried, one seed of everything before the second of anything."""
    factors = tuple(dict.fromkeys((*study.file.gate.demand_factors, *FACTORS)))
    demands = scenario_demands(prepared, len(FURTHER_DAYS_SEEDS), FURTHER_DAYS_SEEDS[0]) if prepared is not None else ()
    found: list[_Pair] = []
    for place, seed in enumerate(FURTHER_SEEDS):
        for factor in factors:

            def scaled(folder: Path, seed: int = seed, factor: float = factor) -> Scenario:
                return scenarios(seed, factor, folder)

            found.append(_Pair(case=f"{percent(factor)} demand", factor=factor, seed=seed, scenario=scaled))
        if prepared is not None and place < len(demands):

            def day(
                folder: Path, seed: int = FURTHER_DAYS_SEEDS[place], place: int = place, own: Prepared = prepared
            ) -> Scenario:
                return forecast_scenarios(own.study, own.network, demands[place], [seed], folder, walkers=True)[seed]

            found.append(_Pair(case="other days", factor=None, seed=FURTHER_DAYS_SEEDS[place], scenario=day))
    return found


def _said(left_out: Sequence[_Pair]) -> tuple[str, ...]:
    """Return what was left out in words, by case."""
    cases = dict.fromkeys(pair.case for pair in left_out)
    return tuple(
        f"{name}: {sum(pair.case == name for pair in left_out)} of {len(FURTHER_SEEDS)} seeds" for name in cases
    )


def _tried(
    network: Network,
    plan: Plan,
    pairs: Sequence[_Pair],
    folder: Path,
    on_run: Callable[[int, Run], None],
    executor: Executor | None,
) -> tuple[Case, ...]:
    files = [_programs(folder, network, one) for one in (plan, network.running_plan)]
    jobs = []
    for place, pair in enumerate(pairs):
        own = folder / f"pair{place}"
        own.mkdir()
        scenario = pair.scenario(own)
        jobs += [Job(scenario=scenario, seed=pair.seed, programs=file) for file in files]
    runs = run_many(jobs, executor, on_run)
    cases = []
    for name in dict.fromkeys(pair.case for pair in pairs):
        places = [k for k, pair in enumerate(pairs) if pair.case == name]
        plan_runs, running_runs = [runs[2 * k] for k in places], [runs[2 * k + 1] for k in places]
        cases.append(case_of(name, pairs[places[0]].factor, plan_runs, running_runs))
    return tuple(cases)


def _programs(folder: Path, network: Network, plan: Plan) -> Path:
    path = folder / f"{plan.name}.add.xml"
    replace_atomically(path, xml_bytes(program_xml(plan, network, "greenband")))
    return path


def _switched(
    network: Network,
    plan: Plan,
    mode: Mode,
    unswitched: Mapping[int, Run],
    scenarios: Mapping[int, Scenario],
    folder: Path,
    on_run: Callable[[int, Run], None],
    executor: Executor | None,
) -> Switch:
    """Return what a switch at the start of the period costs, against the runs in which the new plan ran before."""
    first = next(iter(scenarios.values()))
    found, left_out = ways(
        network,
        plan,
        mode,
        begin_s=max(first.begin_s - first.warm_up_s, 0),
        at_s=first.begin_s,
        end_s=first.end_s,
    )
    path = folder / f"switch-{mode}.add.xml"
    replace_atomically(path, xml_bytes(switch_xml(found, network, plan)))
    jobs = [Job(scenario=scenarios[seed], seed=seed, programs=path) for seed in unswitched]
    runs = run_many(jobs, executor, on_run)
    return Switch(
        mode=mode,
        in_step_s={one.junction: one.in_step_s - first.begin_s for one in found},
        extra_s=tuple(run.mean_delay_s - unswitched[run.seed].mean_delay_s for run in runs),
        left_out=left_out,
        locked=sum(run.gridlocked for run in runs),
    )
