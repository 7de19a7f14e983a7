"""The way from the plan before to the new one, as controllers go it: dwell, add, subtract or the shorter way.

Where both programs show the same in some second of the next cycle, and going on with the other there is safe, nothing
else happens. Else a junction leaves its old program while its coordinated group is green and what must end has had its
minimum green. It clears, and takes up the new program where the coordinated group is green. It is then out of step with
its offset, and gets into step by one of the modes of NTCIP 1202 (object coordCorrectionMode) and of NEMA TS 2:

- dwell: it stands in the coordinated green until it is in step;
- add: each cycle is longer, by `ADD_SHARE` at most, the seconds spread over the long greens;
- subtract: each cycle is shorter, by `SUBTRACT_SHARE` at most, never below minimum greens and intergreens;
- shortway: add or subtract, whichever is in step sooner.

S. G. Shelby, D. M. Bullock, D. Gettman, Transition Methods in Traffic Signal Control, Transportation Research Record
1978, 2006, describe and compare them. Their limits are a controller's own settings: a factor of 1.2 is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Literal

from ...networks import lamps
from ...networks.junction import Junction
from ...networks.plan import JunctionPlan
from .second_by_second import Row, faults, is_stable, rows_of_cycle

Mode = Literal["shortway", "add", "subtract", "dwell"]
MODES: tuple[Mode, ...] = ("shortway", "add", "subtract", "dwell")
ADD_SHARE, SUBTRACT_SHARE = 0.2, 1 / 6
LONG_S = 5  # stretches of constant lamps as long as this are greens; shorter ones are clearances


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchMode:
    """What a junction shows from second `begin_s` on, a row for each second, and when it is in step.

    `rows[: join_s - begin_s]` is the old plan; from `in_step_s` on, everything is the new plan at its offset.
    """

    junction: str
    mode: Mode
    begin_s: int
    join_s: int
    in_step_s: int
    rows: tuple[Row, ...]


def way(
    junction: Junction, old: JunctionPlan, new: JunctionPlan, mode: Mode, *, begin_s: int, at_s: int, end_s: int
) -> SwitchMode:
    """Return how a junction goes from one plan to another that is called at `at_s`, from `begin_s` to `end_s`.

    Raises ValueError, with the reason, where a plan is not made of whole seconds of ordinary lamps, or no second of
    its cycle lets it leave the old plan.
    """
    before, after = rows_of_cycle(old, junction), rows_of_cycle(new, junction)
    straight_s = _straight(junction, old, new, before, after, at_s)
    if straight_s is not None:
        rows = [before[round(old.second_of_cycle(t))] for t in range(begin_s, straight_s)]
        rows += [after[round(new.second_of_cycle(t))] for t in range(straight_s, end_s)]
        return SwitchMode(
            junction=junction.id,
            mode=mode,
            begin_s=begin_s,
            join_s=straight_s,
            in_step_s=straight_s,
            rows=tuple(rows),
        )
    entry = _entry(after, junction, new.coordinated)
    join_s, bridge = _bridge(junction, old, before, after, entry, at_s)
    rows = [before[round(old.second_of_cycle(t))] for t in range(begin_s, join_s)] + bridge
    cycle = len(after)
    behind = (round(new.second_of_cycle(begin_s + len(rows))) - entry) % cycle
    first, cycles = _correction(junction, after, entry, behind, mode)
    rows += first
    for shown in cycles:
        rows += shown
    in_step_s = begin_s + len(rows) if behind else begin_s + len(rows) - len(first)
    while begin_s + len(rows) < end_s:
        rows.append(after[round(new.second_of_cycle(begin_s + len(rows)))])
    return SwitchMode(
        junction=junction.id,
        mode=mode,
        begin_s=begin_s,
        join_s=join_s,
        in_step_s=in_step_s,
        rows=tuple(rows[: end_s - begin_s]),
    )


def _straight(
    junction: Junction, old: JunctionPlan, new: JunctionPlan, before: Sequence[Row], after: Sequence[Row], at_s: int
) -> int | None:
    """Return a second at which both plans show the same and the old one may simply go on as the new one, in step."""
    cycle, following = len(before), len(after)
    for join_s in range(at_s, at_s + cycle):
        second, wanted = round(old.second_of_cycle(join_s)), round(new.second_of_cycle(join_s))
        if before[second] != after[wanted] or not is_stable(before[second]):
            continue
        past = [before[(second + k) % cycle] for k in range(-2 * cycle, 0)]
        if not any(faults([*past, *(after[(wanted + k) % following] for k in range(2 * following))], junction)):
            return join_s
    return None


def _entry(after: Sequence[Row], junction: Junction, coordinated: str | None) -> int:
    """Return the second of the new cycle at which it is taken up: the first quiet one of the coordinated green."""
    place = next((k for k, group in enumerate(junction.groups) if group.id == coordinated), None)
    for second, row in enumerate(after):
        if is_stable(row) and (place is None or row[place] in lamps.GREENS):
            return second
    raise ValueError("the new plan has no second without a yellow while its coordinated group is green")


def _bridge(
    junction: Junction, old: JunctionPlan, before: Sequence[Row], after: Sequence[Row], entry: int, at_s: int
) -> tuple[int, list[Row]]:
    """Return when the junction leaves the old plan, and what it shows until the new one goes on from its entry."""
    place = next((k for k, group in enumerate(junction.groups) if group.id == old.coordinated), None)
    cycle = len(before)
    for join_s in range(at_s, at_s + cycle):
        second = round(old.second_of_cycle(join_s))
        row = before[second]
        quiet = is_stable(row) and is_stable(before[(second - 1) % cycle])
        if quiet and (place is None or row[place] in lamps.GREENS):
            bridge = _cleared(junction, [before[(second + k) % cycle] for k in range(-cycle, 0)], after, entry)
            if bridge is not None:
                return join_s, bridge
    raise ValueError("there is no second at which it can leave the old plan")


def _cleared(junction: Junction, past: Sequence[Row], after: Sequence[Row], entry: int) -> list[Row] | None:
    """Return the rows between the past and the new plan's entry, the entry held as long as needed; None if unsafe."""
    last, target, cycle = past[-1], after[entry], len(after)
    names = [group.id for group in junction.groups]
    ending = [k for k, show in enumerate(last) if show in lamps.GREENS and target[k] not in lamps.GREENS]
    yellow_s = {k: ceil(junction.yellow_s[names[k]]) for k in ending}
    since = {k: _seconds_since_green(past, k) for k in range(len(names))}
    until = {k: _seconds_until_green(after, entry, k) for k in range(len(names))}
    needs = [
        ceil(junction.intergreen_s[a, b]) - since[names.index(a)] - until[names.index(b)]
        for a, b in junction.foes
        if last[names.index(a)] not in lamps.GREENS or names.index(a) in ending
        if not (names.index(b) not in ending and last[names.index(b)] in lamps.GREENS)
    ]
    amber = {k: _seconds_of_amber(after, entry, k) for k, show in enumerate(target) if show in lamps.GREENS}
    starting = [k for k in amber if last[k] not in lamps.GREENS]
    length = max([0, *yellow_s.values(), *needs, *(amber[k] for k in starting)])
    rows = []
    for second in range(length):
        row = list(last)
        for k in ending:
            row[k] = lamps.YELLOW if second < yellow_s[k] else lamps.RED
        for k in starting:
            row[k] = lamps.RED_AMBER if length - second <= amber[k] else lamps.RED
        rows.append(tuple(row))
    held = max([0, *(ceil(junction.min_green_s[names[k]]) - _seconds_left(after, entry, k) for k in starting)])
    rows += [target] * held
    trial = [*past, *rows, *(after[(entry + k) % cycle] for k in range(2 * cycle))]
    return None if any(faults(trial, junction)) else rows


