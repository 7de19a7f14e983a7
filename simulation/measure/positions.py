"""Where vehicles are on some edges, second by second: what a time-space diagram draws."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ..additional import additional_files
from ..binaries import find_binary
from ..process import execute
from ..run import settings
from ..safe_inputs import names_of_copies, safe_scenario
from ..scenario import Scenario
from .trips import elements

POSITIONS, EDGES = "positions.xml", "edges.txt"


@dataclass(frozen=True, slots=True)
class Place:
    """A vehicle's front bumper: seconds after midnight, its edge, and metres from the edge's start."""

    time_s: float
    edge: str
    metres: float


def positions(
    scenario: Scenario,
    edges: Iterable[str],
    *,
    seed: int,
    begin_s: int,
    end_s: int,
    programs: Path | None = None,
) -> dict[str, tuple[Place, ...]]:
    """Return the places of every vehicle on some edges from `begin_s` to `end_s`, each second, by vehicle.

    The simulation is the one that `run` makes of the same scenario, seed and programs; it ends at `end_s`.
    Raises as `run` does.
    """
    scenario.require_files()
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        folder = Path(name)
        safe = safe_scenario(scenario, folder)
        additional = additional_files(safe, folder, programs)
        (folder / EDGES).write_text("".join(f"edge:{edge}\n" for edge in edges), encoding="utf-8")
        command = [
            str(find_binary("sumo")),
            f"--net-file={safe.network.absolute()}",
            f"--route-files={','.join(str(path.absolute()) for path in safe.routes)}",
            *([f"--additional-files={','.join(str(path.absolute()) for path in additional)}"] if additional else []),
            *settings(replace(scenario, end_s=end_s), seed),
            f"--fcd-output={POSITIONS}",
            f"--fcd-output.filter-edges.input-file={EDGES}",
            "--fcd-output.attributes=lane,pos",
            "--fcd-output.skip-empty",
            f"--device.fcd.begin={begin_s}",
            "--device.fcd.period=1",
        ]
        given = [scenario.network, *scenario.routes, *scenario.additional, *([programs] if programs else [])]
        execute(command, folder, inputs=", ".join(map(str, given)), copies=names_of_copies(scenario, safe))
        return read_positions(folder / POSITIONS)


def read_positions(path: Path) -> dict[str, tuple[Place, ...]]:
    """Return the places in SUMO's floating car data, by vehicle, in the order of time."""
    found: dict[str, list[Place]] = {}
    for step in elements(path, "timestep"):
        time_s = float(step.get("time", "nan"))
        for vehicle in step.iterchildren("vehicle"):
            edge = (vehicle.get("lane") or "").rsplit("_", 1)[0]
            if edge.startswith(":"):
                continue  # within the junction at an edge's end, which SUMO adds to the selection
            found.setdefault(vehicle.get("id") or "", []).append(Place(time_s, edge, float(vehicle.get("pos", "nan"))))
    return {vehicle: tuple(places) for vehicle, places in found.items()}
