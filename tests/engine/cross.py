"""A crossing of four streets with two lanes each way, its flows known, and loops that count them."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from greenband.engine.counts.table import Counts
from greenband.engine.counts.verdict import judge
from greenband.networks.detector import Detector
from greenband.networks.junction import Lane
from greenband.networks.network import Connection, Edge, Network

ARMS = "NESW"
MONDAY = date(2026, 3, 2)
# Lanes from the kerb: lane 0 goes right and straight on, lane 1 straight on and left.
LETTERS = ((("r", 1), ("s", 2)), (("s", 2), ("l", 3)))


def _edge(name: str, from_node: str, to_node: str) -> Edge:
    lanes = tuple(
        Lane(id=f"{name}_{k}", edge=name, index=k, length_m=200.0, speed_m_s=13.9, vehicles=True) for k in range(2)
    )
    return Edge(id=name, from_node=from_node, to_node=to_node, lanes=lanes, shape=((0.0, 0.0), (200.0, 0.0)))


def cross_network() -> Network:
    edges = [_edge(f"{arm}in", arm, "C") for arm in ARMS] + [_edge(f"{arm}out", "C", arm) for arm in ARMS]
    connections = []
    for k, arm in enumerate(ARMS):
        for lane, ways in enumerate(LETTERS):
            for letter, turned in ways:
                target = f"{ARMS[(k + turned) % 4]}out"
                to_lane = {"r": 0, "s": lane, "l": 1}[letter]
                connections.append(
                    Connection(
                        from_edge=f"{arm}in",
                        from_lane=lane,
                        to_edge=target,
                        to_lane=to_lane,
                        direction=letter,
                        signal="C",
                        link=len(connections),
                    )
                )
    return Network(
        path=Path("cross.net.xml"),
        edges={edge.id: edge for edge in edges},
        connections=tuple(connections),
        junctions=(),
        positions={},
    )


def cross_detectors(network: Network) -> tuple[Detector, ...]:
    lanes = [lane for edge in network.edges.values() for lane in edge.lanes]
    return tuple(
        Detector(id=lane.id, lane=lane.id, position_m=5.0, kind="exit")
        if lane.edge.endswith("out")
        else Detector(id=lane.id, lane=lane.id, position_m=197.0, kind="approach")
        for lane in lanes
    )


def cross_counts(network: Network, days: int, bins: int, seed: int, first_day: date = MONDAY):
    """Return counts of days with Poisson traffic, and the true mean flow of each turn in veh/h (bins of 300 s)."""
    rng = np.random.default_rng(seed)
    flow = {c: rng.uniform(20.0, 320.0) * (1.0 if c.direction == "s" else 0.5) for c in network.connections}
    level = np.exp(0.1 * rng.standard_normal(days))
    veh = {lane.id: np.zeros((days, bins)) for edge in network.edges.values() for lane in edge.lanes}
    for c, mean in flow.items():
        passed = rng.poisson(mean / 12 * level[:, None], size=(days, bins))
        veh[f"{c.from_edge}_{c.from_lane}"] += passed
        veh[f"{c.to_edge}_{c.to_lane}"] += passed
    detectors = cross_detectors(network)
    counts = Counts(
        detectors=detectors,
        days=tuple(first_day + timedelta(days=k) for k in range(days)),
        begin_s=25_200,
        interval_s=300,
        veh=np.stack([veh[detector.lane] for detector in detectors]),
    )
    turns: dict[tuple[str, str], float] = {}
    for c, mean in flow.items():
        turns[(c.from_edge, c.to_edge)] = turns.get((c.from_edge, c.to_edge), 0.0) + mean
    return counts, turns


def judged_cross(days: int = 15, bins: int = 12, seed: int = 1):
    network = cross_network()
    counts, turns = cross_counts(network, days, bins, seed)
    return network, judge(counts), turns
