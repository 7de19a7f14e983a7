"""Reading NTCIP object lists back: a controller that knows only the lists, run for a cycle, against the plan.

Nothing is shared with the writer: the OIDs stand here a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..exporter import ReadBackError
from ..lamp_strips import colours_of_plan
from ..rings.run_rings import TENTHS, RingRun, paint, paint_greens

if TYPE_CHECKING:
    from ..rings.held_rings import Held

_ASC = "1.3.6.1.4.1.1206.4.2.1."
_DB = "1.3.6.1.4.1.1206.4.2.6.2.1.0"
_STATUS = "1.3.6.1.4.1.1206.4.2.6.2.6.0"
WALK, OVERLAP, VEHICLE = 3, 4, 2
Values = dict[str, str]


def read_back(content: bytes, plans: Sequence[Sequence[Held]], first: int) -> None:
    """Compare object lists with the plans whose patterns they hold. Raises ReadBackError where they differ."""
    found = parse_lists(content)
    if set(found) != {one.junction.id for one in plans[0]}:
        raise ReadBackError(f"the file has lists for {sorted(found)}")
    for number, held in enumerate(plans, start=first):
        for one in held:
            values = found[one.junction.id]
            where = f"junction {one.junction.id}, pattern {number}"
            shown = channels_shown(values, number, where)
            wanted = colours_of_plan(one.plan, 1000 // TENTHS)
            for channel, group in enumerate(one.junction.groups, start=1):
                meant = wanted[group.id].replace("o", "r")
                if shown.get(channel) != meant:
                    raise ReadBackError(f"{where}: channel {channel} does not show what group {group.id} shows")


def parse_lists(content: bytes) -> dict[str, Values]:
    """Return the values that each controller's list sets. Raises ReadBackError if its transaction is not in order."""
    found: dict[str, Values] = {}
    values: Values = {}
    steps: list[str] = []
    for number, line in enumerate(content.decode().splitlines(), start=1):
        if line.startswith("# controller "):
            _require_order(steps)
            values, steps = found.setdefault(line.removeprefix("# controller "), {}), []
        elif line.startswith("# offsets refer to "):
            values["reference"] = line.removeprefix("# offsets refer to ")
        elif line and not line.startswith("#"):
            oid, kind, value = line.split(";")
            if oid in (_DB, _STATUS):
                steps.append(f"{kind}{value}")
            elif steps != ["i2"]:
                raise ReadBackError(f"line {number}: a value outside of the transaction")
            elif oid in values:
                raise ReadBackError(f"line {number}: {oid} a second time")
            else:
                values[oid] = value
    _require_order(steps)
    return found


def _require_order(steps: list[str]) -> None:
    if steps not in ([], ["i2", "i3", "expect6", "expect3", "i1"]):
        raise ReadBackError(f"the steps of dbCreateTransaction are {steps}")


def channels_shown(values: Values, pattern: int, where: str) -> dict[int, str]:
    """Return what each channel shows at each tenth of the system's cycle while a pattern runs: G, y or r."""
    cycle = _integer(values, f"4.7.1.2.{pattern}") * TENTHS
    runs = _runs(values, pattern, cycle, where)
    _require_concurrency(values, runs, cycle, where)
    channels = sorted({int(oid.split(".")[-1]) for oid in values if oid.startswith(f"{_ASC}8.2.1.2.")})
    return {channel: _channel(values, channel, runs, cycle) for channel in channels}


def _integer(values: Values, place: str) -> int:
    if _ASC + place not in values:
        raise ReadBackError(f"the list does not set {_ASC}{place}")
    return int(values[_ASC + place])


def _phases(values: Values, place: str) -> list[int]:
    return list(bytes.fromhex(values.get(_ASC + place, "")))


