"""Streets drawn at random: nodes and edges as netconvert takes them, before any option."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

SPEEDS_M_S = ("8.33", "13.89", "13.89", "16.67", "22.22", "27.78")
SIGNAL = {"type": "traffic_light"}
Attributes = dict[str, str]


@dataclass(kw_only=True)
class Layout:
    """Nodes by name and edges by name, each with its attributes; `lanes` are the lanes of edges told apart."""

    nodes: dict[str, Attributes] = field(default_factory=dict)
    edges: dict[str, Attributes] = field(default_factory=dict)
    lanes: dict[str, list[Attributes]] = field(default_factory=dict)
    splits: dict[str, list[Attributes]] = field(default_factory=dict)

    def node(self, name: str, x: float, y: float, **more: str) -> None:
        """Add a node."""
        self.nodes[name] = {"x": f"{x:.2f}", "y": f"{y:.2f}", **more}

    def both(self, a: str, b: str, rng: random.Random, **more: str) -> None:
        """Add the two directions of a street."""
        speed = rng.choice(SPEEDS_M_S)
        for start, end in ((a, b), (b, a)):
            self.one(start, end, rng, **{"speed": speed, **more})

    def one(self, a: str, b: str, rng: random.Random, **more: str) -> None:
        """Add a one-way street."""
        lanes = rng.choice("111223")
        self.edges[f"{a}{b}"] = {"from": a, "to": b, "numLanes": lanes, "speed": rng.choice(SPEEDS_M_S), **more}


def _arm_m(rng: random.Random) -> float:
    return rng.choice((8.0, 15.0, 40.0, 120.0, 200.0, 300.0))


def crossing(rng: random.Random) -> Layout:
    """A node with three to five arms, at any angles, some of them one-way."""
    import math

    made = Layout()
    made.node("M", 0, 0, **SIGNAL)
    count = rng.choice((3, 3, 4, 4, 4, 5))
    for k in range(count):
        angle = 2 * math.pi * (k + rng.uniform(-0.3, 0.3)) / count
        far_m = _arm_m(rng)
        made.node(f"A{k}", far_m * math.cos(angle), far_m * math.sin(angle))
        if rng.random() < 0.8 or count < 4:
            made.both("M", f"A{k}", rng)
        else:
            start, end = rng.sample(("M", f"A{k}"), 2)
            made.one(start, end, rng)
    return made


def tee(rng: random.Random) -> Layout:
    """A street that ends at another."""
    made = Layout()
    made.node("M", 0, 0, **SIGNAL)
    for name, x, y in (("W", -200, 0), ("E", 200, 0), ("S", 0, -150)):
        made.node(name, x, y)
        made.both("M", name, rng)
    return made


def row(rng: random.Random) -> Layout:
    """A main street with two to four crossings, some a few metres apart."""
    made = Layout()
    count, x = rng.randint(2, 4), 0.0
    made.node("W", -_arm_m(rng) - 20, 0)
    before = "W"
    for k in range(count):
        made.node(f"J{k}", x, 0, **SIGNAL)
        made.both(before, f"J{k}", rng)
        for side, sign in (("N", 1), ("S", -1)):
            if rng.random() < 0.85:
                made.node(f"{side}{k}", x + rng.uniform(-30, 30), sign * _arm_m(rng))
                made.both(f"J{k}", f"{side}{k}", rng)
        before, x = f"J{k}", x + rng.choice((12.0, 25.0, 80.0, 250.0))
    made.node("E", x + 100, 0)
    made.both(before, "E", rng)
    return made


def circle(rng: random.Random) -> Layout:
    """A roundabout whose entries may have signals."""
    import math

    made, count, radius_m = Layout(), rng.choice((3, 4, 4, 5)), rng.choice((12.0, 20.0, 40.0))
    for k in range(count):
        angle = 2 * math.pi * k / count
        signal = SIGNAL if k == 0 or rng.random() < 0.5 else {}
        made.node(f"R{k}", radius_m * math.cos(angle), radius_m * math.sin(angle), **signal)
        made.node(f"A{k}", (radius_m + 150) * math.cos(angle), (radius_m + 150) * math.sin(angle))
        made.both(f"R{k}", f"A{k}", rng)
    for k in range(count):
        made.one(f"R{k}", f"R{(k + 1) % count}", rng, priority="9")
    return made


def one_ways(rng: random.Random) -> Layout:
    """Two one-way streets that cross."""
    made = Layout()
    made.node("M", 0, 0, **SIGNAL)
    for name, x, y in (("W", -200, 0), ("E", 200, 0), ("S", 0, -200), ("N", 10, 200)):
        made.node(name, x, y)
    for start, end in (("W", "M"), ("M", "E"), ("N", "M"), ("M", "S")):
        made.one(start, end, rng)
    return made


def one_signal_two_nodes(rng: random.Random) -> Layout:
    """Two nodes that one signal steers."""
    made, apart_m = Layout(), rng.choice((15.0, 30.0, 60.0))
    for name, x in (("M", 0.0), ("K", apart_m)):
        made.node(name, x, 0, type="traffic_light", tl="T")
        for side, sign in (("N", 1), ("S", -1)):
            if rng.random() < 0.8:
                made.node(f"{side}{name}", x, sign * 150)
                made.both(name, f"{side}{name}", rng)
    made.node("W", -200, 0)
    made.node("E", apart_m + 200, 0)
    for a, b in (("W", "M"), ("M", "K"), ("K", "E")):
        made.both(a, b, rng)
    return made


def level_crossing(rng: random.Random) -> Layout:
    """A signal beside a railway that crosses the street."""
    made = tee(rng)
    made.node("X", -100, 0, type=rng.choice(("rail_crossing", "traffic_light", "priority")))
    made.edges = {name: edge for name, edge in made.edges.items() if "W" not in name}
    made.both("M", "X", rng)
    made.both("X", "W", rng)
    made.node("TN", -100, 300)
    made.node("TS", -100, -300)
    kind = rng.choice(("rail", "tram", "rail_urban"))
    for start, end in (("TN", "X"), ("X", "TS")):
        made.one(start, end, rng, allow=kind, numLanes="1")
    return made


LAYOUTS: dict[str, Callable[[random.Random], Layout]] = {
    "crossing": crossing,
    "T": tee,
    "row": row,
    "roundabout": circle,
    "one-way streets": one_ways,
    "one signal, two nodes": one_signal_two_nodes,
    "rail": level_crossing,
}


def bus_lanes(made: Layout, rng: random.Random) -> None:
    """Give kerb lanes, or whole edges, to some classes."""
    for name in rng.sample(sorted(made.edges), max(1, len(made.edges) // 2)):
        if "allow" in made.edges[name]:
            continue
        if int(made.edges[name]["numLanes"]) > 1:
            who = rng.choice(("bus bicycle", "bus", "bicycle", "pedestrian", "tram", "bus taxi"))
            made.lanes[name] = [{"index": "0", "allow": who}]
        elif rng.random() < 0.3:
            made.edges[name]["allow"] = rng.choice(("bus", "bicycle", "pedestrian", "passenger", "tram"))


def pockets(made: Layout, rng: random.Random) -> None:
    """Split edges before their end, with one more lane there."""
    for name in rng.sample(sorted(made.edges), max(1, len(made.edges) // 2)):
        count = int(made.edges[name]["numLanes"])
        at_m = rng.choice(("-5", "-20", "-60"))
        made.splits[name] = [{"pos": at_m, "lanes": " ".join(map(str, range(count + 1))), "id": f"{name}p"}]
