"""A plan as the signal tables of GMNS v0.96 (General Modeling Network Specification), a zip of CSV files.

GMNS has no yellow of its own, no split and no recall: they stand in columns `opt_…`, which the specification allows.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence

from ...networks import lamps
from ...networks.errors import InputError
from ...networks.network import Network
from ...networks.plan import whole_ms
from ..check.findings import CheckedPlan
from .exporter import Export, ExportOptions, Loss, ReadBackError, TimedPlan, plain_name, plans_of_day
from .lamp_strips import colours_of_plan
from .rings.held_rings import Held, held_rings
from .rings.ring_barrier import Phase, RingLimits
from .rings.run_rings import TENTHS, RingRun, paint, paint_greens
from .zipped import zipped

LIMITS = RingLimits(format_name="GMNS", rings=4, phases=16, grid_ms=100)
REFERENCES = ("begin_of_green", "begin_of_yellow", "begin_of_red")
WORDS = {"first-green": "begin_of_green", "first-yellow": "begin_of_yellow", "begin-of-red": "begin_of_red"}
YIELDS = "where within a phase a green yields: GMNS tells it by phase"
Row = dict[str, object]
Tables = dict[str, list[Row]]


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return the signal tables, read back.

    `offset_reference` is first-green (the default), first-yellow or begin-of-red of the coordinated phase. With times
    of day each plan has its `time_day`, up to the time of the next.
    """
    word = options.offset_reference or "first-green"
    if word not in WORDS:
        raise InputError(
            where="--offset-reference",
            found=f"'{word}'",
            rule="in GMNS an offset refers to " + ", ".join(WORDS),
            fix="name one of them",
        )
    day = plans_of_day(checked, options) or (TimedPlan(plan=checked, start_s=0),)
    tables: Tables = {}
    kept: list[tuple[str, Held]] = []
    losses: list[Loss] = []
    for place, timed in enumerate(day):
        held, lost = held_rings(timed.plan, network, options, LIMITS)
        losses += [loss for loss in lost if loss not in losses]
        end_s = day[place + 1].start_s if place + 1 < len(day) else 86_400
        for one in held:
            plan_id = f"{one.junction.id}:{place + 1}"
            _add(
                tables,
                one,
                plan_id,
                _time_day(timed, end_s),
                WORDS[word],
                f"{options.mark} {plain_name(timed.plan.plan)}",
            )
            kept.append((plan_id, one))
    content = zipped({f"{name}.csv": _csv(rows) for name, rows in tables.items()})
    read_back(content, kept)
    return Export(content=content, losses=(*losses, Loss(junction="", groups=(), what=YIELDS)))


def _time_day(timed: TimedPlan, end_s: int) -> str:
    """Return days and times as GMNS writes them: Sunday to Saturday and holidays as digits, then begin and end."""
    days = "".join("1" if (k - 1) % 7 in timed.days else "0" for k in range(7))
    clock = [f"{s // 3600:02d}{s % 3600 // 60:02d}" for s in (timed.start_s, end_s)]
    return f"{days}0_{clock[0]}_{clock[1]}"


def _add(tables: Tables, one: Held, plan_id: str, time_day: str, reference: str, mark: str) -> None:
    name, rings = one.junction.id, one.rings
    controllers = tables.setdefault("signal_controller", [])
    if {"controller_id": name} not in controllers:
        controllers.append({"controller_id": name})
    tables.setdefault("signal_timing_plan", []).append(
        {
            "timing_plan_id": plan_id,
            "controller_id": name,
            "timeday_id": "",
            "time_day": time_day,
            "cycle_length": _s(rings.cycle_ms),
            "opt_comment": mark,
        }
    )
    phase = rings.coordinated
    after = {"begin_of_yellow": phase.green_ms, "begin_of_red": phase.green_ms + phase.yellow_ms}.get(reference, 0)
    tables.setdefault("signal_coordination", []).append(
        {
            "coordination_id": plan_id,
            "timing_plan_id": plan_id,
            "controller_id": name,
            "coord_contr_id": name,
            "coord_phase": phase.number,
            "coord_ref_to": reference,
            "offset": _s((whole_ms(one.plan.offset_s) + phase.start_ms + after) % rings.cycle_ms),
        }
    )
    for number, found in enumerate(sorted(rings.phases, key=lambda p: (p.ring, p.barrier, p.position)), start=1):
        tables.setdefault("signal_timing_phase", []).append(_phase(one, found, plan_id))
        _add_movements(tables.setdefault("signal_phase_mvmt", []), one, found, plan_id, number)


