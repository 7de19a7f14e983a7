"""The demand of the bundled arterial: a full working day that only the simulator sees.

Three patterns (morning toward the centre in the east, evening back, the rest of the day) are balanced from what each
end of the streets produces and attracts, and blended over the day. Each second, each flow sends a vehicle with a given
probability: every seed of the simulator draws its own vehicles around the same flows, from whatever second it starts.
"""

from __future__ import annotations

import gzip

import numpy as np
from lxml import etree

from .streets import JUNCTIONS, approach_edge, exit_edge, has_pocket

BIN_S = 900
SEED = 20260317
WIGGLE = 0.06  # standard deviation of the factor that each 15 minutes of each route gets: no day is smooth

# Vehicles per hour at the height of the morning: out of and into each end of the streets. The evening is its mirror.
MORNING_VEH_H: dict[str, tuple[int, int]] = {
    "W": (880, 400),
    "E": (430, 900),
    "N1": (170, 110),
    "S1": (190, 130),
    "N2": (200, 150),
    "N3": (260, 240),
    "S3": (270, 250),
    "N4": (110, 130),
    "S4": (180, 120),
    "N5": (100, 150),
    "S5": (230, 125),
    "N6": (220, 200),
    "S6": (150, 120),
}
EVENING_FACTOR = 1.03  # shops are open in the evening
MIDDAY_FACTOR = 0.62
THROUGH = 2.2  # how much likelier the whole way along the arterial is than its ends alone would make it
ACROSS_ONLY = 7.0  # the same for straight across it at one junction
SIDE_TO_SIDE = 0.6  # and for a way between two side streets that takes a part of the arterial

# Share of each pattern over the day: (hour, share), straight lines in between.
MORNING_SHARE = (
    (5, 0), (6, 0.2), (6.75, 0.65), (7.25, 0.97), (7.6, 1), (8, 1), (8.4, 0.85), (9, 0.5), (10, 0.15), (11, 0),
)  # fmt: skip
EVENING_SHARE = (
    (14, 0), (15, 0.25), (16, 0.65), (16.75, 0.97), (17.1, 1), (17.6, 1), (18, 0.8), (19, 0.4), (20, 0.15), (21, 0),
)  # fmt: skip
OTHER_SHARE = (
    (0, 0.08), (1, 0.04), (4, 0.04), (5, 0.1), (6, 0.18), (7, 0.02), (8, 0.02), (9, 0.35), (10, 0.8), (11, 0.95),
    (13, 1), (14, 0.95), (15, 0.7), (16, 0.25), (16.75, 0.02), (17.75, 0.02), (19, 0.45), (20, 0.55), (22, 0.35),
    (24, 0.1),
)  # fmt: skip

# Drivers: headways as measured on city streets rather than the simulator's default of 1 s, and a start-up loss.
VEHICLE_TYPES = (
    {"id": "car", "probability": "0.87", "length": "4.6", "accel": "2.4", "decel": "4.5", "tau": "1.2"},
    {
        "id": "van",
        "probability": "0.09",
        "length": "6.2",
        "accel": "2.0",
        "decel": "4.2",
        "tau": "1.3",
        "vClass": "delivery",
    },
    {
        "id": "truck",
        "probability": "0.04",
        "length": "9.5",
        "accel": "1.2",
        "decel": "4.0",
        "tau": "1.5",
        "vClass": "truck",
    },
)
SHARED_BY_TYPES = {"sigma": "0.4", "startupDelay": "0.6", "speedFactor": "normc(0.98,0.08,0.75,1.20)"}

ENDS = tuple(MORNING_VEH_H)


def junction_of(end: str) -> str:
    """Return the junction to which an end of the streets belongs."""
    return next(j for j, arms in JUNCTIONS.items() if any(arm.toward == end for arm in arms.values()))


