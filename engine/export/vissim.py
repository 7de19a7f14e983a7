"""A plan as PTV Vissim signal control files (VISSIG, `.sig`), one per junction, in a zip. Not run in Vissim.

The structure and the meaning of `cmd` (display 3: start of green, display 1: start of red, amber before it) were read
off signal control files in public use; the sign of `offset` is from memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from lxml import etree

from ...networks import lamps
from ...networks.files import xml_bytes
from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.plan import GroupPlan, JunctionPlan, whole_ms
from ..check.findings import CheckedPlan
from .carry_greens import made_or_carried
from .exporter import CannotHold, Export, ExportOptions, Loss, ReadBackError, plain_name, plans_of_junctions
from .lamp_strips import displays_of_plan
from .rings.held_rings import together
from .zipped import zipped

RED, RED_AMBER, GREEN, AMBER = "1", "2", "3", "4"
DISPLAYS = (
    (RED, "Red", "RED"),
    (RED_AMBER, "Red/Amber", "REDAMBER"),
    (GREEN, "Green", "GREEN"),
    (AMBER, "Amber", "AMBER"),
)
# A sequence by whether there is red-amber and amber: its number, its name, its displays with those of fixed length.
SEQUENCES = {
    (True, True): ("3", "Red-Red/Amber-Green-Amber", (RED, RED_AMBER, GREEN, AMBER)),
    (False, True): ("7", "Red-Green-Amber", (RED, GREEN, AMBER)),
    (False, False): ("4", "Red-Green", (RED, GREEN)),
    (True, False): ("8", "Red-Red/Amber-Green", (RED, RED_AMBER, GREEN)),
}
PERMANENT_RED, PERMANENT_GREEN = "1", "2"
YIELDS = "whether a green yields: in Vissim the priority rules and conflict areas of the network decide"
UNTRIED = "the offset's sign, which no Vissim has confirmed"


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return a zip of `.sig` files, named by controller number and junction, each read back lamp by lamp.

    Raises CannotHold for a group that shows other things than red, red-amber, green and amber in that order.
    """
    files: dict[str, bytes] = {}
    losses: list[Loss] = []
    refused: list[CannotHold] = []
    mark = f"{options.mark} {plain_name(checked.plan)}"
    for number, plan in enumerate(plans_of_junctions(checked.plan, options), start=1):
        junction = network.by_junction[plan.junction]
        try:
            content, used, carried = made_or_carried(
                plan, junction, options, partial(_sig, junction=junction, number=number, mark=mark)
            )
        except CannotHold as reason:
            refused.append(reason)
            continue
        read_back(content, used)
        losses += carried
        files[f"{number:03d}_{junction.id.replace('/', '_')}.sig"] = content
        losses += _losses(plan, junction)
    if refused:
        raise together(refused)
    return Export(content=zipped(files), losses=tuple(losses))


def _sig(plan: JunctionPlan, *, junction: Junction, number: int, mark: str) -> bytes:
    return xml_bytes(_controller(number, plan, junction, mark))


def _controller(number: int, plan: JunctionPlan, junction: Junction, mark: str) -> etree._Element:
    root = etree.Element(
        "sc",
        version="201502",
        id=str(number),
        name=f"{junction.id} {mark}",
        frequency="10",
        defaultIntergreenMatrix="1",
    )
    shapes = {group.id: _shape(plan.by_group[group.id], group.id, plan) for group in junction.groups}
    _displays(root)
    _sequences(root)
    groups = etree.SubElement(root, "sgs")
    for k, group in enumerate(junction.groups, start=1):
        sg = etree.SubElement(groups, "sg", id=str(k), name=group.id, defaultSignalSequence=shapes[group.id])
        etree.SubElement(sg, "defaultDurations")
    matrix = etree.SubElement(
        etree.SubElement(root, "intergreenmatrices"), "intergreenmatrix", id="1", name="intergreens"
    )
    places = {group.id: str(k) for k, group in enumerate(junction.groups, start=1)}
    for (a, b), needed_s in sorted(junction.intergreen_s.items()):
        attributes = {"clearingsg": places[a], "enteringsg": places[b], "value": str(whole_ms(needed_s))}
        etree.SubElement(matrix, "intergreen", attributes)
    _program(root, plan, junction, shapes)
    for name in ("stages", "interstageProgs", "stageProgs", "dailyProgLists"):
        etree.SubElement(root, name)
    return root


