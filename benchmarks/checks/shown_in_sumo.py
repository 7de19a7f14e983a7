"""Accepted plans shown by SUMO itself: its lamps, second by second, before the twin that has the map."""

from __future__ import annotations

import tempfile
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from greenband.engine.check.check import check_junction
from greenband.engine.check.own.limits import own_limits
from greenband.engine.rules.pack import read_pack
from greenband.networks.network import Network
from greenband.networks.plan import JunctionPlan, Plan
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import program_xml
from lxml import etree

from ..drawn.street import made_by
from .check_cases import drawn_case
from .eyes import seen_in
from .looked_on import G

LAMPS, PROGRAMS, MOST_DRAWS = "lamps.xml", "plan.add.xml", 30


def shown_in_sumo(name: str, path: Path, seed: int) -> Iterator[str]:
    """Draw a plan that the check accepts for each junction, run two cycles, and yield what the twin sees wrong."""
    network = read_network(path)
    plan = _accepted(network, seed)
    if not plan.junctions:
        return
    with tempfile.TemporaryDirectory(prefix="greenband-shown-") as folder:
        shown = _lamps(network, plan, Path(folder))
    seen = seen_in(path)
    for junction, lamps in shown.items():
        for a, b in sorted(seen[junction].crossing):
            both = np.flatnonzero((lamps[a] == G) & (lamps[b] == G))
            if both.size:
                yield f"{name}, junction {junction}: lamps {a} and {b} both protected in second {both[0]}"


def _accepted(network: Network, seed: int) -> Plan:
    """Return a plan of the junctions at which the check accepts one of those that are drawn."""
    found: list[JunctionPlan] = []
    for junction, view in zip(network.junctions, own_limits(network, (), read_pack("none")), strict=True):
        for place in range(MOST_DRAWS):
            case = drawn_case(junction, place, seed)
            findings = check_junction("drawn", case.plan, junction, view)
            if case.junction is junction and not any(finding.is_error for finding in findings):
                found.append(case.plan)
                break
    return Plan(name="drawn", junctions=tuple(found))


def _lamps(network: Network, plan: Plan, folder: Path) -> dict[str, np.ndarray]:
    """Return what SUMO shows of a plan, (lamps, seconds) of letters by junction."""
    root = program_xml(plan, network, "drawn")
    for one in plan.junctions:
        etree.SubElement(root, "timedEvent", type="SaveTLSStates", source=one.junction, dest=LAMPS)
    (folder / PROGRAMS).write_bytes(etree.tostring(root))
    end_s = round(2 * max(one.cycle_s for one in plan.junctions))
    words = ["--net-file", str(network.path.resolve()), "--additional-files", PROGRAMS, "--end", str(end_s)]
    if not made_by("sumo", [*words, "--no-step-log"], folder):
        raise RuntimeError(f"SUMO does not take an accepted plan of {network.path.name}")
    states: dict[str, list[str]] = defaultdict(list)
    for state in ElementTree.parse(folder / LAMPS).getroot().iter("tlsState"):
        if state.get("programID") == "drawn":
            states[str(state.get("id"))].append(str(state.get("state")))
    return {name: np.array([list(row.encode()) for row in rows], dtype=np.uint8).T for name, rows in states.items()}