def _phase(one: Held, phase: Phase, plan_id: str) -> Row:
    least = max((whole_ms(one.junction.min_green_s.get(g, 0.0)) for g in phase.groups), default=0)
    return {
        "timing_phase_id": f"{plan_id}:{phase.number}",
        "timing_plan_id": plan_id,
        "signal_phase_num": phase.number,
        "min_green": _s(min(least, phase.green_ms)),
        "max_green": _s(phase.green_ms),
        "extension": 0,
        "clearance": _s(phase.yellow_ms + phase.red_ms),
        "walk_time": _s(phase.walk_ms) if phase.walk_ms else "",
        "ped_clearance": _s(min(one.clearance_ms(phase), 120_000)) if phase.walk_ms else "",
        "ring": phase.ring,
        "barrier": phase.barrier,
        "position": phase.position,
        "opt_yellow": _s(phase.yellow_ms),
        "opt_all_red": _s(phase.red_ms),
        "opt_split": _s(phase.split_ms),
        "opt_recall": "max",
    }


def _add_movements(rows: list[Row], one: Held, phase: Phase, plan_id: str, number: int) -> None:
    ways = {group.id: [""] for group in one.junction.groups}
    for movement in one.junction.movements:
        for group in movement.groups:
            ways[group] = [w for w in ways[group] if w] + [f"{movement.from_edge}>{movement.to_edge}"]
    for group in (*phase.groups, *phase.walks):
        shown = one.plan.by_group[group].display_at(phase.start_ms / 1000, one.plan.cycle_s)
        for way in ways[group]:
            rows.append(
                {
                    "signal_phase_mvmt_id": f"{plan_id}:{len(rows) + 1}",
                    "timing_phase_id": f"{plan_id}:{phase.number}",
                    "mvmt_id": way,
                    "link_id": "",
                    "protection": "permitted" if shown == lamps.PERMITTED else "protected",
                    "opt_group": group,
                    "opt_order": number,
                }
            )


def _s(ms: int) -> str:
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")


def _csv(rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def read_back(content: bytes, kept: Sequence[tuple[str, Held]]) -> None:
    """Compare the tables with the plans, tenth by tenth. Raises ReadBackError with the plan and group that differ."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = {n: list(csv.DictReader(io.StringIO(archive.read(n).decode()))) for n in archive.namelist()}
    for plan_id, one in kept:
        cycle = round(
            float(_only(tables["signal_timing_plan.csv"], "timing_plan_id", plan_id)["cycle_length"]) * TENTHS
        )
        runs = _runs(tables, plan_id, cycle)
        served = [
            row for row in tables["signal_phase_mvmt.csv"] if row["timing_phase_id"].rpartition(":")[0] == plan_id
        ]
        walkers = {group for phase in one.rings.phases for group in phase.walks}
        wanted = colours_of_plan(one.plan, 1000 // TENTHS)
        for group, meant in wanted.items():
            numbers = {int(r["timing_phase_id"].rpartition(":")[2]) for r in served if r["opt_group"] == group}
            strip = ["r"] * cycle
            own = [run for run in runs if run.number in numbers]
            if group in walkers:
                for run in own:
                    paint(strip, run.start, run.walk, "G")
            else:
                paint_greens(strip, own, cycle)
            if group not in (*one.rings.steady, *one.rings.dark) and "".join(strip) != meant:
                raise ReadBackError(f"timing plan {plan_id}: group {group} shows other things in the tables")


def _only(rows: list[dict[str, str]], column: str, value: str) -> dict[str, str]:
    found = [row for row in rows if row[column] == value]
    if len(found) != 1:
        raise ReadBackError(f"{len(found)} rows with {column} {value}")
    return found[0]


def _runs(tables: dict[str, list[dict[str, str]]], plan_id: str, cycle: int) -> list[RingRun]:
    """Return the phases in time: each ring from its first barrier on, then turned so that the offset holds."""
    phases = [row for row in tables["signal_timing_phase.csv"] if row["timing_plan_id"] == plan_id]
    runs: list[RingRun] = []
    for ring in sorted({row["ring"] for row in phases}):
        at = 0
        order = sorted((r for r in phases if r["ring"] == ring), key=lambda r: (int(r["barrier"]), int(r["position"])))
        for row in order:
            green, yellow, split, walk = (
                round(float(row[name] or 0) * TENTHS) for name in ("max_green", "opt_yellow", "opt_split", "walk_time")
            )
            runs.append(RingRun(int(row["signal_phase_num"]), int(ring), at, green, yellow, split, walk))
            at += split
        if at != cycle:
            raise ReadBackError(f"timing plan {plan_id}: the splits of ring {ring} are not the cycle")
    link = _only(tables["signal_coordination.csv"], "timing_plan_id", plan_id)
    run = next(r for r in runs if r.number == int(link["coord_phase"]))
    after = (0, run.green, run.green + run.yellow)[REFERENCES.index(link["coord_ref_to"])]
    late = round(float(link["offset"]) * TENTHS) - run.start - after
    return [RingRun(r.number, r.ring, (r.start + late) % cycle, r.green, r.yellow, r.split, r.walk) for r in runs]
