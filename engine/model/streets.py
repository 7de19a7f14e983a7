"""From a network to the arrays of the queue model: once per network."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...kernels.queue import EDGE, LANE, NEVER, ROLLING, RULE, START, TURN, WAY, StreetTables
from ...networks.junction import Lane
from ...networks.network import Connection, Edge, Network
from .behaviour import Behaviour

TICKS_PER_S = 10
Turn = tuple[str, str]
LEAST_SPACE_M = 5.0  # of a vehicle with its gap: bounds how many a lane holds
VEHICLE_M = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The connections from one lane to one next edge: one way in the queue model."""

    edge: str
    lane: int  # place among the vehicle lanes of its edge
    to_edge: str
    connections: tuple[int, ...]
    group: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Streets:
    """A network as the queue model sees it."""

    network: Network
    behaviour: Behaviour
    edges: tuple[str, ...]
    turns: tuple[Turn, ...]
    ways: tuple[Way, ...]
    groups: tuple[tuple[str, str], ...]  # (junction, signal group)
    tables: StreetTables

    @cached_property
    def edge_index(self) -> dict[str, int]:
        """The place of each edge."""
        return {edge: place for place, edge in enumerate(self.edges)}

    @cached_property
    def turn_index(self) -> dict[Turn, int]:
        """The place of each turn."""
        return {turn: place for place, turn in enumerate(self.turns)}

    @cached_property
    def free_of_turn(self) -> dict[Turn, float]:
        """For each turn, the ticks from the start of its edge to that of the next, at the speed limits."""
        lanes, edges, ways = self.tables.lanes["free"], self.tables.edges, self.tables.ways
        free = {}
        for turn, at in zip(self.turns, self.tables.turns["at"].tolist(), strict=True):
            edge = edges[self.edge_index[turn[0]]]
            way = ways[self.tables.turn_way[at : at + edge["lanes"]].max()]
            free[turn] = float(lanes[edge["lane"]] + way["free"] + way["wait"])
        return free

    @cached_property
    def ways_of_turn(self) -> dict[Turn, dict[int, int]]:
        """For each turn, the bit set of lanes of the next edge that each lane leads to."""
        found: dict[Turn, dict[int, int]] = defaultdict(dict)
        for place, way in enumerate(self.ways):
            found[(way.edge, way.to_edge)][way.lane] = int(self.tables.ways["targets"][place])
        return found


def prepare(network: Network, behaviour: Behaviour | None = None) -> Streets:
    """Return the arrays of a network's streets."""
    behaviour = behaviour or Behaviour()
    edges = {name: edge for name, edge in network.edges.items() if edge.vehicle_lanes}
    groups = tuple((j.id, group.id) for j in network.junctions for group in j.groups)
    ways = _ways(network, edges, groups)
    turns = tuple(dict.fromkeys((way.edge, way.to_edge) for way in ways))
    tables = _tables(network, behaviour, edges, turns, ways)
    return Streets(
        network=network, behaviour=behaviour, edges=tuple(edges), turns=turns, ways=ways, groups=groups, tables=tables
    )


def lane_places(edge: Edge) -> dict[int, int]:
    """Return the place among the vehicle lanes of each lane index."""
    return {lane.index: place for place, lane in enumerate(edge.vehicle_lanes)}


def _ways(network: Network, edges: dict[str, Edge], groups: tuple[tuple[str, str], ...]) -> tuple[Way, ...]:
    place_of = {group: place for place, group in enumerate(groups)}
    of_lamp = {
        (junction.id, link): place_of[(junction.id, group.id)]
        for junction in network.junctions
        for group in junction.groups
        for link in group.links
    }
    found: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for place, connection in enumerate(network.connections):
        lane = lane_places(edges[connection.from_edge])[connection.from_lane]
        found[(connection.from_edge, lane, connection.to_edge)].append(place)
    order = {edge: place for place, edge in enumerate(edges)}
    return tuple(
        Way(
            edge=edge,
            lane=lane,
            to_edge=to_edge,
            connections=tuple(places),
            group=next((_group(network.connections[p], of_lamp) for p in places), -1),
        )
        for (edge, lane, to_edge), places in sorted(found.items(), key=lambda item: (order[item[0][0]], item[0][1:]))
    )


def _group(connection: Connection, of_lamp: dict[tuple[str, int], int]) -> int:
    if connection.signal is None or connection.link is None:
        return -1
    return of_lamp.get((connection.signal, connection.link), -1)


def _ticks(seconds: float) -> int:
    return round(seconds * TICKS_PER_S)


def _ints(values: object) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


