"""A made city with loop counts: a grid of signals whose loops count what the queue model sends over them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from greenband.engine.model.log import logged_run
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import TICKS_PER_S, Streets, build_streets
from greenband.kernels.queue import NEVER
from greenband.networks.detector import Detector
from greenband.networks.sumo.net import read_network
from greenband.simulation.loops import place_loops
from numpy.typing import NDArray

from ..growth.growth_grid import make_grid, through_traffic

FIRST_DAY = date(2026, 3, 2)
BEGIN_S, HOUR_S, INTERVAL_S = 8 * 3600, 3600, 300
WARM_UP_S = 900
FLOW_VEH_H = 220  # into every street; more than the programs of netgenerate, which nobody retimed, could not serve
DAY_FACTORS = (1.0, 0.96, 1.04, 0.92, 1.08)

TOML = """schema = 1
name = "city of {junctions} junctions"
network = "{network}"
counts = "counts.parquet"
detectors = "detectors.csv"
day = "{day}"

[[periods]]
name = "morning"
begin = "08:00"
end = "09:00"
"""


def make_city(side: int, days: int, seed: int, folder: Path) -> Path:
    """Write a study of side × side signals with some days of counts into a folder, and return the folder.

    Every street brings the same flow in, every fourth vehicle turns once; days differ by a few per cent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = make_grid(side, folder)
    network = read_network(path)
    streets, loops = build_streets(network), place_loops(network)
    pl.concat([_counted(streets, loops, day, seed) for day in range(days)]).write_parquet(folder / "counts.parquet")
    rows = [f"{loop.id},{loop.lane},{loop.position_m},{loop.kind}" for loop in loops]
    (folder / "detectors.csv").write_text("\n".join(["detector,lane,position_m,kind", *rows]) + "\n")
    planned = FIRST_DAY + timedelta(days=days)
    (folder / "study.toml").write_text(
        TOML.format(junctions=len(network.junctions), network=path.name, day=planned.isoformat())
    )
    return folder


def _counted(streets: Streets, loops: tuple[Detector, ...], day: int, seed: int) -> pl.DataFrame:
    """Return a day's counts of every loop, as the product's own table."""
    flow = FLOW_VEH_H * DAY_FACTORS[day % len(DAY_FACTORS)]
    seconds = WARM_UP_S + HOUR_S
    vehicles = through_traffic(streets.network, seconds, seed + day, flow)
    legs = logged_run(
        streets, load(streets, vehicles, 0, seconds, seed + day), streets.network.running_plan, seconds
    ).legs
    midnight = datetime.combine(FIRST_DAY + timedelta(days=day), time())
    bins = HOUR_S // INTERVAL_S
    legs = legs[legs["way"] >= 0]  # without the waits outside of the network
    gone = legs[legs["left"] < NEVER]
    leaving = _by_lane(gone["lane"], gone["left"], streets, bins)
    entering = _by_lane(legs["lane"], legs["entry"], streets, bins) + _out_of_the_city(gone, streets, bins)
    place = _place_of_lane(streets)
    counts = np.array([(leaving if loop.kind == "approach" else entering)[place[loop.lane]] for loop in loops])
    starts = [midnight + timedelta(seconds=BEGIN_S + k * INTERVAL_S) for k in range(bins)]
    return pl.DataFrame(
        {
            "detector": [loop.id for loop in loops] * bins,
            "start": [start for start in starts for _ in loops],
            "interval_s": pl.Series([INTERVAL_S] * (len(loops) * bins), dtype=pl.Int32),
            "count": pl.Series(counts.T.ravel(), dtype=pl.Int32),
        }
    )


def _by_lane(lanes: NDArray[np.integer], ticks: NDArray[np.int32], streets: Streets, bins: int) -> NDArray[np.int64]:
    """Return how many vehicles pass on each lane in each interval of the hour. Returns (lanes, bins)."""
    when = (ticks // TICKS_PER_S - WARM_UP_S) // INTERVAL_S
    counted = (ticks >= WARM_UP_S * TICKS_PER_S) & (when < bins)
    found = np.zeros((streets.tables.lanes.size, bins), np.int64)
    np.add.at(found, (lanes[counted], when[counted]), 1)
    return found


def _out_of_the_city(gone: NDArray[np.void], streets: Streets, bins: int) -> NDArray[np.int64]:
    """Return who comes onto the streets that lead out of the city, where the model takes vehicles off.

    Each takes the first of the lanes that its way leads to.
    """
    onward = {way.edge for way in streets.ways}
    first = streets.tables.edges["lane"]
    lane = np.full(len(streets.ways), -1)
    for place, way in enumerate(streets.ways):
        if way.to_edge not in onward:
            targets = int(streets.tables.ways["targets"][place])
            lane[place] = first[streets.edge_index[way.to_edge]] + (targets & -targets).bit_length() - 1
    out = gone[lane[gone["way"]] >= 0]
    return _by_lane(lane[out["way"]], out["left"], streets, bins)


def _place_of_lane(streets: Streets) -> dict[str, int]:
    return {
        lane.id: int(streets.tables.edges["lane"][edge]) + place
        for edge, name in enumerate(streets.edges)
        for place, lane in enumerate(streets.network.edges[name].vehicle_lanes)
    }
