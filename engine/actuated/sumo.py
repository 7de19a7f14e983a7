"""Actuated programs as SUMO's: of type `actuated`, with detectors of their own and switching rules as expressions.

Tried with SUMO 1.28: where a following phase has an `earlyTarget`, only such rules end a stage, never before `minDur`
nor `earliestEnd`, and `latestEnd` or `maxDur` end it whatever the detectors say. `a:` counts the vehicles of a lane
area, `z:` is the time since a loop was last occupied, `r:` and `p:` are a lamp's time of red and the persons waiting at
it.
"""

from __future__ import annotations

from lxml import etree

from ...networks.actuated_plan import ActuatedJunction, ActuatedPlan, Change, Stage
from ...networks.files import xml_bytes
from ...networks.network import Network
from ...networks.sumo.program import program_xml
from .sumo_nema import nema_logic

PROGRAM_ID = "greenband actuated"
NEVER_S = "1000000"  # detectors steer; what they would write is not wanted
STARVED_S = 120  # a stage that somebody waits for so long is next


def actuated_xml(plan: ActuatedPlan, network: Network, program_id: str = PROGRAM_ID) -> bytes:
    """Return an additional file with the program of every signal: actuated ones, and the plan's for the others."""
    root = etree.Element("additional")
    fixed = program_xml(plan.fixed, network, program_id)
    others = {str(logic.get("id")): logic for logic in fixed.iter("tlLogic")}
    for place, junction in enumerate(network.junctions):
        one = plan.by_junction.get(junction.id)
        if one is None:
            root.append(others[junction.id])
            continue
        prefix = f"greenband{place}"
        _detectors(root, one, prefix)
        root.append(LOGICS[one.mode](one, prefix, program_id))
    return xml_bytes(root)


def _detectors(root: etree._Element, one: ActuatedJunction, prefix: str) -> None:
    for zone in one.zones:
        common = {"id": f"{prefix}{zone.name}", "lane": zone.lane, "period": NEVER_S, "file": "NUL"}
        if one.mode != "coordinated":
            place = {"endPos": "-0.1", "length": f"{zone.length_m:g}", "friendlyPos": "true"}
            etree.SubElement(root, "laneAreaDetector", common | place)
        else:
            place = {"pos": f"-{zone.loop_m:g}", "length": f"{zone.loop_m:g}", "friendlyPos": "true"}
            etree.SubElement(root, "inductionLoop", common | place)


def _free(one: ActuatedJunction, prefix: str, program_id: str) -> etree._Element:
    logic = etree.Element("tlLogic", id=one.junction, type="actuated", programID=program_id, offset="begin")
    many = range(len(one.stages))
    first = _places(one)
    for k, stage in enumerate(one.stages):
        others = [(k + step) % len(one.stages) for step in range(1, len(one.stages))]
        following = " ".join(str(first[(k, other)]) for other in others if (k, other) in first)
        etree.SubElement(logic, "phase", {**_limits(stage), "next": following, "name": stage.name})
    for change in one.changes:
        _transition(logic, one, change, first[(change.before, change.after)], _rules(one, change.before, change.after))
    for k in many:
        etree.SubElement(logic, "assignment", id=f"n{k}", check="1", value=_called(one.stages[k], prefix))
    for k in many:
        lamp = _own_lamp(one, k)
        etree.SubElement(logic, "assignment", id=f"w{k}", check="1", value=f"n{k} > 0 and r:{lamp} > {STARVED_S}")
    return logic


def _places(one: ActuatedJunction) -> dict[tuple[int, int], int]:
    """Return where in the program the phases of each change start; stages come first."""
    at, places = len(one.stages), {}
    for change in one.changes:
        places[(change.before, change.after)] = at if change.intervals else change.after
        at += len(change.intervals)
    return places


def _limits(stage: Stage) -> dict[str, str]:
    return {
        "duration": f"{stage.planned_s or stage.min_green_s:g}",
        "minDur": f"{stage.min_green_s:g}",
        "maxDur": f"{stage.max_green_s:g}",
        "state": stage.state,
    }