def _displays(root: etree._Element) -> None:
    displays = etree.SubElement(root, "signaldisplays")
    for number, name, state in DISPLAYS:
        etree.SubElement(displays, "display", id=number, name=name, state=state)


def _sequences(root: etree._Element) -> None:
    sequences = etree.SubElement(root, "signalsequences")
    always = ((PERMANENT_RED, "Permanent Red", RED), (PERMANENT_GREEN, "Permanent Green", GREEN))
    for number, name, display in always:
        _states(etree.SubElement(sequences, "signalsequence", id=number, name=name), (display,))
    for number, name, shown in SEQUENCES.values():
        _states(etree.SubElement(sequences, "signalsequence", id=number, name=name), shown)


def _states(sequence: etree._Element, shown: Sequence[str]) -> None:
    for display in shown:
        fixed = "true" if display in (RED_AMBER, AMBER) else "false"
        closed = "true" if display in (RED, RED_AMBER) else "false"
        attributes = {"display": display, "isFixedDuration": fixed, "isClosed": closed, "defaultDuration": "0"}
        etree.SubElement(sequence, "state", attributes)


def _program(root: etree._Element, plan: JunctionPlan, junction: Junction, shapes: dict[str, str]) -> None:
    program = etree.SubElement(
        etree.SubElement(root, "progs"),
        "prog",
        id="1",
        name=junction.id,
        cycletime=str(whole_ms(plan.cycle_s)),
        switchpoint="0",
        offset=str(whole_ms(plan.offset_s)),
        intergreens="1",
    )
    groups = etree.SubElement(program, "sgs")
    for k, group in enumerate(junction.groups, start=1):
        sg = etree.SubElement(groups, "sg", sg_id=str(k), signal_sequence=shapes[group.id])
        commands = etree.SubElement(sg, "cmds")
        lengths = etree.SubElement(sg, "fixedstates")
        if shapes[group.id] not in (PERMANENT_RED, PERMANENT_GREEN):
            _commands(plan.by_group[group.id], plan, commands, lengths)


def _commands(group: GroupPlan, plan: JunctionPlan, commands: etree._Element, lengths: etree._Element) -> None:
    cycle = whole_ms(plan.cycle_s)
    amber, red_amber = _length(group, lamps.YELLOWS), _length(group, {lamps.RED_AMBER})
    begins = []
    for green in group.greens(plan.cycle_s):
        start = whole_ms(green.start_s)
        begins += [(start, GREEN), ((start + whole_ms(green.length_s) + amber) % cycle, RED)]
    for begin, display in sorted(begins):
        etree.SubElement(commands, "cmd", display=display, begin=str(begin))
    for display, length in ((RED_AMBER, red_amber), (AMBER, amber)):
        if length:
            etree.SubElement(lengths, "fixedstate", display=display, duration=str(length))


def _length(group: GroupPlan, shown: set[str] | frozenset[str]) -> int:
    return max((whole_ms(w.length_s) for w in group.windows if w.display in shown), default=0)


