"""The switch from one plan to another as SUMO programs: one long cycle from the start of the simulation to its end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from lxml import etree

from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.sumo.program import program_xml
from .transition import Mode, SwitchMode, way

PROGRAM = "greenband-switch"


def ways(
    network: Network, plan: Plan, mode: Mode, *, begin_s: int, at_s: int, end_s: int
) -> tuple[tuple[SwitchMode, ...], dict[str, str]]:
    """Return each junction's way from the running plan to another, and of those that have none the reason."""
    found, left_out = [], {}
    for new in plan.junctions:
        junction = network.by_junction[new.junction]
        try:
            found.append(way(junction, junction.running, new, mode, begin_s=begin_s, at_s=at_s, end_s=end_s))
        except ValueError as error:
            left_out[new.junction] = str(error)
    return tuple(found), left_out


def switch_xml(found: Sequence[SwitchMode], network: Network, plan: Plan) -> etree._Element:
    """Return an additional file's root with a program of each way, and the plan itself where a junction has none."""
    at_once = tuple(p for p in plan.junctions if p.junction not in {one.junction for one in found})
    root = program_xml(Plan(name=plan.name, junctions=at_once), network, PROGRAM)
    for one in found:
        # SUMO starts a static program's first phase at its offset, modulo its cycle: here, the whole simulation.
        length_s = len(one.rows)
        logic = etree.SubElement(
            root, "tlLogic", id=one.junction, type="static", programID=PROGRAM, offset=str(one.begin_s % length_s)
        )
        junction = network.by_junction[one.junction]
        for row, same in groupby(one.rows):
            state = ["r"] * junction.size
            for group, shows in zip(junction.groups, row, strict=True):
                for link in group.links:
                    state[link] = shows
            etree.SubElement(logic, "phase", duration=str(len(list(same))), state="".join(state))
    return root
