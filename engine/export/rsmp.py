"""A plan as command requests of RSMP, signal exchange list for traffic light controllers 1.2.1.

RSMP carries cycle time, offset and the choice of plans by day and hour. The greens of signal groups stay in the
vendor's base programs: all of them are in the loss report. No message switches a plan on at once.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ...networks.errors import InputError
from ...networks.network import Network
from ...networks.plan import JunctionPlan, whole_ms
from ..check.findings import CheckedPlan
from .exporter import (
    CannotHold,
    Export,
    ExportOptions,
    Loss,
    ReadBackError,
    TimedPlan,
    plain_name,
    plans_of_day,
    plans_of_junctions,
)
from .offset_grid import SECOND_MS, on_offset_grid

SECURITY_CODE = "SECURITY CODE 2"  # whoever sends the messages puts it in; an export holds no credentials
MOST_TIME_PLANS, MOST_TIME_TABLES, MOST_SECONDS = 16, 12, 255
GREENS = "greens, yellows and intergreens of signal groups: they stand in the vendor's base program of the time plan"
BANDS = "splits: dynamic bands (M0014) extend a base program that this export does not know"
COUNTER = "what the base program shows at second 0 of its cycle counter: the offset counts from it"
CODE = "the security code, which whoever sends the messages puts in"


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return a JSON list of junctions, each with its messages in the order in which to send them, read back.

    Time plan numbers count from `options.row`. With times of day there is also the time table and the week table.
    """
    if options.offset_reference not in (None, "cycle-counter"):
        raise InputError(
            where="--offset-reference",
            found=f"'{options.offset_reference}'",
            rule="in RSMP an offset is added to the common cycle counter (cycle-counter)",
            fix="leave it out",
        )
    day = plans_of_day(checked, options)
    plans = [timed.plan for timed in day] or [checked]
    if options.row + len(plans) - 1 > MOST_TIME_PLANS:
        raise InputError(
            where="--row",
            found=f"time plans up to {options.row + len(plans) - 1}",
            rule=f"a time table of RSMP calls time plans 1 to {MOST_TIME_PLANS}",
            fix="begin at a lower number",
        )
    rows: list[dict[str, Any]] = []
    held: dict[str, list[JunctionPlan]] = {}
    moved: list[Loss] = []
    for junction in plans_of_junctions(checked.plan, options):
        rounded = [on_offset_grid(plan.plan.by_junction[junction.junction], SECOND_MS, "RSMP") for plan in plans]
        own = [plan for plan, _ in rounded]
        held[junction.junction] = own
        moved += [loss for _, lost in rounded for loss in lost if loss not in moved]
        rows.append(
            {
                "junction": junction.junction,
                "mark": options.mark,
                "plan": ", ".join(plain_name(plan.plan) for plan in plans),
                "messages": _messages(own, day, options.row),
            }
        )
    content = (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode()
    read_back(content, held, day, options.row)
    losses = [
        Loss(junction=plan.junction, groups=tuple(g.group for g in plan.groups), what=GREENS)
        for plan in plans_of_junctions(checked.plan, options)
    ]
    return Export(
        content=content,
        losses=(*losses, *moved, *(Loss(junction="", groups=(), what=w) for w in (BANDS, COUNTER, CODE))),
    )


def _messages(plans: list[JunctionPlan], day: tuple[TimedPlan, ...], first: int) -> list[dict[str, Any]]:
    name = plans[0].junction
    found = []
    for number, plan in enumerate(plans, start=first):
        cycle_s, offset_s = _whole(plan.cycle_s, plan, "cycle"), _whole(plan.offset_s, plan, "offset")
        found.append(_request(name, "M0018", "setCycleTime", status=cycle_s, plan=number))
        found.append(_request(name, "M0015", "setOffset", status=offset_s, plan=number))
    if day:
        tables, weeks = _tables(day, first)
        found.append(_request(name, "M0017", "setTimeTable", status=tables))
        found.append(_request(name, "M0016", "setWeekTable", status=weeks))
    return found


def _whole(seconds: float, plan: JunctionPlan, what: str) -> int:
    if whole_ms(seconds) % 1000 or seconds > MOST_SECONDS:
        raise CannotHold(
            where=f"junction {plan.junction}",
            found=f"{what} {seconds} s",
            rule=f"RSMP holds whole seconds up to {MOST_SECONDS}",
            fix="plan in whole seconds",
        )
    return round(seconds)


def _request(junction: str, code: str, command: str, **values: object) -> dict[str, Any]:
    """Return a command request; its id follows from its content, so that the same plan gives the same bytes."""
    pairs = {**values, "securityCode": SECURITY_CODE}
    names = sorted(pairs)
    content = f"{junction} {code} {[str(pairs[name]) for name in names]}"
    return {
        "mType": "rSMsg",
        "type": "CommandRequest",
        "mId": str(uuid5(NAMESPACE_URL, content)),
        "ntsOId": "",
        "xNId": "",
        "cId": junction,
        "arg": [{"cCI": code, "n": name, "cO": command, "v": str(pairs[name])} for name in names],
    }


def _tables(day: tuple[TimedPlan, ...], first: int) -> tuple[str, str]:
    """Return the time tables `t-o-h-m` and the week table `d-t`; days with the same events share a table."""
    numbers: dict[tuple[tuple[int, int], ...], int] = {}
    weeks = []
    for weekday in range(7):
        events = tuple((t.start_s, n) for n, t in enumerate(day, start=first) if weekday in t.days)
        if events:
            weeks.append(f"{weekday}-{numbers.setdefault(events, len(numbers) + 1)}")
    rows = [
        f"{table}-{number}-{start_s // 3600:02d}-{start_s % 3600 // 60:02d}"
        for events, table in numbers.items()
        for start_s, number in events
    ]
    return ",".join(rows), ",".join(weeks)


def read_back(content: bytes, plans: dict[str, list[JunctionPlan]], day: tuple[TimedPlan, ...], first: int) -> None:
    """Compare the messages with the plans, and every value with its range. Raises ReadBackError where they differ."""
    for row in json.loads(content):
        held: dict[str, dict[str, str]] = {code: {} for code in ("M0018", "M0015", "M0017", "M0016")}
        for message in row["messages"]:
            values = {part["n"]: part["v"] for part in message["arg"]}
            (code,) = {part["cCI"] for part in message["arg"]}
            require_in_range(code, values)
            held[code][values.get("plan", "")] = values["status"]
        for number, junction in enumerate(plans[row["junction"]], start=first):
            if (
                float(held["M0018"][str(number)]) != junction.cycle_s
                or float(held["M0015"][str(number)]) != junction.offset_s
            ):
                raise ReadBackError(f"junction {row['junction']}: time plan {number} has another cycle or offset")
        if day:
            _compare_week(held["M0017"][""], held["M0016"][""], day, first, row["junction"])


def _compare_week(tables: str, weeks: str, day: tuple[TimedPlan, ...], first: int, junction: str) -> None:
    table_of = dict(pair.split("-") for pair in weeks.split(","))
    events = [[int(part) for part in event.split("-")] for event in tables.split(",")]
    for weekday in range(7):
        table = int(table_of.get(str(weekday), 0))
        found = sorted((hour * 3600 + minute * 60, plan) for t, plan, hour, minute in events if t == table)
        meant = sorted((t.start_s, n) for n, t in enumerate(day, start=first) if weekday in t.days)
        if found != meant:
            raise ReadBackError(f"junction {junction}: on weekday {weekday} the tables call {found}, not {meant}")


RANGES = {
    ("M0018", "status"): (1, 255),
    ("M0018", "plan"): (0, 255),
    ("M0015", "status"): (0, 255),
    ("M0015", "plan"): (0, 255),
}  # of sxl.yaml 1.2.1, which the JSON schemas do not hold


def require_in_range(code: str, values: dict[str, str]) -> None:
    """Raise ReadBackError if a value is out of the range that the signal exchange list gives, or ill-formed."""
    for name, value in values.items():
        low, high = RANGES.get((code, name), (0, 0))
        if high and not (value.isdigit() and low <= int(value) <= high):
            raise ReadBackError(f"{code} {name} {value} is not within {low} to {high}")
    if code == "M0017":
        for event in values["status"].split(","):
            t, o, h, m = (int(part) for part in event.split("-"))
            if not (1 <= t <= MOST_TIME_TABLES and 0 <= o <= MOST_TIME_PLANS and 0 <= h < 24 and 0 <= m < 60):
                raise ReadBackError(f"{code}: the event {event} is out of range")
