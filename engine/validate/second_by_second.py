"""Lamps second by second: what a junction shows while one plan gives way to another, and whether that is safe."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import combinations, groupby

from ...networks import lamps
from ...networks.junction import Junction
from ...networks.plan import JunctionPlan, whole_ms

Row = tuple[str, ...]  # what each group shows during one second, in the order of the junction's groups
ORDINARY = lamps.GREENS | lamps.YELLOWS | {lamps.RED, lamps.RED_AMBER}


def rows_of_cycle(plan: JunctionPlan, junction: Junction) -> tuple[Row, ...]:
    """Return a plan's cycle as rows, from its second 0 on. Raises ValueError unless it is made of whole seconds."""
    windows = [window for group in plan.groups for window in group.windows]
    times_s = [plan.cycle_s, plan.offset_s, *(t for w in windows for t in (w.start_s, w.length_s))]
    if any(whole_ms(time_s) % 1000 for time_s in times_s):
        raise ValueError("its times are no whole seconds")
    groups = [plan.by_group[group.id] for group in junction.groups]
    rows = tuple(tuple(group.display_at(t, plan.cycle_s) for group in groups) for t in range(round(plan.cycle_s)))
    if not {display for row in rows for display in row} <= ORDINARY:
        raise ValueError("a lamp shows something other than green, yellow and red")
    return rows


def is_stable(row: Row) -> bool:
    """Whether no lamp is about to change by itself: greens and reds only."""
    return all(display in lamps.GREENS or display == lamps.RED for display in row)


def faults(rows: Sequence[Row], junction: Junction) -> Iterator[str]:
    """Give a sentence for each limit of the junction that a sequence of seconds breaks.

    Greens as long as the minimum, yellow as long as it must be after them, foes green together only as the running
    program shows them, and the intergreen from one to the next. What is cut off at either end is not judged.
    """
    shown = {group.id: [row[k] for row in rows] for k, group in enumerate(junction.groups)}
    greens = {name: list(_greens(displays)) for name, displays in shown.items()}
    for name, displays in shown.items():
        yield from _own_faults(name, displays, greens[name], junction)
    for pair in sorted(junction.foes):
        yield from _gap_faults(pair, shown, greens, junction)
    for row in dict.fromkeys(rows):
        yield from _meeting_faults(row, junction)


def _greens(displays: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give the first second of each unbroken green, and the one after its last."""
    second = 0
    for is_green, stretch in groupby(displays, lambda display: display in lamps.GREENS):
        length = len(list(stretch))
        if is_green:
            yield second, second + length
        second += length


def _own_faults(
    name: str, displays: Sequence[str], greens: Sequence[tuple[int, int]], junction: Junction
) -> Iterator[str]:
    for start, end in greens:
        if end == len(displays):
            continue
        if start > 0 and end - start < junction.min_green_s[name]:
            yield f"group {name} is green for {end - start} s only, from second {start}"
        yellow = next((k for k, show in enumerate(displays[end:]) if show not in lamps.YELLOWS), None)
        if yellow is not None and yellow < junction.yellow_s[name]:
            yield f"group {name} shows {yellow} s of yellow at second {end}"


def _gap_faults(
    pair: tuple[str, str],
    shown: dict[str, list[str]],
    greens: dict[str, list[tuple[int, int]]],
    junction: Junction,
) -> Iterator[str]:
    a, b = pair
    ends = [end for _, end in greens[a]]
    for start, _ in greens[b]:
        before = bisect_right(ends, start)
        ended = ends[before - 1] if before else None
        if ended is None or start >= ended + junction.intergreen_s[pair]:
            continue
        if (a, shown[a][ended - 1], b, shown[b][start]) not in junction.together:
            yield f"group {b} turns green {start - ended} s after {a}, at second {start}"


def _meeting_faults(row: Row, junction: Junction) -> Iterator[str]:
    green = [(group.id, show) for group, show in zip(junction.groups, row, strict=True) if show in lamps.GREENS]
    for (a, shows_a), (b, shows_b) in combinations(green, 2):
        if (a, b) in junction.foes and (a, shows_a, b, shows_b) not in junction.together:
            yield f"groups {a} and {b} are green together"
