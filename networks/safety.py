"""What the running program teaches about safety: which displays meet, intergreens, yellows, shortest greens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import lamps
from .junction import Pair, SignalGroup
from .plan import GroupPlan, JunctionPlan, Window, whole_ms

MIN_GREEN_S = 5.0
MIN_WALK_S = 7.0  # MUTCD 2009, section 4E.06
YELLOW_S = 3.0  # MUTCD 2009, section 4D.26: the shortest; for greens that never end today, or end without yellow
CLEARANCE_S = 1.0  # red after a yellow of which the running program says nothing
# Foes that get their green within this time after the first foe belong to the same change of stage.
SAME_CHANGE_S = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """The limits of a junction; the fields are those of `Junction`."""

    together: frozenset[tuple[str, str, str, str]]
    intergreen_s: dict[Pair, float]
    yellow_s: dict[str, float]
    min_green_s: dict[str, float]


def derive_safety(
    running: JunctionPlan,
    groups: Iterable[SignalGroup],
    foes: frozenset[Pair],
    as_shown: frozenset[Pair] = frozenset(),
    guessed: frozenset[Pair] = frozenset(),
) -> Safety:
    """Return the limits that any plan of this junction must keep, read off the program that runs today.

    Nothing is ever shorter than it is today, except greens, which may shrink to 5 s (walks to 7 s) or to today's
    green where that is shorter. What is unsafe today teaches nothing: foes that both show protected green are not
    allowed to, unless they are among `as_shown`, and a green that ends without yellow gets the longest yellow of the
    junction, at least 3 s, and an intergreen at least 1 s longer. Of `guessed` foes nothing is learned about others.
    """
    groups = tuple(groups)
    together = frozenset(_together(running, foes, as_shown))
    yellow_s = {group.id: _yellow_s(running, group) for group in groups}
    vehicles = {group.id: group for group in groups if group.kind == "vehicle"}
    intergreen_s = {}
    for a, b in sorted(foes):
        after_s = yellow_s[a] if a in vehicles else None
        intergreen_s[(a, b)] = _intergreen_s(running, (a, b), foes, guessed, together, after_s)
        if a in vehicles:
            unsafe_s = _after_unsafe_s(running, vehicles[a], b, as_shown, yellow_s[a])
            intergreen_s[(a, b)] = max(intergreen_s[(a, b)], unsafe_s)
    return Safety(
        together=together,
        intergreen_s=intergreen_s,
        yellow_s=yellow_s,
        min_green_s={group.id: _min_green_s(running, group) for group in groups},
    )


def _green_windows(plan: GroupPlan) -> list[Window]:
    return [window for window in plan.windows if window.display in lamps.GREENS]


def _together(
    running: JunctionPlan, foes: frozenset[Pair], as_shown: frozenset[Pair]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield the greens of foes that are shown at once: those of which one yields."""
    for a, b in foes:
        for wa in _green_windows(running.by_group[a]):
            for wb in _green_windows(running.by_group[b]):
                yields = (a, b) in as_shown or lamps.PERMITTED in (wa.display, wb.display)
                if yields and overlap(wa, wb, running.cycle_s):
                    yield (a, wa.display, b, wb.display)


def _after_unsafe_s(
    running: JunctionPlan, group: SignalGroup, other: str, as_shown: frozenset[Pair], yellow_s: float
) -> float:
    """Return the least intergreen after a group that the running program endangers, its gaps saying nothing; else 0."""
    unsafe = ends_without_yellow(running, group) or (
        (group.id, other) not in as_shown
        and any(
            wa.display == wb.display == lamps.PROTECTED and overlap(wa, wb, running.cycle_s)
            for wa in running.by_group[group.id].windows
            for wb in running.by_group[other].windows
        )
    )
    return yellow_s + CLEARANCE_S if unsafe else 0.0


def overlap(a: Window, b: Window, cycle_s: float) -> bool:
    """Whether two windows share an instant of the circle."""
    cycle_ms = whole_ms(cycle_s)
    a_to_b_ms = (whole_ms(b.start_s) - whole_ms(a.start_s)) % cycle_ms
    return a_to_b_ms < whole_ms(a.length_s) or a_to_b_ms + whole_ms(b.length_s) > cycle_ms


def _gaps_s(
    running: JunctionPlan, a: str, wa: Window, b: str, together: frozenset[tuple[str, str, str, str]]
) -> list[float]:
    """Return the times from the end of a window of `a` to the starts of the windows of `b` that may not meet it."""
    cycle_ms, end_ms = whole_ms(running.cycle_s), whole_ms(wa.start_s) + whole_ms(wa.length_s)
    return [
        (whole_ms(wb.start_s) - end_ms) % cycle_ms / 1000
        for wb in _green_windows(running.by_group[b])
        if (a, wa.display, b, wb.display) not in together
    ]