def _transition(
    logic: etree._Element, one: ActuatedJunction, change: Change, first: int, rules: dict[str, str]
) -> None:
    for k, part in enumerate(change.intervals):
        following = str(first + k + 1 if k + 1 < len(change.intervals) else change.after)
        phase = {"duration": f"{part.length_s:g}", "state": part.state, "next": following}
        etree.SubElement(logic, "phase", phase | (rules if k == 0 else {}))


def _rules(one: ActuatedJunction, own: int, other: int) -> dict[str, str]:
    """Return when a stage yields to another early, and when it does at its longest green."""
    rivals = [k for k in range(len(one.stages)) if k not in (own, other)]
    most = "".join(f" and n{other} >= n{rival}" for rival in rivals)
    weights = one.weights
    assert weights is not None
    outweighed = f"n{other} > {weights.factor:g} * n{own} + {weights.surplus:g}"
    empty = f"n{own} < {weights.empty:g} and n{other} > 0"
    return {
        "earlyTarget": f"w{other} or ( {outweighed} or {empty} ){most}",
        "finalTarget": f"w{other} or n{other} > 0{most}",
    }


def _called(stage: Stage, prefix: str) -> str:
    zones = [
        f"a:{prefix}{call.zone}" if call.share == 1 else f"{call.share:g} * a:{prefix}{call.zone}"
        for call in stage.calls
    ]
    return " + ".join([*zones, *(f"p:{link}" for link in stage.walks)]) or "0"


def _own_lamp(one: ActuatedJunction, k: int) -> int:
    """Return a lamp that is green in this stage, of several the one that is green in the fewest."""
    greens = [place for place, letter in enumerate(one.stages[k].state) if letter in "Gg"]
    return min(greens, key=lambda place: (sum(stage.state[place] in "Gg" for stage in one.stages), place))


def _coordinated(one: ActuatedJunction, prefix: str, program_id: str) -> etree._Element:
    """Return the program with the stage that must not end early last, and SUMO's cycle begun a second after its end.

    SUMO takes a stage that began in one cycle and should end in the next for one that is late, and ends it at once.
    """
    assert one.cycle_s is not None
    assert one.offset_s is not None
    count = len(one.stages)
    main = next((k for k, stage in enumerate(one.stages) if stage.yield_s is not None), count - 1)
    origin_s = (one.stages[main].yield_s or 0.0) + 1
    offset = f"{(one.offset_s + origin_s) % one.cycle_s:g}"
    logic = etree.Element("tlLogic", id=one.junction, type="actuated", programID=program_id, offset=offset)
    etree.SubElement(logic, "param", key="coordinated", value="true")
    etree.SubElement(logic, "param", key="cycleTime", value=f"{one.cycle_s:g}")
    for k in ((main + 1 + step) % count for step in range(count)):
        # A phase carries the rule by which the stage before it may end.
        rule = {"earlyTarget": _gap(one.stages[k - 1], prefix)}
        for part in one.change[((k - 1) % count, k)].intervals:
            etree.SubElement(logic, "phase", {"duration": f"{part.length_s:g}", "state": part.state, **rule})
            rule = {}
        stage = one.stages[k]
        ends = {"latestEnd": stage.force_off_s, "earliestEnd": stage.yield_s}
        times = {name: f"{(at_s - origin_s) % one.cycle_s:g}" for name, at_s in ends.items() if at_s is not None}
        etree.SubElement(logic, "phase", {**_limits(stage), **times, **rule})
    return logic


def _gap(stage: Stage, prefix: str) -> str:
    """Return when nobody follows any more: every loop of the stage empty for its passage time."""
    if not stage.calls or stage.passage_s is None or stage.yield_s is not None:
        return "0 > 1"
    return " and ".join(f"z:{prefix}{call.zone} > {stage.passage_s:g}" for call in stage.calls)


LOGICS = {"free": _free, "coordinated": _coordinated, "nema": nema_logic}