def route(origin: str, target: str) -> list[str]:
    """Return the edges from one end of the streets to another."""
    order = list(JUNCTIONS)
    first, last = order.index(junction_of(origin)), order.index(junction_of(target))
    step = 1 if last >= first else -1
    edges, came_from = [], origin
    for index in range(first, last + step, step):
        junction = order[index]
        goes_to = target if index == last else order[index + step]
        arms = {arm.toward: arm for arm in JUNCTIONS[junction].values()}
        if has_pocket(arms[came_from]):
            edges += [f"{came_from}_{junction}"]
        edges += [approach_edge(junction, arms[came_from])]
        came_from = junction
    edges.append(exit_edge(junction, arms[goes_to]))
    return edges


def balanced(out_veh_h: np.ndarray, in_veh_h: np.ndarray) -> np.ndarray:
    """Return the flows between all ends whose sums are the given ones: (N, N) from (N,) and (N,). [veh/h]

    Furness balancing: K. P. Furness, Time function iteration, Traffic Engineering and Control 7, 1965.
    """
    flows = np.array([[_liking(origin, target) for target in ENDS] for origin in ENDS])
    for _ in range(100):
        flows *= (out_veh_h / flows.sum(axis=1))[:, None]
        flows *= in_veh_h / flows.sum(axis=0)
    return flows


def _liking(origin: str, target: str) -> float:
    if origin == target:
        return 0.0
    if {origin, target} == {"W", "E"}:
        return THROUGH
    if origin in "WE" or target in "WE":
        return 1.0
    return ACROSS_ONLY if junction_of(origin) == junction_of(target) else SIDE_TO_SIDE


def patterns() -> dict[str, np.ndarray]:
    """Return the flows between all ends at the height of each pattern. [veh/h]"""
    out_veh_h, in_veh_h = np.array(list(MORNING_VEH_H.values()), dtype=float).T
    in_veh_h *= out_veh_h.sum() / in_veh_h.sum()
    morning = balanced(out_veh_h, in_veh_h)
    evening = balanced(in_veh_h, out_veh_h) * EVENING_FACTOR
    return {"morning": morning, "evening": evening, "other": MIDDAY_FACTOR * (morning + evening) / 2}


def flows_veh_h() -> np.ndarray:
    """Return the flows of the day: (96, N, N), one row per 15 minutes. [veh/h]"""
    hours = (np.arange(86400 // BIN_S) + 0.5) * BIN_S / 3600
    shares = {"morning": MORNING_SHARE, "evening": EVENING_SHARE, "other": OTHER_SHARE}
    found = patterns()
    day = sum(
        np.interp(hours, *np.array(shares[name], dtype=float).T)[:, None, None] * flows for name, flows in found.items()
    )
    wiggle = 1 + WIGGLE * np.random.default_rng(SEED).standard_normal(day.shape).clip(-2, 2)
    return day * wiggle


def routes_xml() -> etree._Element:
    """Return vehicle types, routes and the flows of the day."""
    root = etree.Element("routes")
    types = etree.SubElement(root, "vTypeDistribution", id="traffic")
    for kind in VEHICLE_TYPES:
        etree.SubElement(types, "vType", {**kind, **SHARED_BY_TYPES})
    pairs = [(i, j) for i in range(len(ENDS)) for j in range(len(ENDS)) if i != j]
    for i, j in pairs:
        edges = " ".join(route(ENDS[i], ENDS[j]))
        etree.SubElement(root, "route", id=f"{ENDS[i]}-{ENDS[j]}", edges=edges)
    for number, flows in enumerate(flows_veh_h()):
        for i, j in pairs:
            name = f"{ENDS[i]}-{ENDS[j]}"
            flow = etree.SubElement(root, "flow", id=f"{name}.{number}", type="traffic", route=name)
            flow.set("begin", str(number * BIN_S))
            flow.set("end", str((number + 1) * BIN_S))
            flow.set("probability", f"{flows[i, j] / 3600:.6f}")
            flow.set("departLane", "best")
            flow.set("departSpeed", "max")
    return root


def packed(content: bytes) -> bytes:
    """Return the bytes gzipped, without the time of packing: same content, same bytes."""
    return gzip.compress(content, compresslevel=9, mtime=0)
