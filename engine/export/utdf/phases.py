"""Timing plans and phases for UTDF: every time a tenth of a second, on the master clock and on the local one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....networks.plan import whole_ms
from ....networks.utdf.sections import Records
from ....networks.utdf.signals import END, FIRST_YELLOW
from ..rings.ring_barrier import Phase

if TYPE_CHECKING:
    from ..rings.held_rings import Held
    from .streets import Numbers

PRETIMED = "0"
MAXIMUM_RECALL = "3"


def seconds(ms: int) -> str:
    """Return milliseconds as seconds with at most three decimals and no more than needed."""
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")


def offset_ms(one: Held, reference: int) -> int:
    """Return the offset by what it refers to: a point of the coordinated phase on the master clock."""
    phase, cycle = one.rings.coordinated, one.rings.cycle_ms
    after = {FIRST_YELLOW: phase.green_ms, END: phase.split_ms}.get(reference, 0)
    return (whole_ms(one.plan.offset_s) + phase.start_ms + after) % cycle


def plan_records(one: Held, reference: int, numbers: Numbers) -> Records:
    """Return the [Timeplans] records of a controller; the reference phase is the coordinated one alone."""
    nodes = numbers.nodes(one.junction.id)
    values = {
        "Control Type": PRETIMED,
        "Cycle Length": seconds(one.rings.cycle_ms),
        "Lock Timings": "1",
        "Referenced To": str(reference),
        "Reference Phase": str(one.rings.coordinated.number),
        "Offset": seconds(offset_ms(one, reference)),
        "Master": "0",
        "Yield": "0",
        **{f"Node {k}": numbers.of_node[node] for k, node in enumerate(nodes)},
        f"Node {len(nodes)}": "0",
    }
    return {name: {"DATA": value} for name, value in values.items()}


def phase_records(one: Held) -> Records:
    """Return the [Phases] records of a controller.

    `LocalStart` counts from the start of the coordinated phase, so that it and `Start` differ by one number.
    """
    found: Records = {}
    local = (whole_ms(one.plan.offset_s) + one.rings.coordinated.start_ms) % one.rings.cycle_ms
    for phase in one.rings.phases:
        for name, value in _values(one, phase, local).items():
            found.setdefault(name, {})[f"D{phase.number}"] = value
    return found


def _values(one: Held, phase: Phase, local: int) -> dict[str, str]:
    cycle = one.rings.cycle_ms
    start = (whole_ms(one.plan.offset_s) + phase.start_ms) % cycle
    yields = (start + phase.green_ms) % cycle
    yields_170 = (yields - one.clearance_ms(phase)) % cycle
    walk = {"Walk": seconds(one.walk_ms(phase)), "DontWalk": seconds(one.clearance_ms(phase)), "PedCalls": "0"}
    return {
        "BRP": f"{phase.barrier}{phase.ring}{phase.position}",
        "MinGreen": seconds(one.min_green_ms(phase)),
        "MaxGreen": seconds(phase.green_ms),
        "VehExt": "0",
        "TimeBeforeReduce": "0",
        "TimeToReduce": "0",
        "MinGap": "0",
        "Yellow": seconds(phase.yellow_ms),
        "AllRed": seconds(phase.red_ms),
        "Recall": MAXIMUM_RECALL,
        **(walk if one.walk_ms(phase) else {}),
        "MinSplit": seconds(one.min_split_ms(phase)),
        "DualEntry": "0",
        "InhibitMax": "1",
        "Start": seconds(start),
        "End": seconds((start + phase.split_ms) % cycle),
        "Yield": seconds(yields),
        "Yield170": seconds(yields_170),
        "LocalStart": seconds((start - local) % cycle),
        "LocalYield": seconds((yields - local) % cycle),
        "LocalYield170": seconds((yields_170 - local) % cycle),
        "ActGreen": seconds(phase.green_ms),
    }