def _seconds_since_green(past: Sequence[Row], k: int) -> int:
    return next((n for n, row in enumerate(reversed(past)) if row[k] in lamps.GREENS), len(past))


def _seconds_until_green(after: Sequence[Row], entry: int, k: int) -> int:
    cycle = len(after)
    return next((n for n in range(cycle) if after[(entry + n) % cycle][k] in lamps.GREENS), cycle)


def _seconds_left(after: Sequence[Row], entry: int, k: int) -> int:
    cycle = len(after)
    return next((n for n in range(cycle) if after[(entry + n) % cycle][k] not in lamps.GREENS), cycle)


def _seconds_of_amber(after: Sequence[Row], entry: int, k: int) -> int:
    """Return how long a group shows red and amber before its green."""
    cycle, second = len(after), entry
    for _ in range(cycle):
        if after[second % cycle][k] not in lamps.GREENS:
            break
        second -= 1
    return next((n for n in range(cycle) if after[(second - n) % cycle][k] != lamps.RED_AMBER), 0)


def _correction(
    junction: Junction, after: Sequence[Row], entry: int, behind: int, mode: Mode
) -> tuple[list[Row], list[list[Row]]]:
    """Return what follows the entry until the end of its cycle, dwelling included, and the changed cycles after it.

    `behind` is how many seconds the junction lags; it catches up by as many, or falls back by a cycle less as many.
    """
    cycle = len(after)
    rest = list(after[entry:])
    back = (cycle - behind) % cycle
    if behind == 0:
        return rest, []
    if mode == "dwell":
        return [after[entry]] * back + rest, []
    longer = _longer(after, back, max(1, int(ADD_SHARE * cycle)))
    if mode == "add":
        return rest, longer
    shorter = _shorter(junction, after, behind, max(1, int(SUBTRACT_SHARE * cycle)))
    if shorter is None:
        if mode == "subtract":
            raise ValueError("its greens are too short to take seconds away")
        return rest, longer
    if mode == "subtract":
        return rest, shorter
    return rest, min(longer, shorter, key=lambda cycles: sum(map(len, cycles)))


