"""One scenario's table: proposals first, then all of them judged together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from greenband.simulation.field import run_field
from greenband.simulation.scenario import Scenario

from ..store import default_cache, kept_folder, key, scenario_facts
from .judge import Failure, Outcome, Trial, judge
from .peers import PEERS, RUNNING, Peer, Proposal, Task, Tell
from .results import Result, Row, with_figures
from .sumo_tools import PeerCrashed

FIELD_SEED = 1  # where none is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What is measured: a scenario, who takes part, and the judge's seeds.

    `folder` gets a folder per peer with what it made. Runs are kept in `cache` if there is one; field studies always,
    without it in the user's cache folder.
    """

    name: str
    scenario: Scenario
    seeds: tuple[int, ...]
    days: int
    folder: Path
    cache: Path | None = None
    peers: tuple[Peer, ...] = PEERS
    field_seed: int = FIELD_SEED


def measured(bench: Bench, tell: Tell, executor: Executor | None = None) -> Result:
    """Return the table of a scenario.

    Raises InputError or RuntimeError only if the running program cannot be simulated: peers that fail are shown so.
    """
    proposed = {peer: _propose(bench, peer, tell) for peer in bench.peers}
    entered = [(peer, proposal) for peer, (_, proposal) in proposed.items() if proposal is not None]
    trials = [
        Trial(peer=peer.id, scenario=bench.scenario, proposal=proposal, seed=seed, cache=bench.cache)
        for seed in bench.seeds
        for peer, proposal in entered
    ]
    what, done = f"{bench.name}: judging", 0

    def count(_place: int, _came: Outcome | Failure) -> None:
        nonlocal done
        done += 1
        tell(what, done, len(trials))

    tell(what, 0, len(trials))
    came = judge(trials, executor, count)
    by_peer: dict[str, list[Outcome | Failure]] = {peer.id: [] for peer, _ in entered}
    for trial, outcome in zip(trials, came, strict=True):
        by_peer[trial.peer].append(outcome)
    running = _all_done(by_peer[RUNNING], bench.name)
    rows = [
        with_figures(row, by_peer[peer.id], running) if proposal is not None else row
        for peer, (row, proposal) in proposed.items()
    ]
    return Result(scenario=bench.name, seeds=bench.seeds, trips=running[0].trips, rows=tuple(rows))


def _propose(bench: Bench, peer: Peer, tell: Tell) -> tuple[Row, Proposal | None]:
    folder = bench.folder / peer.id
    folder.mkdir(parents=True, exist_ok=True)
    what = f"{bench.name}: {peer.title}"
    task = Task(scenario=bench.scenario, folder=folder.resolve(), study=lambda: field_study(bench, tell), tell=tell)
    tell(what, 0, 1)
    began_s = time.monotonic()
    try:
        proposal, crashed = peer.propose(task), None
    except PeerCrashed as error:
        proposal, crashed = None, str(error)
    planning_s = time.monotonic() - began_s if proposal is None or proposal.planning_s is None else proposal.planning_s
    tell(what, 1, 1)
    note = proposal.note if proposal else ""
    gate = proposal.gate if proposal else ""
    row = Row(
        peer=peer.id, title=peer.title, sees=peer.sees, planning_s=planning_s, note=note, gate=gate, crashed=crashed
    )
    return row, proposal


def _all_done(came: Sequence[Outcome | Failure], name: str) -> list[Outcome]:
    for one in came:
        if isinstance(one, Failure):
            raise RuntimeError(f"{name}: the running program cannot be simulated with seed {one.seed}: {one.reason}")
    return [one for one in came if isinstance(one, Outcome)]


def field_study(bench: Bench, tell: Tell) -> Path:
    """Return the folder of the scenario's field study, made now or kept from before under the same inputs."""
    facts = scenario_facts(bench.scenario) | {"days": bench.days, "seed": bench.field_seed}
    folder = (bench.cache or default_cache()) / "field" / f"{bench.name}-{key(facts)}"
    what, done = f"{bench.name}: field study", 0

    def count(_day: object) -> None:
        nonlocal done
        done += 1
        tell(what, done, bench.days)

    def make(out: Path) -> None:
        tell(what, 0, bench.days)
        run_field(bench.scenario, out=out, days=bench.days, seed=bench.field_seed, on_day=count)

    return kept_folder(folder, make)
