"""Small made-up junctions on which drivers are measured: queues at a signal, and a turn that waits for gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lxml import etree

from ..networks.files import read_xml, xml_bytes
from .binaries import find_binary
from .process import execute

TURNS = ("right", "straight", "left")  # in the order of SUMO's lanes, from the kerb
APPROACH_M, EXIT_M, APART_M = 1600.0, 300.0, 1500.0
NETWORK, ROUTES, ADDITIONAL = "street.net.xml", "cars.rou.xml", "more.add.xml"
LOOPS_FILE = "loops.xml"
TURN_M_S = 7.0  # about what SUMO lets vehicles turn with
LEFT_S = 2.6
STOP_LINE_M = 0.1  # loops lie this far before the stop line, or past the junction
Edge = tuple[str, str, str, int, float]  # name, from, to, lanes, speed
Node = tuple[str, float, float, str]
Phases = Sequence[tuple[int, str]]  # seconds and lamps


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuringStreet:
    """Files of a made-up street in a folder, ready to be simulated."""

    network: Path
    routes: Path
    additional: Path


def queue_street(
    folder: Path, speeds_m_s: Sequence[float], kind: etree._Element, green_s: int, cycle_s: int, end_s: int
) -> MeasuringStreet:
    """Make, for each speed limit, a signal whose approach has a lane for each turn, and queues that never end.

    Approaches are `in0`, `in1`, ..., loops at the stop lines `in0 right` and so on; green starts at whole cycles.
    """
    nodes: list[Node] = []
    edges: list[Edge] = []
    ways, loops, trips = [], [], []
    for k, speed in enumerate(speeds_m_s):
        y = k * APART_M
        nodes += [(f"w{k}", -APPROACH_M, y, "priority"), (f"m{k}", 0, y, "traffic_light")]
        nodes += [
            (f"e{k}", EXIT_M, y, "priority"),
            (f"n{k}", 0, y + EXIT_M, "priority"),
            (f"s{k}", 0, y - EXIT_M, "priority"),
        ]
        edges.append((f"in{k}", f"w{k}", f"m{k}", len(TURNS), speed))
        for lane, (turn, to) in enumerate(zip(TURNS, "sen", strict=True)):
            edges.append((f"{turn}{k}", f"m{k}", f"{to}{k}", 1, speed))
            ways.append((f"in{k}", f"{turn}{k}", lane, 0))
            loops.append((f"in{k} {turn}", f"in{k}_{lane}", -STOP_LINE_M))
            every_s = _arrivals_s(speed if turn == "straight" else min(speed, TURN_M_S)) * cycle_s / green_s
            trips += [(every_s * n, f"in{k}", f"{turn}{k}", lane) for n in range(int(end_s / every_s))]
    phases = [(green_s, "GGG"), (3, "yyy"), (cycle_s - green_s - 3, "rrr")]
    logics = {f"m{k}": phases for k in range(len(speeds_m_s))}
    return _made(folder, nodes, edges, ways, kind, trips, loops, logics)


def _arrivals_s(speed_m_s: float) -> float:
    """Return seconds of green per arriving vehicle, so that a queue stands throughout, but not back to the entry.

    Three quarters of the headway that drivers usually have: where a queue reaches the entry, hardly anybody gets in.
    """
    return 0.75 * (1.3 + 7.5 / min(speed_m_s, 11.3))


def gap_street(
    folder: Path, speed_m_s: float, kind: etree._Element, opposing_veh_h: float, end_s: int
) -> MeasuringStreet:
    """Make a signal that is always green for an endless queue of left turns, and for the stream that they let pass.

    The stream's headways are 2 s and an exponential rest: shifted negative exponential, seeded. Loops `left` and
    `against` lie on the exits.
    """
    nodes: list[Node] = [("m", 0, 0, "traffic_light"), ("w", -APPROACH_M, 0, "priority")]
    nodes += [("e", APPROACH_M, 0, "priority"), ("n", 0, EXIT_M, "priority")]
    edges: list[Edge] = [("wm", "w", "m", 1, speed_m_s), ("em", "e", "m", 1, speed_m_s)]
    edges += [("mn", "m", "n", 1, speed_m_s), ("mw", "m", "w", 1, speed_m_s)]
    ways = [("wm", "mn", 0, 0), ("em", "mw", 0, 0)]
    rests_s = np.random.default_rng(1).exponential(3600 / opposing_veh_h - 2.0, round(opposing_veh_h * end_s / 3600))
    trips = [(LEFT_S * n, "wm", "mn", 0) for n in range(int(end_s / LEFT_S))]
    trips += [(float(t), "em", "mw", 0) for t in np.cumsum(rests_s + 2.0) if t < end_s]
    loops = [("left", "mn_0", STOP_LINE_M), ("against", "mw_0", STOP_LINE_M)]
    return _made(folder, nodes, edges, ways, kind, trips, loops, {"m": {"em": "G", "wm": "g"}})


def _made(
    folder: Path,
    nodes: Iterable[Node],
    edges: Iterable[Edge],
    ways: Iterable[tuple[str, str, int, int]],
    kind: etree._Element,
    trips: Iterable[tuple[float, str, str, int]],
    loops: Iterable[tuple[str, str, float]],
    logics: Mapping[str, Phases | Mapping[str, str]],
) -> MeasuringStreet:
    """Make the files; a signal has phases, or for each approach the lamp that it always shows."""
    parts = {
        "node": ("nodes", [{"id": n, "x": str(x), "y": str(y), "type": t} for n, x, y, t in nodes]),
        "edge": (
            "edges",
            [{"id": e, "from": a, "to": b, "numLanes": str(n), "speed": f"{v:.3f}"} for e, a, b, n, v in edges],
        ),
        "connection": (
            "connections",
            [{"from": a, "to": b, "fromLane": str(i), "toLane": str(j)} for a, b, i, j in ways],
        ),
    }
    for tag, (root, rows) in parts.items():
        (folder / f"{tag}.xml").write_bytes(_xml(root, [(tag, row) for row in rows]))
    network = folder / NETWORK
    files = [f"--{tag}-files={tag}.xml" for tag in parts]
    command = [str(find_binary("netconvert")), *files, f"--output-file={network.resolve()}", "--no-turnarounds"]
    execute(command, folder, inputs="the made-up street of the calibration")
    (folder / ROUTES).write_bytes(_routes(sorted(trips), kind))
    phases = {name: _always(network, logic) if isinstance(logic, Mapping) else logic for name, logic in logics.items()}
    (folder / ADDITIONAL).write_bytes(_additional(loops, phases))
    return MeasuringStreet(network=network, routes=folder / ROUTES, additional=folder / ADDITIONAL)


def _xml(root: str, rows: Iterable[tuple[str, dict[str, str]]]) -> bytes:
    made = etree.Element(root)
    for tag, row in rows:
        etree.SubElement(made, tag, row)
    return xml_bytes(made)


def _routes(trips: Iterable[tuple[float, str, str, int]], kind: etree._Element) -> bytes:
    made = etree.Element("routes")
    made.append(kind)
    for number, (depart_s, origin, target, lane) in enumerate(trips):
        vehicle = etree.SubElement(
            made,
            "vehicle",
            id=str(number),
            type=kind.get("id") or "",
            depart=f"{depart_s:.2f}",
            departLane=str(lane),
            departSpeed="max",
        )
        etree.SubElement(vehicle, "route", edges=f"{origin} {target}")
    return xml_bytes(made)


def _always(network: Path, lamp_of_edge: Mapping[str, str]) -> Phases:
    """Return a program of one phase: every link of an approach shows its lamp."""
    links = {
        int(way.get("linkIndex") or 0): lamp_of_edge[way.get("from") or ""]
        for way in read_xml(network, what="a network", root="net").iter("connection")
        if way.get("tl") is not None
    }
    return [(60, "".join(lamp for _, lamp in sorted(links.items())))]


def _additional(loops: Iterable[tuple[str, str, float]], logics: Mapping[str, Phases]) -> bytes:
    made = etree.Element("additional")
    for name, phases in logics.items():
        logic = etree.SubElement(made, "tlLogic", id=name, type="static", programID="calibration", offset="0")
        for duration_s, state in phases:
            etree.SubElement(logic, "phase", duration=str(duration_s), state=state)
    for name, lane, position_m in loops:
        etree.SubElement(made, "instantInductionLoop", id=name, lane=lane, pos=str(position_m), file=LOOPS_FILE)
    return xml_bytes(made)
