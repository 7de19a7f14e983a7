"""A checked plan as a SUMO additional file, and the same file read back by other code than wrote it."""

from __future__ import annotations

from lxml import etree

from ....networks.files import xml_bytes
from ....networks.network import Network
from ....networks.plan import Plan
from ....networks.sumo.program import program_xml
from ...check.findings import CheckedPlan
from ..exporter import DRAFT, ReadBackError, plain_name
from ..lamp_strips import LampStrip, strip_of_file, strip_of_plan, tick_ms


def sumo_additional(checked: CheckedPlan, network: Network, program_id: str = "greenband", mark: str = DRAFT) -> bytes:
    """Return the bytes of an additional file with one static program per junction, read back before they are returned.

    A checked plan is not yet an approved one: unless it is told otherwise, the file says DRAFT. `program_id` must
    differ from those of the network's own programs: SUMO refuses two of one name, and runs the one loaded last. Raises
    ReadBackError if a lamp differs.
    """
    return static_programs(checked.plan, network, program_id, mark)


def static_programs(plan: Plan, network: Network, program_id: str, mark: str) -> bytes:
    """Return an additional file with one static program per junction of a plan, read back."""
    root = program_xml(plan, network, program_id)
    root.insert(0, etree.Comment(f" {title(plan, mark)} "))
    content = xml_bytes(root)
    read_back(content, plan, network)
    return content


def title(plan: Plan, mark: str) -> str:
    """Return what the file says of itself: its mark, the plan's name, and the step length it needs."""
    step = "0.1" if _has_tenths(plan) else "1"
    clean = mark.replace("--", "__")  # two hyphens would end the comment
    return f"{clean}. Greenband plan '{plain_name(plan)}'. Run it with a SUMO step length of {step} s"


def _has_tenths(plan: Plan) -> bool:
    windows = (w for junction in plan.junctions for group in junction.groups for w in group.windows)
    return any(w.start_s % 1 != 0 or w.length_s % 1 != 0 for w in windows)


def read_back(content: bytes, plan: Plan, network: Network) -> None:
    """Compare an additional file with the plan, lamp for lamp, at every instant of a cycle of absolute time.

    Raises ReadBackError with the junction, the second and the two letters where they first differ.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    logics = {logic.get("id"): logic for logic in etree.fromstring(content, parser).iter("tlLogic")}
    if set(logics) != {junction_plan.junction for junction_plan in plan.junctions}:
        raise ReadBackError(f"plan '{plan.name}': the file has programs for {sorted(map(str, logics))}")
    for junction_plan in plan.junctions:
        name = junction_plan.junction
        tick = tick_ms(logics[name], junction_plan)
        where = f"junction {name}, plan '{plan.name}'"
        try:
            written = strip_of_file(logics[name], tick)
        except ValueError:
            raise ReadBackError(f"{where}: the file's phases differ in how many lamps they have") from None
        _compare(where, written, strip_of_plan(junction_plan, network.by_junction[name], tick), tick)


def _compare(where: str, written: LampStrip, meant: LampStrip, tick: int) -> None:
    if len(written) != len(meant):
        raise ReadBackError(f"{where}: the file has {len(written)} lamps, the junction {len(meant)}")
    for lamp, (found, wanted) in enumerate(zip(written, meant, strict=True)):
        if found == wanted:
            continue
        if len(found) != len(wanted):
            raise ReadBackError(f"{where}: the file's cycle is {len(found) * tick} ms, not {len(wanted) * tick} ms")
        at = next(k for k, (a, b) in enumerate(zip(found, wanted, strict=True)) if a != b)
        raise ReadBackError(
            f"{where}: lamp {lamp} shows '{found[at]}' in the file and '{wanted[at]}' in the plan "
            f"at second {at * tick / 1000:g}"
        )
