"""What the running program teaches about safety: which displays meet, intergreens, yellows, shortest greens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import lamps
from .junction import Pair, SignalGroup
from .plan import GroupPlan, JunctionPlan, Window, whole_ms

MIN_GREEN_S = 5.0
MIN_WALK_S = 7.0  # MUTCD 2009, section 4E.06
YELLOW_S = 3.0  # MUTCD 2009, section 4D.26: the shortest; for greens that never end today
# Foes that get their green within this time after the first foe belong to the same change of stage.
SAME_CHANGE_S = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """The limits of a junction; the fields are those of `Junction`."""

    together: frozenset[tuple[str, str, str, str]]
    intergreen_s: dict[Pair, float]
    yellow_s: dict[str, float]
    min_green_s: dict[str, float]


def derive_safety(running: JunctionPlan, groups: Iterable[SignalGroup], foes: frozenset[Pair]) -> Safety:
    """Return the limits that any plan of this junction must keep, read off the program that runs today.

    Nothing is ever shorter than it is today, except greens, which may shrink to 5 s (walks to 7 s) or to today's
    green where that is shorter.
    """
    groups = tuple(groups)
    together = frozenset(_together(running, foes))
    yellow_s = {group.id: _yellow_s(running, group) for group in groups}
    walks = frozenset(group.id for group in groups if group.kind == "pedestrian")
    return Safety(
        together=together,
        intergreen_s={
            pair: _intergreen_s(running, pair, foes, together, None if pair[0] in walks else yellow_s[pair[0]])
            for pair in sorted(foes)
        },
        yellow_s=yellow_s,
        min_green_s={group.id: _min_green_s(running, group) for group in groups},
    )


def _green_windows(plan: GroupPlan) -> list[Window]:
    return [window for window in plan.windows if window.display in lamps.GREENS]


def _together(running: JunctionPlan, foes: frozenset[Pair]) -> Iterator[tuple[str, str, str, str]]:
    for a, b in foes:
        for wa in _green_windows(running.by_group[a]):
            for wb in _green_windows(running.by_group[b]):
                if overlap(wa, wb, running.cycle_s):
                    yield (a, wa.display, b, wb.display)


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
    together: frozenset[tuple[str, str, str, str]],
    vehicle_yellow_s: float | None,
) -> float:
    """Return the least intergreen: the pair's own where `b` follows in the next change of stage, else that change's.

    A foe that follows only after other stages shows a long gap that is no requirement, and one that is only ever green
    together with `a` (one of them yielding) shows none, though it needs one as soon as it no longer yields.
    `vehicle_yellow_s` is None where `a` is a pedestrian group.
    """
    a, b = pair
    rivals = [other for first, other in foes if first == a]
    own_needs, change_needs = [], []
    for wa in _green_windows(running.by_group[a]):
        own = _gaps_s(running, a, wa, b, together)
        if vehicle_yellow_s is None:  # what pedestrians need to clear is longer than a change of stage for vehicles
            change = [gap for rival in rivals for gap in _gaps_s(running, a, wa, rival, together)]
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
    """Return the shortest yellow that follows a green of the group: 0 where a green ends without one.

    A vehicle group that is green all the cycle gets the longest yellow of the junction, should its green ever end.
    """
    plan, cycle_ms = running.by_group[group.id], whole_ms(running.cycle_s)
    yellows = {whole_ms(w.start_s): w.length_s for w in plan.windows if w.display in lamps.YELLOWS}
    greens = plan.greens(running.cycle_s)
    ends = [
        (whole_ms(green.start_s) + whole_ms(green.length_s)) % cycle_ms
        for green in greens
        if green.length_s < running.cycle_s
    ]
    if greens and not ends and group.kind == "vehicle":
        shown = [w.length_s for other in running.groups for w in other.windows if w.display in lamps.YELLOWS]
        return max(shown, default=YELLOW_S)
    return min((yellows.get(end, 0.0) for end in ends), default=0.0)


def _min_green_s(running: JunctionPlan, group: SignalGroup) -> float:
    limit = MIN_GREEN_S if group.kind == "vehicle" else MIN_WALK_S
    shortest = min((green.length_s for green in running.greens(group.id)), default=0.0)
    return min(limit, shortest)
