"""Several plans of a day as a SUMO additional file: a static program each, and a WAUT that switches between them.

SUMO's WAUT counts from second 0 of the simulation, which is midnight here, and switches at the next chance: where both
programs show the same or, without such an instant, at once. A day of the simulation is the day that is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from ....networks.errors import InputError
from ....networks.files import xml_bytes
from ....networks.network import Network
from ....networks.plan import Plan
from ....networks.sumo.program import program_xml
from ....networks.types import DAY_S
from ..exporter import ExportOptions, ReadBackError, TimedPlan, plans_of_junctions
from .sumo import read_back, title

EVERY_DAY = tuple(range(7))


def day_of_programs(day: Sequence[TimedPlan], network: Network, options: ExportOptions) -> bytes:
    """Return the programs and their schedule, read back. The plan before the first time is the last of the day before.

    Raises InputError if a plan does not run on all days: a WAUT knows seconds, not days.
    """
    if any(timed.days != EVERY_DAY for timed in day):
        raise InputError(
            where="the schedule",
            found="a plan for some days of the week",
            rule="SUMO switches plans by the second of the simulation, which is one day",
            fix="export the plans of one kind of day",
        )
    root = etree.Element("additional")
    plans = [Plan(name=t.plan.plan.name, junctions=plans_of_junctions(t.plan.plan, options)) for t in day]
    for number, plan in enumerate(plans, start=1):
        root.append(etree.Comment(f" {title(plan, options.mark)} "))
        root.extend(program_xml(plan, network, _name(options, number)))
    waut = etree.SubElement(root, "WAUT", id=options.program_id, refTime="0", startProg=_name(options, len(day)))
    for number, timed in enumerate(day, start=1):
        etree.SubElement(waut, "wautSwitch", time=str(timed.start_s), to=_name(options, number))
    for junction in plans[0].junctions:
        etree.SubElement(root, "wautJunction", wautID=options.program_id, junctionID=junction.junction)
    content = xml_bytes(root)
    _read_back(content, day, plans, network)
    return content


def _name(options: ExportOptions, number: int) -> str:
    return f"{options.program_id}{number}"


def _read_back(content: bytes, day: Sequence[TimedPlan], plans: Sequence[Plan], network: Network) -> None:
    """Compare each program with its plan, and for each minute of the day the program that the WAUT calls."""
    root = etree.fromstring(content)
    names = list(dict.fromkeys(str(logic.get("programID")) for logic in root.iter("tlLogic")))
    for name, plan in zip(names, plans, strict=True):
        part = etree.Element("additional")
        part.extend([logic for logic in root.iter("tlLogic") if logic.get("programID") == name])
        read_back(etree.tostring(part), plan, network)
        root.extend(part)
    (waut,) = root.iter("WAUT")
    switches = sorted((int(switch.get("time") or 0), str(switch.get("to"))) for switch in waut)
    for second in range(0, DAY_S, 60):
        called = [to for time, to in switches if time <= second]
        running = called[-1] if called else waut.get("startProg")
        begun = [k for k, timed in enumerate(day) if timed.start_s <= second]
        if running != names[begun[-1] if begun else -1]:
            raise ReadBackError(f"at second {second} of the day the WAUT runs {running}")