def _floats(values: object) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def _tables(
    network: Network, how: Behaviour, edges: dict[str, Edge], turns: tuple[Turn, ...], ways: tuple[Way, ...]
) -> StreetTables:
    lanes = [lane for edge in edges.values() for lane in edge.vehicle_lanes]
    counts = [len(edge.vehicle_lanes) for edge in edges.values()]
    firsts = np.cumsum([0, *counts])[:-1]
    first_lane = dict(zip(edges, firsts.tolist(), strict=True))
    of_way = [_Drive(network, how, edges, way) for way in ways]
    boxes = [place for place, drive in enumerate(of_way) if drive.wait_m > 0]
    box_of = {place: len(lanes) + k for k, place in enumerate(boxes)}
    lengths_m = [lane.length_m for lane in lanes] + [of_way[place].wait_m for place in boxes]
    speeds = [lane.speed_m_s for lane in lanes] + [1.0] * len(boxes)
    free_s = [m / v for m, v in zip(lengths_m, speeds, strict=True)]
    drag_s = [m / max(v - how.drag_m_s, 0.5 * v) - m / v for m, v in zip(lengths_m, speeds, strict=True)]
    for k in range(len(lanes), len(lengths_m)):
        free_s[k] = drag_s[k] = 0.0
    sizes = [1 << math.ceil(math.log2(m / LEAST_SPACE_M + 16)) for m in lengths_m]
    rings = np.cumsum([0, *sizes])[:-1].tolist()
    turn_index = {turn: place for place, turn in enumerate(turns)}
    turn_at, turn_way = _turn_table(edges, turns, ways, turn_index)
    foes = _foes(network, ways)
    tables = StreetTables(
        lanes=np.zeros(len(lengths_m), LANE),
        gate=np.zeros(1, LANE),
        edges=np.zeros(len(edges), EDGE),
        turns=np.zeros(len(turns), TURN),
        turn_way=turn_way,
        ways=np.zeros(len(ways), WAY),
        foes=_ints([foe for some in foes for foe in some]),
        starts=np.zeros(ROLLING + 1, START),
        rules=np.zeros(1, RULE),
    )
    lane = tables.lanes
    lane["length"] = [round(m * 10) for m in lengths_m]
    lane["length"][: len(lanes)] += _ints([round(m * 10) for m in _rooms_behind(network, lanes)])
    least_dm = [300] * len(lanes) + [120] * len(boxes)
    lane["flowing"] = np.maximum(lane["length"], np.minimum(lane["length"] + 150, least_dm))
    lane["free"], lane["drag"] = _floats(free_s) * TICKS_PER_S, _floats(drag_s) * TICKS_PER_S
    lane["place"] = [place for count in counts for place in range(count)] + [0] * len(boxes)
    lane["way"] = [-1] * len(lanes) + boxes
    lane["ring"], lane["wrap"] = rings, [size - 1 for size in sizes]
    for fresh in (lane, tables.gate):
        fresh["due"], fresh["nth"] = NEVER, ROLLING
        for name in ("last_in", "last_out", "last_arrival"):
            fresh[name] = -NEVER
        for name in ("following", "waiter", "next_waiter", "head_way"):
            fresh[name] = -1
    tables.gate["way"] = lane["blocker"] = -1
    for place in boxes:
        if of_way[place].wait_m < how.clear_wait_m:
            lane["blocker"][first_lane[ways[place].edge] + ways[place].lane] = box_of[place]
    tables.edges["lane"], tables.edges["lanes"] = firsts, counts
    tables.edges["change"] = [edge.length_m >= how.change_m for edge in edges.values()]
    tables.turns["at"], tables.turns["lamp"] = turn_at, [turn in network.signal_of_turn for turn in turns]
    row = tables.ways
    row["lane"] = [first_lane[way.edge] + way.lane for way in ways]
    row["turn"] = [turn_index[(way.edge, way.to_edge)] for way in ways]
    row["group"] = [way.group for way in ways]
    row["box"] = [box_of.get(place, -1) for place in range(len(ways))]
    row["targets"] = [drive.targets for drive in of_way]
    bounds = np.cumsum([0, *map(len, foes)])
    row["foe_at"], row["foe_end"] = bounds[:-1], bounds[1:]
    row["need"] = [_ticks(drive.need_s) for drive in of_way]
    row["need_standing"] = [_ticks(drive.need_standing_s) for drive in of_way]
    row["clear"] = [_ticks(drive.clear_s) for drive in of_way]
    row["last_cross"] = -NEVER
    row["free"] = [drive.free_s * TICKS_PER_S for drive in of_way]
    row["wait"] = [drive.wait_s * TICKS_PER_S for drive in of_way]
    row["pace"] = [0.1 / drive.discharge_m_s * TICKS_PER_S for drive in of_way]
    row["start"] = [drive.start_s * TICKS_PER_S for drive in of_way]
    row["out"] = [drive.out_s * TICKS_PER_S for drive in of_way]
    row["slow_down"] = [drive.in_s * TICKS_PER_S for drive in of_way]
    row["look"] = [drive.slow_s * TICKS_PER_S for drive in of_way]
    tables.starts["headway"][: len(how.start_headway_s)] = [_ticks(s) for s in how.start_headway_s]
    tables.starts["share"][: len(how.start_share)] = how.start_share
    rule = tables.rules[0]
    rule["headway"], rule["start_delay"] = _ticks(how.reaction_s), _ticks(how.start_delay_s)
    rule["wave"] = _ticks(how.wave_headway_s)
    rule["change"] = _ticks(how.change_s)
    rule["yellow_use"] = _ticks(how.yellow_use_s)
    rule["gate_gap"], rule["gate_step"] = _ticks(how.entry_gap_s), _ticks(how.entry_step_s)
    rule["gate_start"] = how.entry_loss_s * TICKS_PER_S
    return tables


