"""The running programs as SUMO's actuated ones: a peer for the benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from greenband.networks.files import read_xml, xml_bytes
from lxml import etree

PROGRAM_ID = "actuated by greenband"
SHORTEST_GREEN_S, LONGEST_GREEN_S = 5.0, 50.0


def actuated_programs(network: Path, additional: Sequence[Path] = ()) -> bytes:
    """Return an additional file in which every program that runs is of SUMO's type `actuated`.

    Green stages (green, no yellow) may last from `minDur` to `maxDur` of the file, else from 5 s (or their duration,
    if that is shorter) to 50 s (or their duration, if that is longer); all other phases last as they do. The detectors
    are SUMO's default ones. Raises InputError if a file is missing or broken.
    """
    logics = {}
    for logic in read_xml(network, what="a network", root="net").iterchildren("tlLogic"):
        logics[logic.get("id")] = logic
    for path in additional:
        for logic in read_xml(path, what="an additional file", root=("additional", "add")).iter("tlLogic"):
            logics[logic.get("id")] = logic
    root = etree.Element("additional")
    for name in sorted(str(name) for name in logics):
        root.append(_actuated(logics[name]))
    return xml_bytes(root)


def _actuated(logic: etree._Element) -> etree._Element:
    made = etree.Element(
        "tlLogic",
        id=logic.get("id") or "",
        type="actuated",
        programID=PROGRAM_ID,
        offset=logic.get("offset") or "0",
    )
    for phase in logic.iterchildren("phase"):
        duration_s, state = float(phase.get("duration") or 0), phase.get("state") or ""
        attributes = {"duration": f"{duration_s:g}", "state": state}
        if any(lamp in "Gg" for lamp in state) and not any(lamp in "yY" for lamp in state):
            attributes["minDur"] = phase.get("minDur") or f"{min(SHORTEST_GREEN_S, duration_s):g}"
            attributes["maxDur"] = phase.get("maxDur") or f"{max(LONGEST_GREEN_S, duration_s):g}"
        etree.SubElement(made, "phase", attributes)
    return made
