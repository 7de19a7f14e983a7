"""A plan as a UTDF version 8 combined CSV, which Synchro and the programs that import from it read.

Fields and codes: Synchro Studio 11 user guide, chapter "UTDF, combined format". Not tried in Synchro.
"""

from __future__ import annotations

from ....networks.errors import InputError
from ....networks.network import Network
from ....networks.utdf.signals import END, FIRST_GREEN, FIRST_YELLOW, LAST_GREEN
from ....networks.utdf.tables import Records, Section, UtdfFile, records_section, utdf_bytes
from ...check.findings import CheckedPlan
from ..exporter import Export, ExportOptions, Loss, plain_name
from ..rings.held_rings import Held, held_rings
from ..rings.ring_barrier import RingLimits
from .lanes import group_of_turns, lanes_of
from .phases import phase_records, plan_records
from .read_back import read_back
from .streets import Numbers, link_records, node_rows, numbers_of

LIMITS = RingLimits(format_name="UTDF", rings=4, phases=16, grid_ms=100, red_ms=25_500)
REFERENCES = {
    "first-green": FIRST_GREEN,
    "last-green": LAST_GREEN,
    "first-yellow": FIRST_YELLOW,
    "end-of-phase": END,
}
LINK_SIDES = ("NB", "SB", "EB", "WB", "NE", "NW", "SE", "SW")
NODE_HEADER = ("INTID", "TYPE", "X", "Y", "Z", "DESCRIPTION", "CBD", "Inside Radius", "Outside Radius")
NO_CROSSINGS = "which crossing walks with a phase: UTDF has walks of phases, not crossings"


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return the plan as UTDF, read back: the greens, yellows and walks of every movement as the plan shows them.

    `offset_reference` is what the offset refers to: first-green (TS 2, the default), last-green (TS 1), first-yellow
    (170 style) or end-of-phase. Times are tenths of a second. One file holds one plan.
    """
    reference = _reference(options)
    held, losses = held_rings(checked, network, options, LIMITS)
    numbers = numbers_of([h.junction.id for h in held], network)
    content = utdf_bytes(_file(held, network, numbers, reference, options, checked))
    read_back(content, held, network, numbers)
    return Export(content=content, losses=(*losses, *_losses(held)))


def _reference(options: ExportOptions) -> int:
    name = options.offset_reference or "first-green"
    if name not in REFERENCES:
        raise InputError(
            where="--offset-reference",
            found=f"'{name}'",
            rule="in UTDF an offset refers to " + ", ".join(REFERENCES),
            fix="name one of them",
        )
    return REFERENCES[name]


def _file(
    held: tuple[Held, ...],
    network: Network,
    numbers: Numbers,
    reference: int,
    options: ExportOptions,
    checked: CheckedPlan,
) -> UtdfFile:
    lanes: dict[str, Records] = {}
    for one in held:
        lanes |= lanes_of(one, network, numbers)
    columns = tuple(dict.fromkeys(c for records in lanes.values() for c in records["Dest Node"]))
    widest = max(p.number for one in held for p in one.rings.phases)
    phase_columns = tuple(f"D{k}" for k in range(1, max(8, widest) + 1))
    timing = {numbers.master(one.junction.id): one for one in held}
    return UtdfFile(
        sections=(
            _network(options.mark, checked),
            Section(name="Nodes", title="Node Data", header=NODE_HEADER, rows=node_rows(numbers, network)),
            records_section("Links", LINK_SIDES, link_records(held, network, numbers)),
            records_section("Lanes", (*sorted(columns, key=_column_order), "PED", "HOLD"), lanes),
            records_section(
                "Timeplans", ("DATA",), {i: plan_records(one, reference, numbers) for i, one in timing.items()}
            ),
            records_section("Phases", phase_columns, {i: phase_records(one) for i, one in timing.items()}),
        )
    )


def _network(mark: str, checked: CheckedPlan) -> Section:
    values = {
        "UTDFVERSION": "8",
        "Metric": "1",
        "yellowTime": "3.5",
        "allRedTime": "1.0",
        "DefFlow": "1900",
        "Scenario": f"{mark.replace(',', ';')} plan {plain_name(checked.plan)}",
    }
    return Section(name="Network", title="Network Settings", header=("RECORDNAME", "DATA"), rows=tuple(values.items()))


def _column_order(column: str) -> tuple[int, int]:
    turns = ("U", "L2", "L", "T", "R", "R2")
    return LINK_SIDES.index(column[:2]), turns.index(column[2:])


def _losses(held: tuple[Held, ...]) -> list[Loss]:
    found = []
    for one in held:
        walks = tuple(g for phase in one.rings.phases for g in phase.walks)
        if walks:
            found.append(Loss(junction=one.junction.id, groups=tuple(dict.fromkeys(walks)), what=NO_CROSSINGS))
        if one.rings.dark:
            what = "lamps that are dark or blink all the cycle: written as uncontrolled"
            found.append(Loss(junction=one.junction.id, groups=one.rings.dark, what=what))
        unused = tuple(g.id for g in one.junction.groups if g.id not in set(group_of_turns(one.junction).values()))
        unheld = tuple(g for g in unused if g not in walks and one.junction.by_group[g].kind != "pedestrian")
        if unheld:
            found.append(Loss(junction=one.junction.id, groups=unheld, what="lamps that govern no turn of vehicles"))
    return found
