"""Traffic of one day, drawn from that of an ordinary day: nobody drives at the same second every morning."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
from lxml import etree

from ..networks.files import xml_bytes
from ..networks.sumo.roots import read_routes
from ..networks.sumo.times import seconds_of

SHIFT_S = 120.0  # departures move by up to this much either way
TRAFFIC = ("vehicle", "trip", "flow", "person", "personFlow")


def draw_traffic(
    routes: Sequence[Path], folder: Path, *, factor: float, period: tuple[int, int], random: np.random.Generator
) -> tuple[Path, ...]:
    """Write route files in which every vehicle drives not at all, once or more often, and return their paths.

    How often is a Poisson number with mean `factor`, so that counts vary as those of independent drivers do; each
    departure moves by up to two minutes, but not out of the period. Flows keep their shape and are multiplied by
    `factor`; persons and vehicles without a time of departure stay as they are. Raises InputError for broken files.
    """
    made = []
    for place, path in enumerate(routes):
        source = read_routes(path)
        root = etree.Element("routes")
        root.extend(child for child in source if child.tag not in TRAFFIC)
        moving = [copy for child in source.iterchildren(*TRAFFIC) for copy in _drawn(child, factor, period, random)]
        root.extend(element for _, element in sorted(moving, key=lambda pair: pair[0]))
        made.append(folder / f"routes-{place}.rou.xml")
        made[-1].write_bytes(xml_bytes(root))
    return tuple(made)


def _drawn(
    element: etree._Element, factor: float, period: tuple[int, int], random: np.random.Generator
) -> list[tuple[float, etree._Element]]:
    """Return what becomes of one element on the day, each with its time."""
    time_s = seconds_of(element.get("depart") or element.get("begin"))
    if element.tag in ("vehicle", "trip") and time_s is not None:
        shifts_s = random.uniform(-SHIFT_S, SHIFT_S, int(random.poisson(factor)))
        times_s = [_moved(time_s, float(shift_s), period) for shift_s in shifts_s]
        return [(moved_s, _copy(element, moved_s, place)) for place, moved_s in enumerate(times_s)]
    if element.tag == "flow":
        _multiply(element, factor)
    return [(time_s or 0.0, element)]


def _moved(time_s: float, shift_s: float, period: tuple[int, int]) -> float:
    begin_s, end_s = period
    moved_s = max(0.0, time_s + shift_s)
    if begin_s <= time_s < end_s:
        moved_s = min(max(moved_s, begin_s), end_s - 1)
    return round(moved_s, 2)


def _copy(element: etree._Element, time_s: float, place: int) -> etree._Element:
    copy = deepcopy(element)
    copy.set("depart", f"{time_s:.2f}")
    copy.set("id", f"{element.get('id')}*{place}")
    return copy


def _multiply(flow: etree._Element, factor: float) -> None:
    """Multiply a flow, however its size is given."""
    for name in ("vehsPerHour", "perHour", "probability"):
        if flow.get(name):
            most = 1.0 if name == "probability" else float("inf")
            flow.set(name, f"{min(most, float(flow.get(name) or 0) * factor):.6g}")
    if flow.get("number"):
        flow.set("number", str(round(float(flow.get("number") or 0) * factor)))
    period = flow.get("period") or ""
    if period.startswith("exp("):
        flow.set("period", f"exp({float(period[4:-1]) * factor:.6g})")
    elif period:
        flow.set("period", f"{(seconds_of(period) or 0.0) / factor:.6g}")