def _longer(after: Sequence[Row], total: int, most: int) -> list[list[Row]]:
    """Return cycles with `total` seconds more in all, at most so many each, spread over the long stretches."""
    cycles = ceil(total / most)
    shares = [total // cycles + (k < total % cycles) for k in range(cycles)]
    return [_stretched(after, share) for share in shares]


def _stretches(rows: Sequence[Row]) -> list[tuple[Row, int]]:
    return [(row, len(list(same))) for row, same in groupby(rows)]


def _stretched(after: Sequence[Row], more: int) -> list[Row]:
    stretches = _stretches(after)
    long = [k for k, (row, length) in enumerate(stretches) if is_stable(row) and length >= LONG_S]
    long = long or [max(range(len(stretches)), key=lambda k: stretches[k][1] if is_stable(stretches[k][0]) else 0)]
    extra = dict.fromkeys(range(len(stretches)), 0)
    for _ in range(more):  # one second after another to where the least has been added for its length
        least = min(long, key=lambda k: ((extra[k] + 1) / stretches[k][1], k))
        extra[least] += 1
    return [row for k, (row, length) in enumerate(stretches) for _ in range(length + extra[k])]


def _shorter(junction: Junction, after: Sequence[Row], total: int, most: int) -> list[list[Row]] | None:
    """Return cycles with `total` seconds less in all, at most so many each; None where not one can be spared."""
    steps = [list(after)]
    while len(steps) <= most:
        fewer = _one_less(junction, steps[-1], after)
        if fewer is None:
            break
        steps.append(fewer)
    most = len(steps) - 1
    if most == 0:
        return None
    cycles = ceil(total / most)
    return [list(steps[total // cycles + (k < total % cycles)]) for k in range(cycles)]


def _one_less(junction: Junction, rows: list[Row], after: Sequence[Row]) -> list[Row] | None:
    """Return the cycle without one second of its longest stretch that can spare it."""
    stretches = _stretches(rows)
    order = sorted(range(len(stretches)), key=lambda k: (-stretches[k][1], k))
    for place in order:
        row, length = stretches[place]
        if not is_stable(row) or length < 2:
            continue
        fewer = [r for k, (r, n) in enumerate(stretches) for _ in range(n - (k == place))]
        if not any(faults([*after, *fewer, *fewer, *after], junction)):
            return fewer
    return None
