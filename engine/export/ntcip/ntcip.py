"""A plan as NTCIP 1202 object lists: for each controller the lines `OID;type;value` in the order in which to set them.

Objects: NTCIP 1202 v03, NTCIP 1201 v03. Derived from NTCIP 1202. Copyright by AASHTO / ITE / NEMA. Used by permission.
Not tried on a vendor's controller.
"""

from __future__ import annotations

from collections.abc import Sequence

from ....networks.errors import InputError
from ....networks.network import Network
from ...check.findings import CheckedPlan
from ..exporter import CannotHold, Export, ExportOptions, Loss, plain_name, plans_of_day
from ..rings.held_rings import Held, held_rings
from ..rings.ring_barrier import RingLimits
from .objects import Line, integer
from .patterns import SYNC_POINTS, pattern_lines, schedule_lines, unit_lines
from .phases import channel_lines, overlap_lines, overlaps_of, phase_lines
from .read_back import read_back

LIMITS = RingLimits(format_name="NTCIP 1202", rings=4, phases=16, grid_ms=1000, red_ms=25_500)
VERSIONS = ("v03", "v02")
NORMAL, TRANSACTION, VERIFY, DONE, NO_ERROR = 1, 2, 3, 6, 3  # dbCreateTransaction, dbVerifyStatus
PER_PLAN = ("phaseMinimumGreen", "phaseMaximum1", "phaseMaximum2")  # may differ from plan to plan: the bounds are kept
YIELDS = "whether a green yields: a channel is protected or permissive as a whole (v03), or neither is told (v02)"
FILLERS = "phases without lamps, which fill the time in which a ring has nothing to show"


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return an object list per controller, read back by code that knows only the list.

    `variant` is v03 (the default) or v02; in v02 the vendor decides what an offset refers to, so that
    `offset_reference` must be said. With times of day, the list also has actions, day plans and schedule.
    """
    version, reference = _asked(options)
    day = plans_of_day(checked, options)
    plans = [timed.plan for timed in day] or [checked]
    helds, losses = [], []
    for plan in plans:
        held, lost = held_rings(plan, network, options, LIMITS)
        helds.append(held)
        losses += [loss for loss in lost if loss not in losses]
    texts = []
    for several in zip(*helds, strict=True):
        lines = controller_lines(several, version, reference, options.row)
        if day:
            at = next(k for k, line in enumerate(lines) if line.name == "dbCreateTransaction" and line.value == "3")
            lines[at:at] = schedule_lines(day, options.row)
        texts.append("\n".join([*_head(several, plans, version, reference, options), *(line.text for line in lines)]))
        losses += _losses(several[0])
    content = ("\n\n".join(texts) + "\n").encode()
    read_back(content, helds, options.row)
    return Export(content=content, losses=tuple(losses))


def _asked(options: ExportOptions) -> tuple[str, str]:
    version = options.variant or "v03"
    if version not in VERSIONS:
        raise InputError(
            where="--variant",
            found=f"'{version}'",
            rule="the versions of NTCIP 1202 are " + ", ".join(VERSIONS),
            fix="name one of them",
        )
    reference = options.offset_reference or ("first-green" if version == "v03" else "")
    if reference not in SYNC_POINTS:
        raise InputError(
            where="--offset-reference",
            found=f"'{reference}'" if reference else "nothing",
            rule=f"in NTCIP 1202 {version} an offset refers to one of {', '.join(SYNC_POINTS)}; in v02 by vendor",
            fix="look it up in the controller's manual, and say it",
        )
    return version, reference


def controller_lines(plans: Sequence[Held], version: str, reference: str, first: int) -> list[Line]:
    """Return the lines for one controller with a pattern per plan, from number `first` on.

    Raises CannotHold if the plans need different phases: a controller has its phases once.
    """
    shared = _shared(plans, version)
    lines = [integer("dbCreateTransaction", TRANSACTION), *shared, *unit_lines()]
    for number, one in enumerate(plans, start=first):
        lines += pattern_lines(one, number, reference, version)
    return [*lines, integer("dbCreateTransaction", VERIFY), *_verified(), integer("dbCreateTransaction", NORMAL)]


def _verified() -> list[Line]:
    return [
        Line(name="dbCreateTransaction", index=(), value=str(DONE), expect=True),
        Line(name="dbVerifyStatus", index=(), value=str(NO_ERROR), expect=True),
    ]


def _shared(plans: Sequence[Held], version: str) -> list[Line]:
    tables = []
    for one in plans:
        overlaps = overlaps_of(one)
        lines = [*phase_lines(one), *overlap_lines(overlaps), *channel_lines(one, overlaps, version)]
        tables.append({(line.name, line.index): line for line in lines})
    merged = dict(tables[0])
    for table in tables[1:]:
        odd = [key for key in {**merged, **table} if not _agree(key[0], merged.get(key), table.get(key))]
        if odd:
            name, index = sorted(odd)[0]
            raise CannotHold(
                where=f"junction {plans[0].junction.id}",
                found=f"plans that differ in {len(odd)} of the phases' values, first in {name} of {index}",
                rule="an NTCIP controller has its phases, overlaps and channels once, whichever pattern runs",
                fix="export each plan by itself, or plan with the same groups, yellows and clearances",
            )
        merged |= {key: _bound(merged[key], line) for key, line in table.items() if key[0] in PER_PLAN}
    return list(merged.values())


def _agree(name: str, a: Line | None, b: Line | None) -> bool:
    return name in PER_PLAN or (a is not None and b is not None and a.value == b.value)


def _bound(a: Line, b: Line) -> Line:
    pick = min if a.name == "phaseMinimumGreen" else max
    return integer(a.name, pick(int(a.value), int(b.value)), *a.index)


def _head(
    several: Sequence[Held], plans: Sequence[CheckedPlan], version: str, reference: str, options: ExportOptions
) -> list[str]:
    names = ", ".join(plain_name(plan.plan) for plan in plans)
    one = several[0]
    return [
        f"# controller {one.junction.id}",
        f"# {options.mark}. Greenband plan {names}. NTCIP 1202 {version}",
        f"# offsets refer to {reference}",
        "# OID;type;value: set each line in this order, all with one community. Type 'expect': get it, and go on",
        "# only when it has this value; if dbVerifyStatus is not 3, read dbVerifyError and set dbCreateTransaction 1.",
        *(f"# channel {k}: {group.kind} group {group.id}" for k, group in enumerate(one.junction.groups, start=1)),
    ]


def _losses(one: Held) -> list[Loss]:
    name, vehicles = one.junction.id, tuple(g.id for g in one.junction.groups if g.kind == "vehicle")
    found = [Loss(junction=name, groups=vehicles, what=YIELDS)]
    if one.rings.dark:
        what = "lamps that are dark or blink all the cycle: their channel has no control"
        found.append(Loss(junction=name, groups=one.rings.dark, what=what))
    if any(not phase.groups and not phase.walks for phase in one.rings.phases):
        found.append(Loss(junction=name, groups=(), what=FILLERS))
    return found