def _intergreen_s(
    running: JunctionPlan,
    pair: Pair,
    foes: frozenset[Pair],
    guessed: frozenset[Pair],
    together: frozenset[tuple[str, str, str, str]],
    vehicle_yellow_s: float | None,
) -> float:
    """Return the least intergreen: the pair's own where `b` follows in the next change of stage, else that change's.

    A foe that follows only after other stages shows a long gap that is no requirement, and one that is only ever green
    together with `a` (one of them yielding) shows none, though it needs one as soon as it no longer yields.
    `vehicle_yellow_s` is None where `a` is a pedestrian group.
    """
    a, b = pair
    told = [other for first, other in foes - guessed if first == a]
    own_needs, change_needs = [], []
    for wa in _green_windows(running.by_group[a]):
        own = _gaps_s(running, a, wa, b, together)
        if vehicle_yellow_s is None:  # what pedestrians need to clear is longer than a change of stage for vehicles
            change = [gap for rival in told for gap in _gaps_s(running, a, wa, rival, together)]
            if not change:  # which of those that start next is a foe is not known: the last of them may be
                maybe = [_gaps_s(running, a, wa, rival, together) for one, rival in guessed if one == a]
                change = [max(gap for gaps in maybe for gap in gaps)] if any(maybe) else []
        else:
            change = _next_greens_s(running, a, wa, vehicle_yellow_s)
        change_needs += [min(change)] if change else []
        if own:
            late = change and min(own) > min(change) + SAME_CHANGE_S
            own_needs.append(min(change) if late else min(own))
    return min(own_needs or change_needs, default=vehicle_yellow_s or 0.0)


def _next_greens_s(running: JunctionPlan, a: str, wa: Window, yellow_s: float) -> list[float]:
    """Return the times from the end of a window of `a` to the next displays of green once its yellow is over."""
    cycle_ms, end_ms = whole_ms(running.cycle_s), whole_ms(wa.start_s) + whole_ms(wa.length_s)
    gaps = [
        (whole_ms(window.start_s) - end_ms) % cycle_ms / 1000
        for plan in running.groups
        if plan.group != a
        for window in _green_windows(plan)
        if window.length_s < running.cycle_s
    ]
    return [gap for gap in gaps if gap >= yellow_s]


def _yellow_s(running: JunctionPlan, group: SignalGroup) -> float:
    """Return the shortest yellow that follows a green of the group.

    A vehicle group that is green all the cycle gets the longest yellow of the junction, should its green ever end; so
    does one that ends a green without yellow, and 3 s at least. Walks, trams and lamps of unknown use may have none.
    """
    lengths_s = yellows_s(running, group.id)
    shown = [w.length_s for other in running.groups for w in other.windows if w.display in lamps.YELLOWS]
    if needs_yellow(group) and 0.0 in lengths_s:
        return max([YELLOW_S, *shown])
    if group.kind == "vehicle" and running.greens(group.id) and not lengths_s:
        return max(shown, default=YELLOW_S)
    return min(lengths_s, default=0.0)


def yellows_s(running: JunctionPlan, group: str) -> list[float]:
    """Return the yellow that follows each green that ends, 0 where there is none."""
    cycle_ms = whole_ms(running.cycle_s)
    yellows = {whole_ms(w.start_s): w.length_s for w in running.by_group[group].windows if w.display in lamps.YELLOWS}
    return [
        yellows.get((whole_ms(green.start_s) + whole_ms(green.length_s)) % cycle_ms, 0.0)
        for green in running.greens(group)
        if green.length_s < running.cycle_s
    ]


def needs_yellow(group: SignalGroup) -> bool:
    """Whether a green of the group may not end without yellow: that of vehicles on roads."""
    return group.kind == "vehicle" and not group.rail


def ends_without_yellow(running: JunctionPlan, group: SignalGroup) -> bool:
    """Whether a group ends a green without the yellow that it needs."""
    return needs_yellow(group) and 0.0 in yellows_s(running, group.id)


def _min_green_s(running: JunctionPlan, group: SignalGroup) -> float:
    limit = MIN_GREEN_S if group.kind == "vehicle" else MIN_WALK_S
    shortest = min((green.length_s for green in running.greens(group.id)), default=0.0)
    return min(limit, shortest)
