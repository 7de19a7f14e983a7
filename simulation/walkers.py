"""People on foot: somebody for every crossing that a signal governs, at random times."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
from lxml import etree

from ..networks.files import read_xml, xml_bytes


def signalled_crossings(network: Path) -> dict[str, tuple[str, str]]:
    """Return, for each crossing with a signal, pavements at its two ends: a walk from one to the other takes it.

    Crossings whose ends meet no pavement, or only the same one, are left out.
    """
    root = read_xml(network, what="a network", root="net")
    walks = {edge.get("id") for edge in root.iter("edge") if not edge.get("function")}
    touching: dict[str, set[str]] = defaultdict(set)
    ends: dict[str, list[str]] = defaultdict(list)
    areas = {edge.get("id") for edge in root.iter("edge") if edge.get("function") == "walkingarea"}
    crossings = {edge.get("id") for edge in root.iter("edge") if edge.get("function") == "crossing"}
    signalled = set()
    for way in root.iter("connection"):
        a, b = way.get("from") or "", way.get("to") or ""
        for area, other in ((a, b), (b, a)):
            if area in areas and other in walks:
                touching[area].add(other)
            if area in areas and other in crossings and area not in ends[other]:
                ends[other].append(area)
        if b in crossings and way.get("tl"):
            signalled.add(b)
    found = {}
    for crossing in sorted(signalled):
        if len(ends[crossing]) == 2:
            here, there = (sorted(touching[area]) for area in ends[crossing])
            pair = next(((a, b) for a in here for b in there if a != b), None)
            if pair is not None:
                found[crossing] = pair
    return found


def walks_xml(network: Path, per_hour: float, begin_s: int, end_s: int, seed: int) -> bytes:
    """Return a route file in which so many people an hour cross at each crossing with a signal, half of them each way.

    Times are a Poisson process's; the same arguments give the same bytes.
    """
    random = np.random.default_rng([seed, 0x77_61_6C_6B])
    people = []
    for pair in signalled_crossings(network).values():
        number = int(random.poisson(per_hour * (end_s - begin_s) / 3600))
        for time_s in random.uniform(begin_s, end_s, number):
            people.append((round(float(time_s), 2), pair if random.random() < 0.5 else pair[::-1]))
    root = etree.Element("routes")
    for number, (depart_s, (start, end)) in enumerate(sorted(people)):
        person = etree.SubElement(root, "person", id=f"walk{number}", depart=f"{depart_s:.2f}", departPos="random")
        etree.SubElement(person, "walk", {"from": start, "to": end})
    return xml_bytes(root)
