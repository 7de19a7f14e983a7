"""What each signal group asks of phases: its greens with the yellow after them, its walks, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass

from ...networks import lamps
from ...networks.junction import Junction, SignalGroup
from ...networks.plan import GroupPlan, JunctionPlan, whole_ms
from .exporter import CannotHold, Loss

_HELD = lamps.GREENS | lamps.YELLOWS
_NOT_SHOWN = {
    lamps.RED_AMBER: "red-amber before green: the format has no such display, and the lamp stays red",
    lamps.STOP_THEN_GO: "a green arrow for those who have stopped: the format has no such display, only red",
}
_DARK = frozenset((lamps.DARK, lamps.DARK_YIELD))


@dataclass(frozen=True, slots=True, order=True)
class GroupSpan:
    """A green with its yellow, or a walk (without yellow); from `start_ms` of the cycle."""

    start_ms: int
    green_ms: int
    yellow_ms: int
    is_walk: bool

    @property
    def end_ms(self) -> int:
        """The end of yellow, counted on beyond the end of the cycle."""
        return self.start_ms + self.green_ms + self.yellow_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class RingWishes:
    """The spans of each group that changes, and the groups that show one thing all the cycle."""

    spans: dict[str, tuple[GroupSpan, ...]]
    steady: tuple[str, ...]
    dark: tuple[str, ...]
    red: tuple[str, ...]
    losses: tuple[Loss, ...]


def wishes_of(plan: JunctionPlan, junction: Junction, format_name: str) -> RingWishes:
    """Return what the groups ask for.

    Raises CannotHold for a display that phases have not: dark or blinking for a part of the cycle, or yellow that no
    green precedes. Red-amber and arrows at red are told as losses: the lamp shows red instead, which is the safe side.
    """
    spans: dict[str, tuple[GroupSpan, ...]] = {}
    kept: dict[str, list[str]] = {"steady": [], "dark": [], "red": []}
    losses: list[Loss] = []
    for group in junction.groups:
        shown = plan.by_group[group.id]
        same = _all_the_cycle(shown, whole_ms(plan.cycle_s))
        if same is None:
            spans[group.id] = _spans(shown, group, plan, format_name)
        else:
            kept[same].append(group.id)
        losses += _losses(shown, junction.id, group)
    return RingWishes(
        spans=spans,
        steady=tuple(kept["steady"]),
        dark=tuple(kept["dark"]),
        red=tuple(kept["red"]),
        losses=tuple(losses),
    )


def _all_the_cycle(shown: GroupPlan, cycle_ms: int) -> str | None:
    displays = {window.display for window in shown.windows}
    if displays <= _NOT_SHOWN.keys():
        return "red"
    if sum(whole_ms(window.length_s) for window in shown.windows) == cycle_ms:
        return "steady" if displays <= lamps.GREENS else "dark" if displays <= _DARK else None
    return None


def _spans(shown: GroupPlan, group: SignalGroup, plan: JunctionPlan, format_name: str) -> tuple[GroupSpan, ...]:
    cycle_ms = whole_ms(plan.cycle_s)
    odd = sorted({w.display for w in shown.windows} - _HELD - _NOT_SHOWN.keys())
    if odd:
        raise _cannot(plan, group, format_name, f"shows '{odd[0]}' for a part of the cycle")
    yellows = {whole_ms(w.start_s): whole_ms(w.length_s) for w in shown.windows if w.display in lamps.YELLOWS}
    found = []
    for green in shown.greens(plan.cycle_s):
        start, length = whole_ms(green.start_s), whole_ms(green.length_s)
        yellow = yellows.pop((start + length) % cycle_ms, 0)
        found.append(GroupSpan(start, length, yellow, group.kind == "pedestrian" and yellow == 0))
    if yellows:
        raise _cannot(plan, group, format_name, f"shows yellow at {min(yellows) / 1000:g} s without a green before it")
    return tuple(found)


def _cannot(plan: JunctionPlan, group: SignalGroup, format_name: str, what: str) -> CannotHold:
    return CannotHold(
        where=f"junction {plan.junction}",
        found=f"group {group.id} {what}",
        rule=f"a phase of {format_name} is green, then yellow, then red",
        fix=f"change the plan of group {group.id}, or export to a format of signal groups (sumo, vissim, sheet)",
    )


def _losses(shown: GroupPlan, junction: str, group: SignalGroup) -> list[Loss]:
    displays = {window.display for window in shown.windows}
    found = [
        Loss(junction=junction, groups=(group.id,), what=_NOT_SHOWN[d]) for d in sorted(displays & set(_NOT_SHOWN))
    ]
    if displays >= lamps.GREENS:
        what = "where within a green a protected display becomes one that yields, or the other way round"
        found.append(Loss(junction=junction, groups=(group.id,), what=what))
    return found
