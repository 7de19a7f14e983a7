"""One grid of `greenband benchmark growth`, in a process of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any, TypeVar

import numpy as np
from greenband.engine.model.estimate import estimate
from greenband.engine.model.lamps import switch
from greenband.engine.model.log import logged_run
from greenband.engine.model.queue_traffic import Traffic, load
from greenband.engine.model.streets import TICKS_PER_S, Streets, build_streets
from greenband.kernels.queue import NEVER, simulate
from greenband.networks.sumo.net import read_network

from ..memory import peak_mib
from .growth_grid import make_grid, through_traffic

HOUR_S = 3600
RUNS = 5
Result = TypeVar("Result")


def figures(folder: Path, side: int, seed: int) -> dict[str, Any]:
    """Return what one grid takes."""
    path = make_grid(side, folder)
    network, read_s = _timed(lambda: read_network(path))
    streets, prepare_s = _timed(lambda: build_streets(network))
    vehicles = through_traffic(network, HOUR_S, seed)
    traffic, load_s = _timed(lambda: load(streets, vehicles, 0, HOUR_S, seed))
    plan_s = _plan_s(streets, traffic)
    most_mib = peak_mib()
    passes = _passes(streets, traffic)
    return {
        "side": side,
        "seed": seed,
        "junctions": len(network.junctions),
        "edges": len(streets.edges),
        "vehicles": len(vehicles),
        "passes": passes,
        "mean_delay_s": round(estimate(streets, traffic, network.running_plan, HOUR_S).mean_delay_s, 1),
        "read_s": round(read_s, 2),
        "prepare_s": round(prepare_s, 2),
        "load_s": round(load_s, 2),
        "plan_ms": round(plan_s * 1000, 2),
        "pass_ns": round(plan_s / passes * 1e9),
        "peak_mib": round(most_mib),
    }


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    began_s = process_time()
    return work(), process_time() - began_s


def _plan_s(streets: Streets, traffic: Traffic) -> float:
    lamps = switch(streets, streets.network.running_plan, traffic.begin_s)
    simulate(streets.tables, traffic.tables, lamps, 1)  # compiles
    return min(
        _timed(lambda: simulate(streets.tables, traffic.tables, lamps, HOUR_S * TICKS_PER_S))[1] for _ in range(RUNS)
    )


def _passes(streets: Streets, traffic: Traffic) -> int:
    legs = logged_run(streets, traffic, streets.network.running_plan, HOUR_S).legs
    return int(np.count_nonzero((legs["way"] >= 0) & (legs["left"] < NEVER)))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    (target / "figures.json").write_text(json.dumps(figures(target, int(sys.argv[2]), int(sys.argv[3]))))
