"""NEMA programs as SUMO's: two rings, coordinated, with the detectors of our zones in place of its own.

Read in the code of SUMO's NEMA controller and tried with 1.28: with `fixForceOff` a phase may use what phases before it
left, up to its own force-off; a phase that has no call, or no time left for its shortest green, is left out; at a
barrier both rings end their greens at once; and a lamp that is `G` in one running phase shows what this phase shows.
"""

from __future__ import annotations

from lxml import etree

from ...networks.actuated_plan import ActuatedJunction, RingPhase

IN_A_ROW = 2  # places of a ring before each barrier


def nema_logic(one: ActuatedJunction, prefix: str, program_id: str) -> etree._Element:
    """Return a junction's `tlLogic` of type NEMA; its detectors are those with this prefix."""
    offset = f"{one.offset_s:g}"
    logic = etree.Element("tlLogic", id=one.junction, type="NEMA", programID=program_id, offset=offset)
    coordinated = _last(one, 0)
    values = {
        "ring1": _ring(one, 1),
        "ring2": _ring(one, 2),
        "barrierPhases": _last(one, 1),
        "barrier2Phases": coordinated,
        "coordinatePhases": coordinated,
        "coordinate-mode": "true",
        "total-cycle-length": f"{one.cycle_s:g}",
        "minRecall": ",".join(str(phase.number) for phase in one.phases if phase.recall),
        "maxRecall": "",
        "fixForceOff": "true",
        "controllerType": "TS2",
        "whetherOutputState": "false",
        "show-detectors": "false",
        "ignore-errors": "false",
        **{zone.lane: f"{prefix}{zone.name}" for zone in one.zones},
    }
    for key, value in values.items():
        etree.SubElement(logic, "param", key=key, value=value)
    for phase in one.phases:
        etree.SubElement(logic, "phase", _attributes(phase))
    return logic


def _last(one: ActuatedJunction, side: int) -> str:
    """Return the phases that end a side, one of each ring."""
    last = {phase.ring: phase.number for phase in one.phases if phase.side == side}
    return ",".join(str(last[ring]) for ring in (1, 2))


def _ring(one: ActuatedJunction, ring: int) -> str:
    """Return a ring as SUMO wants it: two places before each barrier, 0 where there is no phase."""
    parts = [[p.number for p in one.phases if p.ring == ring and p.side == side] for side in (0, 1)]
    return ",".join(str(number) for part in parts for number in [*[0] * (IN_A_ROW - len(part)), *part])


def _attributes(phase: RingPhase) -> dict[str, str]:
    return {
        "name": str(phase.number),
        "duration": f"{phase.max_green_s:g}",
        "minDur": f"{phase.min_green_s:g}",
        "maxDur": f"{phase.max_green_s:g}",
        "vehext": f"{phase.passage_s:g}",
        "yellow": f"{phase.yellow_s:g}",
        "red": f"{phase.red_s:g}",
        "state": phase.state,
    }
