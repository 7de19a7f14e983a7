"""The judge: every proposal in the same traffic with the same seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from greenband.networks.errors import InputError
from greenband.simulation.fan_out import fan_out
from greenband.simulation.run import Run, run
from greenband.simulation.scenario import Scenario

from ..store import files_hash, key, load, save, scenario_facts
from .peers import Proposal
from .sumo_tools import last_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run came to; see `Run`."""

    seed: int
    mean_delay_s: float
    stops_per_vehicle: float
    trips: int
    unserved: int
    unfinished: int
    gridlocked: bool
    teleports: int
    collisions: int
    wall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A proposal to be run with a seed."""

    peer: str
    scenario: Scenario
    proposal: Proposal
    seed: int
    cache: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A run that came to nothing, and the last word of the simulator."""

    seed: int
    reason: str


def judge(
    trials: Sequence[Trial],
    executor: Executor | None = None,
    on_done: Callable[[int, Outcome | Failure], None] | None = None,
) -> list[Outcome | Failure]:
    """Return what came of each trial, in their order; one that fails does not stop the others."""
    return fan_out(try_out, trials, executor, on_done)


def try_out(trial: Trial) -> Outcome | Failure:
    """Return what came of a trial, from the cache where it is there; failures are tried again each time.

    Nothing is kept of a controller from outside: what its code imports, nobody can tell.
    """
    if trial.cache is None or (trial.proposal.controller is not None and trial.proposal.controller.folder is not None):
        return _simulated(trial)
    name = trial_key(trial)
    place = trial.cache / "outcomes" / f"{name}.json"
    kept = load(place)
    if kept is not None:
        return Outcome(**kept)
    outcome = _simulated(trial)
    if isinstance(outcome, Outcome) and trial_key(trial) == name:  # what it came from did not change meanwhile
        save(place, asdict(outcome))
    return outcome


def trial_key(trial: Trial) -> str:
    """Return what the outcome is kept under: inputs, programs, controller, seed and versions all count."""
    facts: dict[str, Any] = scenario_facts(trial.scenario)
    programs = [files_hash([path]) for path in trial.proposal.programs]
    controller = trial.proposal.controller
    name = None if controller is None else controller.name
    return key(facts | {"programs": programs, "controller": name, "seed": trial.seed})


def _simulated(trial: Trial) -> Outcome | Failure:
    # All but the last go in as files of the scenario: of two programs for a signal, the one loaded last runs.
    programs = trial.proposal.programs
    scenario = replace(trial.scenario, additional=(*trial.scenario.additional, *programs[:-1]))
    last = programs[-1] if programs else None
    try:
        return _outcome(run(scenario, seed=trial.seed, programs=last, controller=trial.proposal.controller))
    except InputError as error:
        return Failure(seed=trial.seed, reason=error.found)
    except RuntimeError as error:
        return Failure(seed=trial.seed, reason=last_line(str(error)))


def _outcome(came: Run) -> Outcome:
    return Outcome(
        seed=came.seed,
        mean_delay_s=came.mean_delay_s,
        stops_per_vehicle=came.stops_per_vehicle,
        trips=int(came.trips.delay_s.size),
        unserved=came.unserved,
        unfinished=came.unfinished,
        gridlocked=came.gridlocked,
        teleports=came.teleports,
        collisions=came.collisions,
        wall_s=came.wall_s,
    )
