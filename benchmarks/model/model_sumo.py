"""What SUMO says of random plans, kept so that an interrupted comparison goes on where it stopped.

Two things are kept: SUMO's output files, under what decided them (the bytes of all inputs, the options, SUMO's
version), and the figures read from them, under that and the code that reads. So neither is ever stale, and a change of
the reading code costs minutes, not hours.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache as once
from pathlib import Path
from typing import Any

from greenband.simulation import binaries, process, run
from greenband.simulation.measure import gridlock, movements, trips
from greenband.simulation.run import MEASURES, ROUTES, STATISTICS, TRIPS, Run, read_run, settings, simulate
from greenband.simulation.scenario import Scenario
from lxml import etree

from ..store import facts_hash, files_hash, kept_folder, load, save
from ..streets.peers import Tell

CODE = (binaries, gridlock, movements, process, run, trips)
OUTPUTS = (TRIPS, ROUTES, STATISTICS)
Turn = tuple[str, str, str]  # junction, approach edge, exit edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What one run of SUMO came to; `turns` has vehicles and summed delay [s] of each movement."""

    seed: int
    mean_delay_s: float
    stops_per_vehicle: float
    vehicles: int
    unserved: int
    unfinished: int
    gridlocked: bool
    turns: dict[Turn, tuple[int, float]]


def simulate_all(
    name: str,
    scenario: Scenario,
    programs: Sequence[Path],
    seeds: Sequence[int],
    *,
    workers: int,
    cache: Path | None,
    tell: Tell,
) -> list[list[Simulated]]:
    """Return, for each file of programs, what came of it with each seed."""
    jobs = [(file, seed) for file in programs for seed in seeds]
    inputs = _inputs(scenario)
    found: list[Simulated] = []
    with ThreadPoolExecutor(workers) as pool:
        try:
            for one in pool.map(lambda job: _simulated(scenario, inputs, job[0], job[1], cache), jobs):
                found.append(one)
                tell(name, len(found), len(jobs))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [found[at : at + len(seeds)] for at in range(0, len(found), len(seeds))]


def _simulated(scenario: Scenario, inputs: dict[str, Any], programs: Path, seed: int, cache: Path | None) -> Simulated:
    if cache is None:
        return _figures(run.run(scenario, seed=seed, programs=programs))
    facts = inputs | {"programs": _xml_hash(programs), "settings": [*settings(scenario, seed), *MEASURES]}
    key = facts_hash(facts)
    place = cache / "figures" / f"{facts_hash({'run': key, 'code': _code_hash()})}.json"
    kept = load(place)
    if kept is not None:
        return Simulated(**kept | {"turns": {(a, b, c): (n, d) for a, b, c, n, d in kept["turns"]}})
    found = _figures(
        _read(kept_folder(cache / "runs" / key, lambda out: _keep(scenario, programs, seed, out)), scenario, seed)
    )
    save(place, asdict(found) | {"turns": [[*turn, *row] for turn, row in found.turns.items()]})
    return found


def _keep(scenario: Scenario, programs: Path, seed: int, out: Path) -> None:
    """Simulate, and pack SUMO's outputs into a new folder."""
    out.mkdir()
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        simulate(scenario, Path(name), seed=seed, programs=programs)
        for file in OUTPUTS:
            with open(Path(name) / file, "rb") as source, gzip.open(out / f"{file}.gz", "wb", 4) as packed:
                shutil.copyfileobj(source, packed)


def _read(kept: Path, scenario: Scenario, seed: int) -> Run:
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        for file in OUTPUTS:
            with gzip.open(kept / f"{file}.gz", "rb") as packed, open(Path(name) / file, "wb") as target:
                shutil.copyfileobj(packed, target)
        return read_run(scenario, Path(name), seed)


def _figures(came: Run) -> Simulated:
    table = came.movements
    rows = zip(table.turns, (table.crossed + table.waiting).tolist(), table.delay_s.tolist(), strict=True)
    return Simulated(
        seed=came.seed,
        mean_delay_s=came.mean_delay_s,
        stops_per_vehicle=came.stops_per_vehicle,
        vehicles=int(came.trips.delay_s.size),
        unserved=came.unserved,
        unfinished=came.unfinished,
        gridlocked=came.gridlocked,
        turns={turn: (vehicles, delay_s) for turn, vehicles, delay_s in rows},
    )


def _inputs(scenario: Scenario) -> dict[str, Any]:
    return {
        "network": files_hash([scenario.network]),
        "routes": [_xml_hash(path) for path in scenario.routes],
        "additional": [files_hash([path]) for path in scenario.additional],
        "sumo": importlib.metadata.version("eclipse-sumo"),
    }


def _xml_hash(path: Path) -> str:
    """Return a hash of an XML file's content: SUMO's tools write the time of day into comments."""
    whole = etree.tostring(etree.parse(str(path)), method="c14n", with_comments=False)
    return hashlib.sha256(whole).hexdigest()


@once
def _code_hash() -> str:
    return files_hash([Path(str(module.__file__)) for module in CODE])
