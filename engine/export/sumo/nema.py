"""A plan as SUMO NEMA controllers in coordination, every phase at its maximum, where two rings can hold it exactly.

Rules of SUMO 1.28 that were tried: both rings last one cycle, have two places before each of two barriers, and agree at
them; the phases before a barrier end together; `barrier2Phases` are the coordinated ones, and with TS 2 the offset is
the earliest green of these.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from ....networks import lamps
from ....networks.files import xml_bytes
from ....networks.network import Network
from ....networks.plan import Plan, whole_ms
from ...check.findings import CheckedPlan
from ...importing.sumo_fixed import fixed
from ..exporter import CannotHold, Export, ExportOptions
from ..rings.held_rings import Held, held_rings
from ..rings.ring_barrier import Phase, RingLimits
from .sumo import read_back, title

LIMITS = RingLimits(format_name="SUMO NEMA", rings=2, phases=16, grid_ms=1000, red_ms=60_000)


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return NEMA programs, turned back into fixed times by the importer and compared lamp for lamp.

    Raises CannotHold where a junction needs more than two rings, a barrier is missing, a group has not exactly one
    phase, or shows within a phase more than green and yellow; static programs hold all of these.
    """
    held, losses = held_rings(checked, network, options, LIMITS)
    root = etree.Element("additional")
    plan = Plan(name=checked.plan.name, junctions=tuple(one.plan for one in held))
    root.append(etree.Comment(f" {title(plan, options.mark)} "))
    for one in held:
        _require_plain(one)
        root.append(_logic(one, options.program_id))
    content = xml_bytes(root)
    turned = etree.Element("additional")
    turned.extend([fixed(logic, "the file") for logic in etree.fromstring(content).iter("tlLogic")])
    read_back(etree.tostring(turned), plan, network)
    return Export(content=content, losses=losses)


def _cannot(one: Held, found: str, rule: str) -> CannotHold:
    return CannotHold(
        where=f"junction {one.junction.id}",
        found=found,
        rule=f"in a NEMA program of SUMO {rule}",
        fix="use --variant static, which holds every plan",
    )


def _require_plain(one: Held) -> None:
    odd = [g for g, phases in one.rings.phases_of.items() if len(phases) != 1]
    odd += [*one.rings.steady, *one.rings.dark]
    for group in one.plan.groups:
        letters = {w.display for w in group.windows}
        walks = one.junction.by_group[group.group].kind == "pedestrian" and "y" not in letters and letters
        if letters >= lamps.GREENS or letters - lamps.GREENS - {lamps.YELLOW} or walks:
            odd.append(group.group)
    if odd:
        names = ", ".join(dict.fromkeys(odd))
        raise _cannot(one, f"groups {names}", "a group is green, then yellow, in one phase of its own")


def _logic(one: Held, program_id: str) -> etree._Element:
    rings, barrier = _rings(one)
    first = [ring[:k] for ring, k in zip(rings, barrier, strict=True)]
    for a, b in ((first[0][-1], first[1][-1]), (rings[0][-1], rings[1][-1])):
        if (a.yellow_ms, a.red_ms) != (b.yellow_ms, b.red_ms):
            names = f"phases {a.number} and {b.number}"
            raise _cannot(one, names, "the phases before a barrier end together: the earlier one would stay green")
    coordinated = [part[-1] for part in first]
    offset = (whole_ms(one.plan.offset_s) + _earliest(first)) % one.rings.cycle_ms
    logic = etree.Element("tlLogic", id=one.junction.id, type="NEMA", programID=program_id, offset=f"{offset / 1000:g}")
    values = {
        "ring1": _slots(one, rings[0], barrier[0]),
        "ring2": _slots(one, rings[1], barrier[1]),
        "barrierPhases": ",".join(str(ring[-1].number) for ring in rings),
        "barrier2Phases": ",".join(str(p.number) for p in coordinated),
        "coordinatePhases": ",".join(str(p.number) for p in coordinated),
        "coordinate-mode": "true",
        "total-cycle-length": f"{one.rings.cycle_ms / 1000:g}",
        "maxRecall": ",".join(str(p.number) for ring in rings for p in ring),
        "minRecall": "",
        "fixForceOff": "true",
        "controllerType": "TS2",
        "whetherOutputState": "false",
        "show-detectors": "false",
        "ignore-errors": "false",
    }
    for key, value in values.items():
        etree.SubElement(logic, "param", key=key, value=value)
    for phase in (p for ring in rings for p in ring):
        etree.SubElement(logic, "phase", _attributes(one, phase))
    return logic


