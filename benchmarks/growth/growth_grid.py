"""Grids of signals with through traffic, of any size: what the growth of time and memory is measured on."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
from greenband.engine.model.queue_traffic import Vehicles
from greenband.networks.network import Network
from greenband.simulation.binaries import find_binary
from greenband.simulation.process import execute

BLOCK_M = 200
LANES = 2
FLOW_VEH_H = 300  # on every street that leads into the grid
TURN_SHARE = 0.25  # of the vehicles, which turn once; the others drive straight on
SPACE_M = 7.5


def make_grid(side: int, folder: Path) -> Path:
    """Return the network file of side × side signals, made by SUMO's netgenerate with its own programs."""
    path = folder.resolve() / f"grid{side}.net.xml"
    command = [
        str(find_binary("netgenerate")),
        "--grid",
        f"--grid.number={side}",
        f"--grid.length={BLOCK_M}",
        f"--grid.attach-length={BLOCK_M}",
        f"--default.lanenumber={LANES}",
        "--default-junction-type=traffic_light",
        "--no-turnarounds",
        f"--output-file={path}",
    ]
    execute(command, folder, inputs=f"a grid of {side} x {side}")
    return path


def through_traffic(network: Network, seconds: int, seed: int, flow_veh_h: float = FLOW_VEH_H) -> Vehicles:
    """Return vehicles that cross the grid: evenly from every entry, straight on but for one turn of every fourth."""
    rng = np.random.default_rng(seed)
    onward: dict[str, dict[str, str]] = defaultdict(dict)
    for connection in network.connections:
        onward[connection.from_edge][connection.direction.lower()] = connection.to_edge
    entered = {connection.to_edge for connection in network.connections}
    places: dict[tuple[str, ...], int] = {}
    departs_s, chosen = [], []
    for entry in sorted(set(onward) - entered):
        blocks = len(_straight(entry, onward)) - 1
        for depart_s in np.arange(rng.random(), seconds, 3600 / flow_veh_h):
            turns_at = int(rng.integers(blocks)) if rng.random() < TURN_SHARE else -1
            route = _route(entry, onward, turns_at, "lr"[int(rng.integers(2))])
            departs_s.append(depart_s)
            chosen.append(places.setdefault(route, len(places)))
    return Vehicles(
        depart_s=np.array(departs_s),
        route=np.array(chosen, dtype=np.int64),
        routes=tuple(places),
        space_m=np.full(len(chosen), SPACE_M),
    )


def _straight(edge: str, onward: dict[str, dict[str, str]]) -> list[str]:
    found = [edge]
    while (following := onward[found[-1]].get("s")) is not None:
        found.append(following)
    return found


def _route(entry: str, onward: dict[str, dict[str, str]], turns_at: int, side: str) -> tuple[str, ...]:
    route = _straight(entry, onward)
    if turns_at < 0:
        return tuple(route)
    before = route[: turns_at + 1]
    return (*before, *_straight(onward[before[-1]][side], onward))