def _rooms_behind(network: Network, lanes: list[Lane]) -> list[float]:
    """Return the metres within the junction behind each lane on which its queue may stand.

    Drivers keep a junction clear for those whose way they cross: only where nobody's way is crossed do they queue on.
    Where a lane fans out to several of the next edge, a vehicle that waits between them blocks the others.
    """
    yielded_to = {foe for connection in network.connections for foe in connection.yields_to}
    fans = Counter((c.from_edge, c.from_lane, c.to_edge) for c in network.connections)
    ways: dict[tuple[str, int], list[float]] = defaultdict(list)
    for place, connection in enumerate(network.connections):
        alone = fans[(connection.from_edge, connection.from_lane, connection.to_edge)] == 1
        free = alone and not connection.yields_to and place not in yielded_to
        ways[(connection.to_edge, connection.to_lane)].append(connection.length_m if free else 0.0)
    return [min(ways[(lane.edge, lane.index)], default=0.0) for lane in lanes]


class _Drive:
    """Times and speeds of one way."""

    def __init__(self, network: Network, how: Behaviour, edges: dict[str, Edge], way: Way) -> None:
        found = [network.connections[place] for place in way.connections]
        places = lane_places(edges[way.to_edge])
        self.targets = sum(1 << place for place in {places[c.to_lane] for c in found})
        before = edges[way.edge].vehicle_lanes[way.lane].speed_m_s
        after = edges[way.to_edge].speed_m_s
        first = found[0]
        speed = first.speed_m_s or min(before, after)
        self.wait_m = first.wait_m
        self.wait_s = first.wait_m / speed
        self.free_s = (first.length_m - first.wait_m) / speed
        self.discharge_m_s = min(max(speed - how.drag_m_s, 0.5 * speed), how.discharge_speed_m_s)
        faster, slower = how.speed_up_m_s2, how.slow_down_m_s2
        self.start_s = speed / (2 * faster)
        self.out_s = max(after - speed, 0.0) ** 2 / (2 * faster * after)
        self.in_s = max(before - speed, 0.0) ** 2 / (2 * slower * before)
        look = min(speed, how.look_speed_m_s)
        self.slow_s = max(before - look, 0.0) ** 2 / (2 * slower * before) + (speed - look) ** 2 / (2 * faster * speed)
        clear_m = first.length_m - first.wait_m + VEHICLE_M
        self.clear_s = 2 * clear_m / (look + speed)
        self.need_s = self.clear_s + how.look_ahead_s + how.decide_s
        self.need_standing_s = _time_from_rest(clear_m, speed, how.hurry_m_s2) + how.look_ahead_s


def _time_from_rest(length_m: float, speed_m_s: float, speed_up_m_s2: float) -> float:
    ramp_m = speed_m_s**2 / (2 * speed_up_m_s2)
    if length_m <= ramp_m:
        return math.sqrt(2 * length_m / speed_up_m_s2)
    return speed_m_s / speed_up_m_s2 + (length_m - ramp_m) / speed_m_s


def _turn_table(
    edges: dict[str, Edge], turns: tuple[Turn, ...], ways: tuple[Way, ...], turn_index: dict[Turn, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    counts = [len(edges[edge].vehicle_lanes) for edge, _ in turns]
    turn_at = np.cumsum([0, *counts])[:-1]
    table = np.full(sum(counts), -1, dtype=np.int32)
    for place, way in enumerate(ways):
        table[turn_at[turn_index[(way.edge, way.to_edge)]] + way.lane] = place
    return _ints(turn_at), table


def _foes(network: Network, ways: tuple[Way, ...]) -> list[list[int]]:
    way_of = {connection: place for place, way in enumerate(ways) for connection in way.connections}
    return [
        sorted(
            {
                way_of[foe]
                for connection in way.connections
                for foe in network.connections[connection].yields_to
                if way_of[foe] != place
            }
        )
        for place, way in enumerate(ways)
    ]