def _slots(one: Held, ring: tuple[Phase, ...], first: int) -> str:
    """Return a ring as SUMO wants it: two places before each barrier, 0 where there is no phase."""
    parts = ring[:first], ring[first:]
    if any(len(part) > 2 for part in parts):
        raise _cannot(one, f"{max(map(len, parts))} phases in a row", "a ring has two phases before each barrier")
    return ",".join(",".join(["0"] * (2 - len(part)) + [str(p.number) for p in part]) for part in parts)


def _attributes(one: Held, phase: Phase) -> dict[str, str]:
    state = [lamps.RED] * one.junction.size
    for group in phase.groups:
        shown = one.plan.by_group[group].display_at(phase.start_ms / 1000, one.plan.cycle_s)
        for link in one.junction.by_group[group].links:
            state[link] = shown
    green = f"{phase.green_ms / 1000:g}"
    return {
        "name": str(phase.number),
        "duration": green,
        "minDur": green,
        "maxDur": green,
        "vehext": "0",
        "yellow": f"{phase.yellow_ms / 1000:g}",
        "red": f"{phase.red_ms / 1000:g}",
        "state": "".join(state),
    }


def _rings(one: Held) -> tuple[tuple[tuple[Phase, ...], tuple[Phase, ...]], tuple[int, int]]:
    """Return both rings from a common start on, and after how many phases each crosses the first barrier.

    The first barrier ends the coordinated phase. A ring that is not needed runs a shadow of the other, all red.
    """
    cycle, rings = one.rings.cycle_ms, one.rings.rings
    if len(rings) == 1:
        rings = (rings[0], tuple(_shadow(phase, len(rings[0])) for phase in rings[0]))
    common = set.intersection(*({phase.start_ms for phase in ring} for ring in rings))
    lead = one.rings.coordinated
    end = (lead.start_ms + lead.split_ms) % cycle
    others = sorted(common - {end}, key=lambda at: (at - end) % cycle)
    if end not in common or not others:
        raise _cannot(
            one, f"phase {lead.number}", "the coordinated phase ends at a barrier, and there are two barriers"
        )
    begin = min(others, key=lambda at: (lead.start_ms - at) % cycle)
    turned = [tuple(sorted(ring, key=lambda p: (p.start_ms - begin) % cycle)) for ring in rings]
    counts = [sum((p.start_ms - begin) % cycle < (end - begin) % cycle for p in ring) for ring in turned]
    return (turned[0], turned[1]), (counts[0], counts[1])


def _shadow(phase: Phase, count: int) -> Phase:
    return Phase(
        number=phase.number + count,
        ring=2,
        barrier=phase.barrier,
        position=phase.position,
        start_ms=phase.start_ms,
        green_ms=phase.green_ms,
        yellow_ms=phase.yellow_ms,
        red_ms=phase.red_ms,
        walk_ms=0,
        groups=(),
        walks=(),
    )


def _earliest(parts: Sequence[Sequence[Phase]]) -> int:
    """Return the start of the earlier coordinated phase, counted from second 0 of the cycle."""
    before = [sum(p.split_ms for p in part[:-1]) for part in parts]
    return parts[0][0].start_ms + min(before)
