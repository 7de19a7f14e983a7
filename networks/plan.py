"""Plans as values: for each signal group, what it shows and when within the cycle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from . import lamps
from .errors import InputError


def whole_ms(seconds: float) -> int:
    """Return seconds as whole milliseconds: arithmetic on the circle is done in integers."""
    return round(seconds * 1000)


def _error(junction: str, found: str, rule: str, fix: str) -> InputError:
    return InputError(where=f"plan of junction {junction}", found=found, rule=rule, fix=fix)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Window:
    """A stretch of the cycle in which a group shows one display other than red.

    It runs from `start_s` in [0, cycle) for `length_s` and may pass the end of the cycle. Displays are SUMO's letters.
    """

    start_s: float
    length_s: float
    display: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Green:
    """An unbroken green of a group, protected or permitted or first one then the other."""

    start_s: float
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of the cycle in which no lamp changes; `state` has one letter per lamp."""

    start_s: float
    length_s: float
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """The windows of one signal group, in order of their starts; red is wherever no window is."""

    group: str
    windows: tuple[Window, ...]

    def display_at(self, second_s: float, cycle_s: float) -> str:
        """Return the display at a second of the cycle."""
        cycle_ms = whole_ms(cycle_s)
        for window in self.windows:
            since_ms = (whole_ms(second_s) - whole_ms(window.start_s)) % cycle_ms
            if since_ms < whole_ms(window.length_s):
                return window.display
        return lamps.RED

    def greens(self, cycle_s: float) -> tuple[Green, ...]:
        """Return the unbroken greens: windows of `G` and `g` that touch are one green."""
        greens = [w for w in self.windows if w.display in lamps.GREENS]
        return _joined(greens, cycle_s)


def _joined(windows: list[Window], cycle_s: float) -> tuple[Green, ...]:
    cycle_ms = whole_ms(cycle_s)
    ends = {(whole_ms(w.start_s) + whole_ms(w.length_s)) % cycle_ms for w in windows}
    heads = [w for w in windows if whole_ms(w.start_s) not in ends]
    if windows and not heads:
        return (Green(start_s=windows[0].start_s, length_s=cycle_s),)
    by_start = {whole_ms(w.start_s): w for w in windows}
    greens = []
    for head in heads:
        length_ms, following = 0, by_start.get(whole_ms(head.start_s))
        while following is not None:
            length_ms += whole_ms(following.length_s)
            following = by_start.get((whole_ms(head.start_s) + length_ms) % cycle_ms)
        greens.append(Green(start_s=head.start_s, length_s=length_ms / 1000))
    return tuple(sorted(greens, key=lambda green: green.start_s))


def turned(plan: GroupPlan, zero_ms: int, cycle_ms: int) -> GroupPlan:
    """Return the same lamps of a group with second 0 of the cycle at `zero_ms` of the present one."""
    windows = (
        Window(start_s=(whole_ms(w.start_s) - zero_ms) % cycle_ms / 1000, length_s=w.length_s, display=w.display)
        for w in plan.windows
    )
    return GroupPlan(group=plan.group, windows=tuple(sorted(windows)))


@dataclass(frozen=True, kw_only=True)
class JunctionPlan:
    """A fixed-time plan of one junction.

    Second 0 of the cycle is the start of the first green of the `coordinated` group (or, if no group ever gets a
    green, the start of the first interval read). `offset_s` in [0, cycle) is the second after local midnight, modulo
    the cycle, at which that second 0 falls. Times are in seconds, exact to the millisecond.
    """

    junction: str
    cycle_s: float
    offset_s: float
    coordinated: str | None
    groups: tuple[GroupPlan, ...]

    def __post_init__(self) -> None:
        if self.cycle_s <= 0:
            raise _error(self.junction, f"a cycle of {self.cycle_s} s", "a cycle lasts at least 1 s", "set its length")
        if not 0 <= self.offset_s < self.cycle_s:
            raise _error(
                self.junction,
                f"offset {self.offset_s} s with a cycle of {self.cycle_s} s",
                "an offset is at least 0 and less than the cycle",
                f"use {whole_ms(self.offset_s) % whole_ms(self.cycle_s) / 1000} s",
            )
        for group in self.groups:
            self._check_windows(group)

    def _check_windows(self, group: GroupPlan) -> None:
        cycle_ms, used_ms = whole_ms(self.cycle_s), 0
        for window in group.windows:
            if not 0 <= window.start_s < self.cycle_s or not 0 < window.length_s <= self.cycle_s:
                raise _error(
                    self.junction,
                    f"group {group.group} shows '{window.display}' from {window.start_s} s for {window.length_s} s",
                    f"a window starts within the cycle of {self.cycle_s} s and lasts at most one cycle",
                    "correct the window",
                )
            used_ms += whole_ms(window.length_s)
        starts = sorted((whole_ms(w.start_s), whole_ms(w.length_s)) for w in group.windows)
        nexts = [*starts[1:], *((start + cycle_ms, length) for start, length in starts[:1])]
        gaps = [b[0] - a[0] for a, b in zip(starts, nexts, strict=True)]
        if used_ms > cycle_ms or any(length > gap for (_, length), gap in zip(starts, gaps, strict=True)):
            raise _error(
                self.junction,
                f"two windows of group {group.group} overlap",
                "a lamp shows one thing at a time",
                "correct the windows",
            )

    @cached_property
    def by_group(self) -> dict[str, GroupPlan]:
        """The group plans by the group's name."""
        return {group.group: group for group in self.groups}

    def greens(self, group: str) -> tuple[Green, ...]:
        """Return the unbroken greens of a group."""
        return self.by_group[group].greens(self.cycle_s)

    def with_offset(self, offset_s: float) -> JunctionPlan:
        """Return the same plan with another offset, taken modulo the cycle."""
        return replace(self, offset_s=whole_ms(offset_s) % whole_ms(self.cycle_s) / 1000)

    def second_of_cycle(self, time_s: float) -> float:
        """Return the second of the cycle that is running at a time after midnight."""
        return (whole_ms(time_s) - whole_ms(self.offset_s)) % whole_ms(self.cycle_s) / 1000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan of a whole network: one junction plan for each signal."""

    name: str
    junctions: tuple[JunctionPlan, ...]

    @cached_property
    def by_junction(self) -> dict[str, JunctionPlan]:
        """The junction plans by the junction's name."""
        return {plan.junction: plan for plan in self.junctions}

    def with_junction(self, changed: JunctionPlan) -> Plan:
        """Return the plan with the plan of one junction replaced."""
        return replace(self, junctions=tuple(changed if p.junction == changed.junction else p for p in self.junctions))