def _runs(values: Values, pattern: int, cycle: int, where: str) -> list[RingRun]:
    """Return the phases in time: all rings begin their sequence together, and the sync point is at the offset."""
    sequence, split = _integer(values, f"4.7.1.5.{pattern}"), _integer(values, f"4.7.1.4.{pattern}")
    rings = sorted({_integer(values, oid[len(_ASC) :]) for oid in values if oid.startswith(f"{_ASC}1.2.1.22.")} - {0})
    runs: list[RingRun] = []
    for ring in rings:
        at = 0
        for number in _phases(values, f"7.3.1.3.{sequence}.{ring}"):
            runs.append(_run(values, number, ring, at, split))
            at += runs[-1].split
        if at != cycle:
            raise ReadBackError(
                f"{where}: the splits of ring {ring} make {at / TENTHS} s, the cycle {cycle / TENTHS} s"
            )
    used = {run.number for run in runs}
    enabled = {int(o.split(".")[-1]) for o in values if o.startswith(f"{_ASC}1.2.1.21.") and int(values[o]) & 1}
    if used != enabled or len(used) != len(runs):
        raise ReadBackError(f"{where}: the sequences run phases {sorted(used)}, phases {sorted(enabled)} are enabled")
    late = (_integer(values, f"4.7.1.3.{pattern}") * TENTHS - _sync(values, pattern, runs, split)) % cycle
    return [RingRun(r.number, r.ring, (r.start + late) % cycle, r.green, r.yellow, r.split, r.walk) for r in runs]


def _run(values: Values, number: int, ring: int, at: int, split: int) -> RingRun:
    if _integer(values, f"1.2.1.22.{number}") != ring:
        raise ReadBackError(f"phase {number} runs in ring {ring} and belongs to another")
    length = _integer(values, f"4.9.1.3.{split}.{number}") * TENTHS
    yellow, red = _integer(values, f"1.2.1.8.{number}"), _integer(values, f"1.2.1.9.{number}")
    return RingRun(
        number, ring, at, length - yellow - red, yellow, length, _integer(values, f"1.2.1.2.{number}") * TENTHS
    )


def _sync(values: Values, pattern: int, runs: list[RingRun], split: int) -> int:
    """Return where in the sequence the sync point is: by the pattern's own object, else as the list's head says."""
    coordinated = [r for r in runs if values.get(f"{_ASC}4.9.1.5.{split}.{r.number}") == "1"]
    if len(coordinated) != 1:
        raise ReadBackError(f"pattern {pattern} has {len(coordinated)} coordinated phases")
    run = coordinated[0]
    told = {"green": 3, "green-end": 5, "yellow-end": 7}[values["reference"].partition("-")[2]]
    point = int(values.get(f"{_ASC}4.7.1.6.{pattern}", told))
    return run.start + {3: 0, 4: 0, 5: run.green, 6: run.green}.get(point, run.green + run.yellow)


def _require_concurrency(values: Values, runs: list[RingRun], cycle: int, where: str) -> None:
    allowed = {run.number: set(_phases(values, f"1.2.1.23.{run.number}")) for run in runs}
    for a in runs:
        for b in runs:
            meet = (b.start - a.start) % cycle < a.split or (a.start - b.start) % cycle < b.split
            if a.ring != b.ring and meet and not (b.number in allowed[a.number] and a.number in allowed[b.number]):
                raise ReadBackError(f"{where}: phases {a.number} and {b.number} run together and may not")


def _channel(values: Values, channel: int, runs: list[RingRun], cycle: int) -> str:
    source, kind = _integer(values, f"8.2.1.2.{channel}"), _integer(values, f"8.2.1.3.{channel}")
    strip = ["r"] * cycle
    if kind == WALK:
        for run in runs:
            if run.number == source:
                paint(strip, run.start, run.walk, "G")
    elif kind in (VEHICLE, OVERLAP):
        wanted = [source] if kind == VEHICLE else _phases(values, f"9.2.1.3.{source}")
        paint_greens(strip, [run for run in runs if run.number in wanted], cycle)
    return "".join(strip)
