"""A plan from a SUMO additional file, ours or anybody's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lxml import etree

from ..errors import InputError
from ..files import read_xml
from ..junction import Junction
from ..network import Network
from ..plan import JunctionPlan, whole_ms
from .program import Program, columns, plan_of_program, read_program
from .roots import refuse_another_kind
from .times import seconds_of


def plan_of_xml(path: Path, network: Network) -> dict[str, JunctionPlan]:
    """Return the plans of the junctions that the file has programs for; of several for one, the last, as SUMO does.

    Raises InputError if a program is broken, not fixed-time, for an unknown signal, of another size, or tells lamps
    apart that are one signal group.
    """
    root = read_xml(path, what="a plan")
    refuse_another_kind(root.tag, path, "a plan")
    for switch in root.iter("WAUT"):
        raise _error(path, switch, "a WAUT, which switches between plans", "a plan file holds one plan")
    plans = {logic.get("id") or "": _plan_of_logic(logic, path, network) for logic in root.iter("tlLogic")}
    if not plans:
        raise _error(path, root, "no tlLogic", "a plan has a program for at least one signal")
    return plans


def _plan_of_logic(logic: etree._Element, path: Path, network: Network) -> JunctionPlan:
    kind, junction = logic.get("type", "static"), network.by_junction.get(logic.get("id") or "")
    if kind != "static":
        raise _error(path, logic, f"a program of type '{kind}'", "a plan is fixed-time: its type is static")
    for left in network.left:
        if left.junction.id == logic.get("id"):
            raise _error(path, logic, "a program for a signal that is left as it runs", left.why.rstrip("."))
    if junction is None:
        raise _error(path, logic, "a signal that the network has not", f"the signals are those of {network.path}")
    if logic.find("phase") is None:
        return _with_offset(logic, path, network)
    program = read_program(logic, str(path))
    if program.size != junction.size:
        raise _error(path, logic, f"{program.size} lamps", f"this signal has {junction.size} lamps")
    _require_whole_groups(program, junction, path, logic)
    return plan_of_program(program, junction.groups, junction.running.coordinated)


def _with_offset(logic: etree._Element, path: Path, network: Network) -> JunctionPlan:
    """Return the running plan with another offset: as SUMO takes a program without phases."""
    signal, name, late_s = logic.get("id", ""), logic.get("programID", "0"), seconds_of(logic.get("offset") or "0")
    today, running = network.programs.get(signal), network.by_junction[signal].running
    if today is None or today.name != name or late_s is None:
        known = today.name if today else "none"
        raise _error(
            path,
            logic,
            f"0 phases, program '{name}', offset '{logic.get('offset')}'",
            f"without phases it gives the running program, '{known}', another offset in seconds",
        )
    moved_ms = whole_ms(running.offset_s) + whole_ms(late_s) - whole_ms(today.offset_s)
    return replace(running, offset_s=moved_ms % whole_ms(running.cycle_s) / 1000)


def _require_whole_groups(program: Program, junction: Junction, path: Path, logic: etree._Element) -> None:
    for group in junction.groups:
        shown = {lamp: columns(program, lamp) for lamp in group.links}
        odd = [lamp for lamp in group.links if shown[lamp] != shown[group.links[0]]]
        if odd:
            raise _error(
                path,
                logic,
                f"lamp {odd[0]} shows other times than lamp {group.links[0]}",
                f"lamps {', '.join(map(str, group.links))} are one signal group ({group.id}), "
                "because the running program never tells them apart",
            )


def _error(path: Path, element: etree._Element, found: str, rule: str) -> InputError:
    name = f", {element.tag} {element.get('id')}" if element.get("id") else ""
    return InputError(
        where=f"{path}, line {element.sourceline}{name}",
        found=found,
        rule=rule,
        fix="correct the file, or give the network that it is for",
    )
