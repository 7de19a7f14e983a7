"""Small street networks drawn at random: four crossings in a square, with all that the queue model has rules for."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from greenband.engine.model.queue_traffic import Vehicles
from greenband.networks.junction import Lane
from greenband.networks.network import Connection, Edge, Network
from greenband.networks.plan import GroupPlan, JunctionPlan, Plan, Window

from tests.engine.model.small_streets import junctions

STEPS = {"n": (0, 1), "e": (1, 0), "s": (0, -1), "w": (-1, 0)}
CLOCKWISE = "nesw"
NODES = [(x, y) for x in (0, 1) for y in (0, 1)]


@dataclass(frozen=True)
class Arm:
    node: tuple
    towards: str  # side of the node on which it lies

    @property
    def other(self):
        x, y = STEPS[self.towards]
        return self.node[0] + x, self.node[1] + y

    def edge_in(self):
        return f"{self.other}{self.node}"

    def edge_out(self):
        return f"{self.node}{self.other}"


def random_network(random):
    arms = [Arm(node, side) for node in NODES for side in CLOCKWISE]
    edges = {}
    for arm in arms:
        for name in (arm.edge_in(), arm.edge_out()):
            if name not in edges:
                edges[name] = _edge(name, random, arm.other in NODES)
    lit = {node: random.random() < 0.7 for node in NODES}
    lit[NODES[0]], lit[NODES[1]] = True, False
    found, signals = [], {}
    for arm in arms:
        for turn in (1, 2, 3):  # clockwise from where one comes: left, straight, right
            found += _connections(edges, arm, turn, lit[arm.node], random, signals)
    yields = [_yields(mine, found, lit) for mine in found]
    numbers = {id(c): k for k, (c, _, _) in enumerate(found)}
    connections = tuple(
        _with_foes(c, tuple(numbers[id(foe)] for foe in foes)) for (c, _, _), foes in zip(found, yields, strict=True)
    )
    return Network(path=Path("none"), edges=edges, connections=connections, junctions=junctions(signals), positions={})


def _edge(name, random, inner):
    length_m = random.choice([18.0, 30.0, 55.0]) if inner else random.choice([60.0, 100.0])
    speed_m_s = random.choice([8.0, 12.0])
    lanes = tuple(
        Lane(id=f"{name}_{k}", edge=name, index=k, length_m=length_m, speed_m_s=speed_m_s, vehicles=True)
        for k in range(random.integers(1, 4))
    )
    return Edge(id=name, from_node=f"{name}<", to_node=f"{name}>", lanes=lanes, shape=())


def _connections(edges, arm, turn, lit, random, signals):
    """Left from the last lane, right from the kerb lane, straight from all; some lanes fan out."""
    before = edges[arm.edge_in()]
    exit_arm = Arm(arm.node, CLOCKWISE[(CLOCKWISE.index(arm.towards) + turn) % 4])
    after = edges[exit_arm.edge_out()]
    count, onto = len(before.lanes), len(after.lanes)
    link = 2 * CLOCKWISE.index(arm.towards) + (turn == 1)
    if lit:
        signals[(before.id, after.id)] = (str(arm.node), link)
    wait_m = random.choice([0.0, 7.0, 7.0, 14.0]) if turn == 1 else 0.0
    from_lanes = {1: [count - 1], 2: range(count), 3: [0]}[turn]
    pairs = [(k, min(k, onto - 1)) for k in from_lanes]
    if turn != 2 and onto > 1 and random.random() < 0.5:
        pairs.append((pairs[0][0], onto - 1 if pairs[0][1] == 0 else 0))
    return [
        (
            Connection(
                from_edge=before.id, from_lane=a, to_edge=after.id, to_lane=b, direction="?lsr"[turn],
                signal=str(arm.node) if lit else None, link=link if lit else None,
                length_m=10.0 + wait_m, speed_m_s=(0, 7.0, 10.0, 6.0)[turn], wait_m=wait_m,
            ),
            arm,
            turn,
        )
        for a, b in pairs
    ]  # fmt: skip


def _yields(mine, all_of_them, lit):
    """Left turns let the opposite ones pass; without lamps, those from east and west let those from north and south."""
    _, arm, turn = mine
    foes = []
    for connection, other, its_turn in all_of_them:
        opposite = CLOCKWISE.index(arm.towards) - CLOCKWISE.index(other.towards) in (-2, 2)
        minor = not lit[arm.node] and arm.towards in "ew" and other.towards in "ns"
        if other.node == arm.node and ((opposite and turn == 1 and its_turn != 1) or minor):
            foes.append(connection)
    return foes


def _with_foes(c, foes):
    names = ("from_edge", "from_lane", "to_edge", "to_lane", "direction", "signal", "link")
    names += ("length_m", "speed_m_s", "wait_m")
    return Connection(**{name: getattr(c, name) for name in names}, yields_to=foes)


def random_plan(network, random):
    """Two stages; left turns are mostly permitted, some show first one and then the other green."""
    found = []
    for junction in network.junctions:
        cycle_s = int(random.integers(30, 50))
        half = cycle_s // 2
        groups = []
        for group in junction.groups:
            link = group.links[0]
            start = 0 if link // 2 % 2 == 0 else half
            kind = random.choice(["g", "g", "G", "gG"]) if link % 2 else "G"
            length = (half - 4) / len(kind)
            windows = tuple(Window(start_s=start + k * length, length_s=length, display=d) for k, d in enumerate(kind))
            groups.append(GroupPlan(group=group.id, windows=windows))
        found.append(
            JunctionPlan(junction=junction.id, cycle_s=cycle_s, offset_s=int(random.integers(cycle_s)),
                         coordinated=None, groups=tuple(groups))
        )  # fmt: skip
    return Plan(name="random", junctions=tuple(found))


def random_vehicles(network, random, count, seconds):
    turns = network.turns
    reached = {edge for some in turns.values() for edge in some}
    entries = [edge for edge in turns if edge not in reached and turns[edge]]
    routes = []
    for _ in range(30):
        route = [random.choice(entries)]
        while turns[route[-1]] and len(route) < 9:
            route.append(random.choice(turns[route[-1]]))
        routes.append(tuple(str(edge) for edge in route))
    routes.append((str(entries[0]),))  # some only park at the end of the first street
    return Vehicles(
        depart_s=np.sort(random.uniform(0, seconds, count)),
        route=random.integers(0, len(routes), count),
        routes=tuple(routes),
        space_m=random.choice([4.5, 7.5, 14.5], count, p=[0.1, 0.8, 0.1]),
    )
