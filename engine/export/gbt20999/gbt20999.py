"""A plan as frames of GB/T 20999-2017: phases, stages, conflicts, intergreens, plan, day plan where a time is given.

Not tried on a controller. The standard was not at hand: frames, numbers and lengths follow two public implementations
that agree. How late starts, early ends and yellow lie in a stage is our reading, written in the loss report.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ....networks.junction import Junction
from ....networks.network import Network
from ....networks.plan import JunctionPlan, whole_ms
from ...check.findings import CheckedPlan
from ..carry_greens import made_or_carried
from ..exporter import CannotHold, Export, ExportOptions, Loss, plain_name, plans_of_day, plans_of_junctions
from ..rings.held_rings import together
from .frames import frame
from .read_back import read_back
from .stages import GbtStage, stages_of

if TYPE_CHECKING:
    from ..group_spans import RingWishes

Item = tuple[int, int, int, int, bytes]  # class, object, attribute, element, value
MOST_PHASES, MOST_ITEMS = 64, 20
YELLOW, RED, GREEN_FLASH = 0x30, 0x10, 0x21
FIXED_STAGE, FIXED_MODE = 0x10, 0x21
READING = (
    "our reading of the standard: a stage lasts its time with yellow in it; a group turns green its late start after "
    "the stage, ends its yellow its early end before it, and stays green into the next stage if it is in both"
)
OFFSET = "the offset is written as the start of the first stage against midnight, from junction to junction as planned"


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return text: for each junction and frame a line `junction number;what;frame in hexadecimal`, read back.

    Offsets refer to the start of the first stage, whose first group is the one that turns green at it.
    """
    day = plans_of_day(checked, options)
    if len(day) > 1:
        raise CannotHold(
            where="the schedule",
            found=f"{len(day)} plans",
            rule="this export writes one plan with its day plan",
            fix="export each plan by itself, with another --row",
        )
    lines = [
        f"# {options.mark}. Greenband plan {plain_name(checked.plan)}. GB/T 20999-2017. Not tried on a controller."
    ]
    losses: list[Loss] = []
    refused: list[CannotHold] = []
    kept: dict[int, JunctionPlan] = {}
    for number, plan in enumerate(plans_of_junctions(checked.plan, options), start=1):
        junction = network.by_junction[plan.junction]
        try:
            (stages, wishes, lost), used, carried = made_or_carried(
                plan, junction, options, partial(stages_of, junction=junction)
            )
        except CannotHold as reason:
            refused.append(reason)
            continue
        if number > 255 or len(junction.groups) > MOST_PHASES:
            raise CannotHold(
                where=f"junction {junction.id}",
                found=f"junction {number} with {len(junction.groups)} groups",
                rule=f"a controller has at most 255 junctions, and {MOST_PHASES} phases each",
                fix="export fewer junctions with --junction",
            )
        lines.append(f"# junction {number}: {junction.id}")
        lines += [f"# phase {k}: {group.kind} group {group.id}" for k, group in enumerate(junction.groups, start=1)]
        items = [
            *_phase_items(used, junction, wishes),
            *_conflict_items(junction),
            *_plan_items(used, stages, junction, options.row),
        ]
        items += _day_items(day[0].start_s, day[0].days, options.row) if day else []
        for place in range(0, len(items), MOST_ITEMS):
            part = frame(number, place // MOST_ITEMS % 256, items[place : place + MOST_ITEMS])
            lines.append(f"{number};set;{part.hex()}")
        losses += [*lost, *carried, *_losses(junction.id, wishes)]
        kept[number] = used
    if refused:
        raise together(refused)
    content = ("\n".join(lines) + "\n").encode()
    read_back(content, kept, {n: network.by_junction[p.junction] for n, p in kept.items()}, options.row)
    return Export(content=content, losses=(*losses, *(Loss(junction="", groups=(), what=w) for w in (READING, OFFSET))))


def _phase_items(plan: JunctionPlan, junction: Junction, wishes: RingWishes) -> Iterator[Item]:
    for number, group in enumerate(junction.groups, start=1):
        yellows = {span.yellow_ms // 1000 for span in wishes.spans.get(group.id, ())}
        if len(yellows) > 1:
            raise CannotHold(
                where=f"junction {junction.id}",
                found=f"group {group.id} with yellows of {sorted(yellows)} s",
                rule="in GB/T 20999-2017 a phase has one yellow",
                fix="plan with one yellow per group",
            )
        yellow = max(yellows, default=0)
        least = int(junction.min_green_s.get(group.id, 0.0))
        longest = max((span.green_ms // 1000 for span in wishes.spans.get(group.id, ())), default=0)
        yield 4, 2, 2, number, _mask([number])
        for attribute, state, time in ((3, GREEN_FLASH, 0), (5, YELLOW, yellow), (7, RED, 0)):
            yield 4, 2, attribute, number, bytes([state])
            yield 4, 2, attribute + 1, number, bytes([time])
        for attribute, value in ((0x1B, least), (0x1C, longest), (0x1D, longest), (0x1E, 0)):
            yield 4, 2, attribute, number, struct.pack(">H", value)


def _mask(numbers: Sequence[int]) -> bytes:
    """Return a mask of 64 bits in which bit 0 is number 1."""
    return struct.pack(">Q", sum(1 << (number - 1) for number in numbers))


def _conflict_items(junction: Junction) -> Iterator[Item]:
    places = {group.id: k for k, group in enumerate(junction.groups, start=1)}
    for group, number in places.items():
        foes = sorted({places[b] for a, b in junction.foes if a == group})
        clear = bytearray(MOST_PHASES)
        for (a, b), needed_s in junction.intergreen_s.items():
            if a == group:
                clear[places[b] - 1] = min(255, -(-whole_ms(needed_s) // 100))
        yield 7, 1, 2, number, _mask(foes)
        yield 7, 2, 2, number, bytes(clear)


def _plan_items(plan: JunctionPlan, stages: Sequence[GbtStage], junction: Junction, number: int) -> Iterator[Item]:
    places = {group.id: k for k, group in enumerate(junction.groups, start=1)}
    for k, stage in enumerate(stages, start=1):
        late, early = bytearray(MOST_PHASES), bytearray(MOST_PHASES)
        for group in stage.groups:
            late[places[group] - 1], early[places[group] - 1] = stage.late_s[group], stage.early_s[group]
        yield 6, 2, 2, k, _mask([places[group] for group in stage.groups])
        yield 6, 2, 3, k, bytes(late)
        yield 6, 2, 4, k, bytes(early)
    cycle = whole_ms(plan.cycle_s) // 1000
    offset = (whole_ms(plan.offset_s) // 1000 + stages[0].start_s) % cycle
    count = len(stages)
    yield 9, 2, 3, number, struct.pack(">I", cycle)
    yield 9, 2, 4, number, bytes([1])
    yield 9, 2, 5, number, struct.pack(">H", offset)
    yield 9, 2, 6, number, bytes([*range(1, count + 1), *[0] * (16 - count)])
    yield 9, 2, 7, number, struct.pack(">16H", *(stage.length_s for stage in stages), *[0] * (16 - count))
    yield 9, 2, 8, number, bytes([*[FIXED_STAGE] * count, *[0] * (16 - count)])


def _day_items(start_s: int, days: tuple[int, ...], number: int) -> Iterator[Item]:
    """Yield a day plan, first slot 00:00 and then the plan's time, and the schedule that calls it."""
    begins = [(0, 0)] if start_s == 0 else [(0, 0), (start_s // 3600, start_s % 3600 // 60)]
    slots = bytes(part for begin in begins for part in begin)
    plans = [number] if start_s == 0 else [0, number]
    yield 0x0B, 2, 3, number, slots.ljust(96, b"\0")
    yield 0x0B, 2, 4, number, bytes(plans).ljust(48, b"\0")
    yield 0x0B, 2, 5, number, bytes(FIXED_MODE if plan else 0 for plan in plans).ljust(48, b"\0")
    yield 0x0C, 2, 3, number, bytes([1])
    yield 0x0C, 2, 4, number, bytes([sum(1 << (day + 1) % 7 for day in days)])
    yield 0x0C, 2, 5, number, struct.pack(">H", 0b1_1111_1111_1110)
    yield 0x0C, 2, 6, number, struct.pack(">I", (1 << 31) - 1)
    yield 0x0C, 2, 7, number, bytes([number])


def _losses(junction: str, wishes: RingWishes) -> list[Loss]:
    found = []
    if wishes.steady:
        what = "groups that are green all the cycle: in no stage, their lamps are to be set as always green"
        found.append(Loss(junction=junction, groups=wishes.steady, what=what))
    if wishes.dark:
        found.append(Loss(junction=junction, groups=wishes.dark, what="dark or blinking lamps: in no stage"))
    return found