def _shape(group: GroupPlan, name: str, plan: JunctionPlan) -> str:
    """Return the number of the signal sequence of a group. Raises CannotHold if no sequence does what it does."""
    displays = {window.display for window in group.windows}
    greens, cycle = group.greens(plan.cycle_s), whole_ms(plan.cycle_s)
    if displays <= {lamps.STOP_THEN_GO, lamps.DARK, lamps.DARK_YIELD}:
        return PERMANENT_RED
    if greens and greens[0].length_s == plan.cycle_s:
        return PERMANENT_GREEN
    kept = [w for w in group.windows if w.display != lamps.STOP_THEN_GO]
    ambers = {whole_ms(w.length_s) for w in kept if w.display in lamps.YELLOWS}
    red_ambers = {whole_ms(w.length_s) for w in kept if w.display == lamps.RED_AMBER}
    starts = {whole_ms(g.start_s) for g in greens}
    ends = {(whole_ms(g.start_s) + whole_ms(g.length_s)) % cycle for g in greens}
    in_order = (
        displays <= {*lamps.GREENS, *lamps.YELLOWS, lamps.RED_AMBER, lamps.STOP_THEN_GO}
        and len(ambers) <= 1
        and len(red_ambers) <= 1
        and {whole_ms(w.start_s) for w in kept if w.display in lamps.YELLOWS} == (ends if ambers else set())
        and {(whole_ms(w.start_s) + whole_ms(w.length_s)) % cycle for w in kept if w.display == lamps.RED_AMBER}
        == (starts if red_ambers else set())
        and not starts & {(end + max(ambers, default=0)) % cycle for end in ends}
    )
    if not in_order:
        raise CannotHold(
            where=f"junction {plan.junction}",
            found=f"group {name} does not go from red over green and amber to red in the same way each time",
            rule="a signal group in Vissim runs through one sequence with amber and red-amber of fixed length",
            fix="plan with one yellow per group and red after it, or export to sumo",
        )
    return SEQUENCES[bool(red_ambers), bool(ambers)][0]


def read_back(content: bytes, plan: JunctionPlan) -> None:
    """Compare a `.sig` file with the plan, tenth by tenth. Raises ReadBackError with the group that differs."""
    root = etree.fromstring(content)
    program = root.find("progs/prog")
    names = {sg.get("id"): sg.get("name") or "" for sg in root.iterfind("sgs/sg")}
    if program is None or int(program.get("cycletime", "0")) != whole_ms(plan.cycle_s):
        raise ReadBackError(f"junction {plan.junction}: the file's cycle is not the plan's")
    wanted = displays_of_plan(plan, 100)
    shown = {names.get(sg.get("sg_id"), ""): _strip(sg, program) for sg in program.iterfind("sgs/sg")}
    if set(shown) != set(wanted):
        raise ReadBackError(f"junction {plan.junction}: the file's groups are not the plan's")
    for group, strip in shown.items():
        if strip != wanted[group]:
            raise ReadBackError(f"junction {plan.junction}: group {group} shows other things in the file")


def _strip(sg: etree._Element, program: etree._Element) -> str:
    """Return what a group of a program shows in tenths from absolute second 0 on: r, u, G or y."""
    tenths = int(program.get("cycletime", "0")) // 100
    sequence = sg.get("signal_sequence")
    if sequence in (PERMANENT_RED, PERMANENT_GREEN):
        return ("G" if sequence == PERMANENT_GREEN else "r") * tenths
    fixed = {f.get("display"): int(f.get("duration", "0")) // 100 for f in sg.iterfind("fixedstates/fixedstate")}
    begins = [(int(c.get("begin", "0")) // 100, c.get("display")) for c in sg.iterfind("cmds/cmd")]
    strip = ["r"] * tenths
    for place, (begin, display) in enumerate(begins):
        if display == GREEN:
            end = begins[(place + 1) % len(begins)][0]
            length = (end - begin) % tenths or tenths
            for k in range(-fixed.get(RED_AMBER, 0), length):
                late = length - fixed.get(AMBER, 0)
                strip[(begin + k) % tenths] = "u" if k < 0 else "G" if k < late else "y"
    late = int(program.get("offset", "0")) // 100 % tenths
    return "".join(strip[tenths - late :] + strip[: tenths - late])


def _losses(plan: JunctionPlan, junction: Junction) -> list[Loss]:
    displays = {g.group: {w.display for w in g.windows} for g in plan.groups}
    yields = tuple(g for g, shown in displays.items() if lamps.PERMITTED in shown)
    arrows = tuple(g for g, shown in displays.items() if lamps.STOP_THEN_GO in shown)
    dark = tuple(g for g, shown in displays.items() if shown & {lamps.DARK, lamps.DARK_YIELD})
    found = [Loss(junction=junction.id, groups=yields, what=YIELDS)] if yields else []
    found += [Loss(junction=junction.id, groups=arrows, what="a green arrow at red: written as red")] if arrows else []
    found += [Loss(junction=junction.id, groups=dark, what="dark or blinking lamps: written as red")] if dark else []
    return [*found, Loss(junction=junction.id, groups=(), what=UNTRIED)]
