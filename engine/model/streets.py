"""From a network to the arrays of the queue model: once per network."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...kernels.queue import NEVER, ROLLING
from ...kernels.queue_tables import EDGE, LANE, RULE, START, TURN, WAY, StreetTables
from ...networks.junction import Lane
from ...networks.network import Edge, Network
from ...networks.types import Turn
from .behaviour import Behaviour
from .street_ways import Drive, QueueWay, foes_of, rooms_behind, ways_of

TICKS_PER_S = 10
DM_PER_M = 10
LEAST_SPACE_M = 5.0  # of a vehicle with its gap: bounds how many a lane holds
# Moving vehicles may fill so much more than a lane, into the junction behind, up to so much in all.
FLOWING_MORE_DM, FLOWING_STREET_DM, FLOWING_BOX_DM = 150, 300, 120


@dataclass(frozen=True, kw_only=True, eq=False)
class Streets:
    """A network as the queue model sees it."""

    network: Network
    behaviour: Behaviour
    edges: tuple[str, ...]
    turns: tuple[Turn, ...]
    ways: tuple[QueueWay, ...]
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


def build_streets(network: Network, behaviour: Behaviour | None = None) -> Streets:
    """Return the arrays of a network's streets."""
    behaviour = behaviour or Behaviour()
    edges = {name: edge for name, edge in network.edges.items() if edge.vehicle_lanes}
    groups = tuple((j.id, group.id) for j in network.junctions for group in j.groups)
    ways = ways_of(network, edges, groups)
    turns = tuple(dict.fromkeys((way.edge, way.to_edge) for way in ways))
    tables = _tables(_layout(network, behaviour, edges, turns, ways))
    return Streets(
        network=network, behaviour=behaviour, edges=tuple(edges), turns=turns, ways=ways, groups=groups, tables=tables
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Layout:
    """What stands where in the tables: lanes edge by edge from the kerb, then boxes in the order of their ways."""

    network: Network
    how: Behaviour
    edges: dict[str, Edge]
    turns: tuple[Turn, ...]
    ways: tuple[QueueWay, ...]
    drives: list[Drive]  # of each way
    lanes: list[Lane]
    first_lane: dict[str, int]  # of each edge
    box_of: dict[int, int]  # lane of the box of each way that has one
    turn_index: dict[Turn, int]

    def lane_of(self, way: QueueWay) -> int:
        """The lane that a way starts from."""
        return self.first_lane[way.edge] + way.lane


def _layout(
    network: Network, how: Behaviour, edges: dict[str, Edge], turns: tuple[Turn, ...], ways: tuple[QueueWay, ...]
) -> _Layout:
    lanes = [lane for edge in edges.values() for lane in edge.vehicle_lanes]
    firsts = np.cumsum([0, *(len(edge.vehicle_lanes) for edge in edges.values())])[:-1]
    drives = [Drive(network, how, edges, way) for way in ways]
    boxes = [place for place, drive in enumerate(drives) if drive.wait_m > 0]
    return _Layout(
        network=network,
        how=how,
        edges=edges,
        turns=turns,
        ways=ways,
        drives=drives,
        lanes=lanes,
        first_lane=dict(zip(edges, firsts.tolist(), strict=True)),
        box_of={place: len(lanes) + k for k, place in enumerate(boxes)},
        turn_index={turn: place for place, turn in enumerate(turns)},
    )


def _tables(at: _Layout) -> StreetTables:
    foes = foes_of(at.network, at.ways)
    turns, turn_way = _turn_tables(at)
    return StreetTables(
        lanes=_lane_table(at),
        gate=_fresh_lanes(1),
        edges=_edge_table(at),
        turns=turns,
        turn_way=turn_way,
        ways=_way_table(at, foes),
        foes=_ints([foe for some in foes for foe in some]),
        starts=_start_table(at.how),
        rules=_rule_row(at.how),
    )


def _fresh_lanes(count: int) -> NDArray[np.void]:
    """Return lanes on which nothing has happened yet, of no length and of no way."""
    table = np.zeros(count, LANE)
    table["due"], table["nth"] = NEVER, ROLLING
    for name in ("last_in", "last_out", "last_arrival"):
        table[name] = -NEVER
    for name in ("way", "following", "waiter", "next_waiter", "head_way"):
        table[name] = -1
    return table


def _lane_table(at: _Layout) -> NDArray[np.void]:
    """Return the streets' lanes, then the boxes: these take no time of their own."""
    streets, boxes = len(at.lanes), len(at.box_of)
    lengths_m = [lane.length_m for lane in at.lanes] + [at.drives[place].wait_m for place in at.box_of]
    table = _fresh_lanes(streets + boxes)
    table["length"] = [round(m * DM_PER_M) for m in lengths_m]
    table["length"][:streets] += _ints([round(m * DM_PER_M) for m in rooms_behind(at.network, at.lanes)])
    least_dm = [FLOWING_STREET_DM] * streets + [FLOWING_BOX_DM] * boxes
    table["flowing"] = np.maximum(table["length"], np.minimum(table["length"] + FLOWING_MORE_DM, least_dm))
    limits = [(lane.length_m, lane.speed_m_s) for lane in at.lanes]
    table["free"][:streets] = _floats([m / v for m, v in limits]) * TICKS_PER_S
    drag_s = [m / max(v - at.how.drag_m_s, 0.5 * v) - m / v for m, v in limits]
    table["drag"][:streets] = _floats(drag_s) * TICKS_PER_S
    table["place"][:streets] = [place for edge in at.edges.values() for place in range(len(edge.vehicle_lanes))]
    table["way"][streets:] = list(at.box_of)
    sizes = [1 << math.ceil(math.log2(m / LEAST_SPACE_M + 16)) for m in lengths_m]
    table["ring"], table["wrap"] = np.cumsum([0, *sizes])[:-1].tolist(), [size - 1 for size in sizes]
    table["blocker"] = -1
    for place, box in at.box_of.items():
        if at.drives[place].wait_m < at.how.clear_wait_m:
            table["blocker"][at.lane_of(at.ways[place])] = box
    return table


def _edge_table(at: _Layout) -> NDArray[np.void]:
    table = np.zeros(len(at.edges), EDGE)
    table["lane"] = list(at.first_lane.values())
    table["lanes"] = [len(edge.vehicle_lanes) for edge in at.edges.values()]
    table["change"] = [edge.length_m >= at.how.change_m for edge in at.edges.values()]
    return table


def _turn_tables(at: _Layout) -> tuple[NDArray[np.void], NDArray[np.int32]]:
    """Return the turns, and the way of each from each lane of its edge; -1 from a lane that it does not start from."""
    counts = [len(at.edges[edge].vehicle_lanes) for edge, _ in at.turns]
    table = np.zeros(len(at.turns), TURN)
    table["at"] = np.cumsum([0, *counts])[:-1]
    table["lamp"] = [turn in at.network.signal_of_turn for turn in at.turns]
    turn_way = np.full(sum(counts), -1, dtype=np.int32)
    for place, way in enumerate(at.ways):
        turn_way[table["at"][at.turn_index[(way.edge, way.to_edge)]] + way.lane] = place
    return table, turn_way


def _way_table(at: _Layout, foes: list[list[int]]) -> NDArray[np.void]:
    table, drives = np.zeros(len(at.ways), WAY), at.drives
    table["lane"] = [at.lane_of(way) for way in at.ways]
    table["turn"] = [at.turn_index[(way.edge, way.to_edge)] for way in at.ways]
    table["group"] = [way.group for way in at.ways]
    table["box"] = [at.box_of.get(place, -1) for place in range(len(at.ways))]
    table["targets"] = [drive.targets for drive in drives]
    bounds = np.cumsum([0, *map(len, foes)])
    table["foe_at"], table["foe_end"] = bounds[:-1], bounds[1:]
    table["need"] = [_ticks(drive.need_s) for drive in drives]
    table["need_standing"] = [_ticks(drive.need_standing_s) for drive in drives]
    table["clear"] = [_ticks(drive.clear_s) for drive in drives]
    table["last_cross"] = -NEVER
    table["free"] = [drive.free_s * TICKS_PER_S for drive in drives]
    table["wait"] = [drive.wait_s * TICKS_PER_S for drive in drives]
    table["pace"] = [0.1 / drive.discharge_m_s * TICKS_PER_S for drive in drives]
    table["start"] = [drive.start_s * TICKS_PER_S for drive in drives]
    table["out"] = [drive.out_s * TICKS_PER_S for drive in drives]
    table["slow_down"] = [drive.in_s * TICKS_PER_S for drive in drives]
    table["look"] = [drive.slow_s * TICKS_PER_S for drive in drives]
    return table


def _start_table(how: Behaviour) -> NDArray[np.void]:
    table = np.zeros(ROLLING + 1, START)
    table["headway"][: len(how.start_headway_s)] = [_ticks(s) for s in how.start_headway_s]
    table["share"][: len(how.start_share)] = how.start_share
    return table


def _rule_row(how: Behaviour) -> NDArray[np.void]:
    table = np.zeros(1, RULE)
    table["headway"], table["start_delay"] = _ticks(how.reaction_s), _ticks(how.start_delay_s)
    table["wave"] = _ticks(how.wave_headway_s)
    table["change"] = _ticks(how.change_s)
    table["yellow_use"] = _ticks(how.yellow_use_s)
    table["gate_gap"], table["gate_step"] = _ticks(how.entry_gap_s), _ticks(how.entry_step_s)
    table["gate_start"] = how.entry_loss_s * TICKS_PER_S
    return table


def _ticks(seconds: float) -> int:
    return round(seconds * TICKS_PER_S)


def _ints(values: object) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


def _floats(values: object) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)
