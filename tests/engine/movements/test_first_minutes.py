"""A street of twelve blocks whose counts are known in closed form: full, or empty when the period begins."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from greenband.engine.counts.table import Counts
from greenband.engine.counts.verdict import judge
from greenband.engine.forecast.day import forecast_day
from greenband.engine.movements.estimate import known_flows, movements_of
from greenband.networks.detector import Detector
from greenband.networks.junction import Lane
from greenband.networks.network import Connection, Edge, Network

from tests.engine.cross import MONDAY

BLOCKS, BLOCK_M, SPEED_M_S, FLOW_VEH_H = 12, 100.0, 12.5, 1200.0
BLOCK_S = BLOCK_M / (0.6 * SPEED_M_S)  # 13.3 s: 160 s from end to end
INTERVAL_S, INTERVALS = 300, 4


def line() -> Network:
    def edge(k: int) -> Edge:
        lane = Lane(id=f"b{k:02}_0", edge=f"b{k:02}", index=0, length_m=BLOCK_M, speed_m_s=SPEED_M_S, vehicles=True)
        return Edge(id=f"b{k:02}", from_node=f"n{k}", to_node=f"n{k + 1}", lanes=(lane,), shape=((0.0, 0.0), (1.0, 0)))

    edges = [edge(k) for k in range(BLOCKS)]
    onward = [
        Connection(
            from_edge=a.id, from_lane=0, to_edge=b.id, to_lane=0, direction="s", signal=f"n{k + 1}", link=0
        )
        for k, (a, b) in enumerate(pairwise(edges))
    ]  # fmt: skip
    return Network(
        path=Path("line.net.xml"),
        edges={one.id: one for one in edges},
        connections=tuple(onward),
        junctions=(),
        positions={},
    )


def loops() -> tuple[Detector, ...]:
    found = [Detector(id="b00.entry", lane="b00_0", position_m=15.0, kind="entry")]
    found += [
        Detector(id=f"b{k:02}.approach", lane=f"b{k:02}_0", position_m=97.0, kind="approach") for k in range(BLOCKS)
    ]
    return (
        *found,
        *(Detector(id=f"b{k:02}.exit", lane=f"b{k:02}_0", position_m=5.0, kind="exit") for k in range(1, BLOCKS)),
    )


def age_s(loop: Detector) -> float:
    block = int(loop.lane[1:3])
    return 0.0 if loop.kind == "entry" else block * BLOCK_S if loop.kind == "exit" else (block + 1) * BLOCK_S


def counted(loop: Detector, started_s: np.ndarray) -> np.ndarray:
    """What vehicles that started at these times bring to a loop in each interval."""
    return np.histogram(started_s + age_s(loop), INTERVAL_S * np.arange(INTERVALS + 1))[0]


def known(*, full: bool, seed: int, days: int = 4):
    rng, detectors, network = np.random.default_rng(seed), loops(), line()
    first_s = -600.0 if full else 0.0
    starts = [rng.uniform(first_s, 1200.0, rng.poisson(FLOW_VEH_H * (1200.0 - first_s) / 3600)) for _ in range(days)]
    veh = [[counted(loop, started_s) for started_s in starts] for loop in detectors]
    counts = Counts(
        detectors=detectors,
        days=tuple(MONDAY + timedelta(days=k) for k in range(days)),
        begin_s=0,
        interval_s=INTERVAL_S,
        veh=np.stack(veh).astype(float),
    )
    forecast = forecast_day(judge(counts), MONDAY + timedelta(days=days), 0, INTERVAL_S * INTERVALS)
    return known_flows(network, detectors, forecast), forecast


def trips(demand, kind: str) -> dict[str, float]:
    return {flow.edge: flow.mean_veh_h for flow in getattr(demand, kind)}


@pytest.mark.parametrize("seed", range(4))
def test_a_street_that_is_empty_at_first_is_told_and_nobody_vanishes_on_the_way(seed):
    found, forecast = known(full=False, seed=seed)
    assert found.empty is not None
    ends = np.array([(1200 - (k + 1) * BLOCK_S) / 1200 for k in range(BLOCKS - 1)])
    assert found.empty.reach == pytest.approx(ends, abs=0.01)  # the share of a steady flow that comes so far in 20 min
    demand, _ = movements_of(found, forecast)
    assert [flow.mean_veh_h for flow in demand.turns] == pytest.approx([FLOW_VEH_H] * (BLOCKS - 1), rel=0.05)
    inside = {edge: veh for edge, veh in trips(demand, "sinks").items() if edge != "b11"}
    assert sum(inside.values()) < 0.03 * FLOW_VEH_H


@pytest.mark.parametrize("seed", range(4))
def test_a_full_street_is_none_whatever_chance_brings(seed):
    found, forecast = known(full=True, seed=seed)
    assert found.empty is None
    demand, _ = movements_of(found, forecast)
    assert demand.flow_veh_h[("b00", "b01")] == pytest.approx(FLOW_VEH_H, rel=0.05)


def test_counts_are_told_as_they_were_counted():
    """The fit is compared with the vehicles that passed, not with those that would have."""
    found, forecast = known(full=False, seed=1)
    _, residuals = movements_of(found, forecast)
    last = next(one for one in residuals.counts if one.detectors == ("b11.exit",))
    assert last.measured_veh_h == pytest.approx(3 * forecast.veh.mean[forecast.place["b11.exit"]].sum())
    assert [one.fitted_veh_h for one in residuals.counts if one.fitted_veh_h] == pytest.approx(
        [one.measured_veh_h for one in residuals.counts if one.fitted_veh_h], rel=0.01
    )
