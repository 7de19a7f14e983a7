"""What an import of a UTDF file leaves out and what it guesses: its reading report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...networks.utdf.names import RECORDS
from ...networks.utdf.sections import Section
from ...networks.utdf.signals import UNCONTROLLED, UtdfController, UtdfMovement, movements
from ...networks.utdf.tables import UtdfFile
from .remarks import Remark
from .utdf_clock import longest_way
from .utdf_streets import Streets, street_id

PRETIMED, SIGNAL = 0, "0"
ALMOST_S = 1e-6
READ = {
    "Nodes": ("INTID", "TYPE", "X", "Y"),
    "Links": ("Up ID", "Lanes", "Name", "Speed"),
    "Lanes": (*RECORDS[RECORDS.index("Up Node") :], "Lanes", "Speed"),
    "Timeplans": RECORDS,
    "Phases": RECORDS,
    "Network": ("UTDFVERSION", "Metric", "ScenarioDate", "ScenarioTime"),
}
NOT_READ = ("Storage", "StLanes", "Distance")  # named in the reader, and not used for the network
COUNTS = "counts.csv is made of the file's hourly volumes, evenly over the hour: nobody has counted them"
STRAIGHT = "streets run straight from node to node, and pocket lanes are as long as their street"


def remarks_of(
    file: UtdfFile,
    read: Mapping[str, UtdfController],
    used: Mapping[str, UtdfController],
    streets: Streets,
    source: str,
) -> tuple[Remark, ...]:
    """Return what the study has otherwise than the file; `read` are the file's controllers, `used` those timed."""
    return (
        *(Remark(where="", what=what) for what in (COUNTS, STRAIGHT)),
        *_of_sections(file),
        *_of_nodes(file, read, streets),
        *(remark for controller in read.values() for remark in _of_controller(file, controller)),
        *_of_movements(movements(file, source), streets, used),
        *_of_links(file),
    )


def _of_sections(file: UtdfFile) -> Iterator[Remark]:
    for section in file.sections:
        if section.name not in READ:
            yield Remark(where=f"[{section.name}]", what="sections that are not read")
        elif section.name == "Nodes":
            titles = zip(section.header, section.columns, strict=True)
            names = [title for title, name in titles if name and name not in READ["Nodes"]]
            yield from _left_out(section, names)
        else:
            keys = section.settings if section.name == "Network" else _filled_records(section)
            yield from _left_out(section, [k for k in keys if k not in READ[section.name] or k in NOT_READ])


def _filled_records(section: Section) -> list[str]:
    rows = [(name, values) for own in section.records.values() for name, values in own.items()]
    return list(dict.fromkeys(name for name, values in rows if any(cell.strip() for cell in values.values())))


def _left_out(section: Section, names: list[str]) -> Iterator[Remark]:
    if names:
        yield Remark(where=", ".join(names), what=f"records of [{section.name}] that are not used")


def _of_nodes(file: UtdfFile, read: Mapping[str, UtdfController], streets: Streets) -> Iterator[Remark]:
    nodes = file.section("Nodes")
    at = nodes.columns.index("TYPE") if nodes is not None and "TYPE" in nodes.columns else -1
    for row in nodes.rows if nodes is not None and at >= 0 else ():
        if [cell.strip() for cell in row[at : at + 1]] == [SIGNAL] and row[0].strip() not in streets.controller_of:
            yield Remark(where=row[0].strip(), what="signals without a cycle or phases: built without signals")
    for controller in read.values():
        for node in controller.nodes:
            if node not in streets.places:
                yield Remark(where=node, what="nodes of controllers that are not in [Nodes]: left out")


def _of_controller(file: UtdfFile, controller: UtdfController) -> Iterator[Remark]:
    where = f"INTID {controller.intid}"
    if controller.control_type != PRETIMED:
        what = "actuated controllers: taken at fixed times, each phase to its split (MaxGreen), in every cycle"
        yield Remark(where=where, what=what)
    timed = [phase for phase in controller.phases if phase.green_s > 0]
    if any(phase.start_s != phase.start_s for phase in timed):
        yield Remark(where=where, what="no Start of phases: computed from splits, offset and its reference")
        rest_s = controller.cycle_s - sum(phase.split_s for phase in longest_way(timed))
        if rest_s > ALMOST_S:
            yield Remark(where=f"{where} ({rest_s:g} s)", what="splits shorter than the cycle: red for the rest of it")
    dark = [str(phase.number) for phase in controller.phases if phase.green_s <= 0]
    if dark:
        yield Remark(where=f"{where}, phase {', '.join(dark)}", what="phases with MaxGreen 0: left out")
    section = file.section("Phases")
    records = section.records.get(controller.intid, {}) if section is not None else {}
    for phase in timed:
        if phase.min_split_s > phase.split_s + ALMOST_S:
            what = "splits shorter than their MinSplit: kept as they run; exports write MinSplit as it was"
            yield Remark(where=f"{where}, phase {phase.number}", what=what)
        if not records.get("AllRed", {}).get(f"D{phase.number}", "").strip():
            yield Remark(where=f"{where}, phase {phase.number}", what="no AllRed: taken as 0 s")
    for column, text in records.get("Yellow", {}).items():
        if text.strip() and column[1:].isdigit() and int(column[1:]) not in controller.by_number:
            yield Remark(where=f"{where}, {column}", what="phases with Yellow but no MaxGreen or no BRP: left out")


def _of_movements(
    found: tuple[UtdfMovement, ...], streets: Streets, used: Mapping[str, UtdfController]
) -> Iterator[Remark]:
    for movement in found:
        where = f"{movement.intid} {movement.column}"
        if street_id(movement.intid, movement.dest_node) not in streets.streets:
            yield Remark(where=where, what="movements to a node that is not in the file: left out")
        if street_id(movement.up_node, movement.intid) not in streets.streets:
            yield Remark(where=where, what="movements from a street that is not in [Links]: left out")
        controller = used.get(streets.controller_of.get(movement.intid, ""))
        own = (*movement.phases, *movement.permitted)
        if controller is None or UNCONTROLLED in own:
            continue
        if not own:
            what = "movements without a phase: as the approach's through movement, turns to the left yield"
            yield Remark(where=where, what=what)
        elif not any(number in controller.by_number for number in own):
            yield Remark(where=where, what="movements whose phases are not in use: red all the cycle")


def _of_links(file: UtdfFile) -> Iterator[Remark]:
    links = file.section("Links")
    for intid, records in links.records.items() if links is not None else ():
        for side, up in records.get("Up ID", {}).items():
            for record, what in (("Speed", "taken as 50 km/h"), ("Lanes", "one, or those of its lane groups")):
                if up.strip() and records.get(record, {}).get(side, "").strip() in ("", "0"):
                    yield Remark(where=f"{up.strip()} to {intid}", what=f"streets without {record}: {what}")
