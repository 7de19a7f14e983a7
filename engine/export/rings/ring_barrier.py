"""A plan as a ring-barrier controller holds it: phases in rings, each with its green, yellow and red clearance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True, kw_only=True)
class RingLimits:
    """What a format's controller has: rings, phases, and the grid on which splits must lie."""

    format_name: str
    rings: int = 4
    phases: int = 16
    grid_ms: int = 1000
    red_ms: int = 25_500  # the longest red clearance


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A phase: it starts at `start_ms` of the cycle and lasts its split = green + yellow + red clearance.

    `groups` are green in it, `walks` are the pedestrian groups that walk from its start for `walk_ms`. A phase without
    either is a filler: its ring has nothing to show then.
    """

    number: int
    ring: int
    barrier: int
    position: int
    start_ms: int
    green_ms: int
    yellow_ms: int
    red_ms: int
    walk_ms: int
    groups: tuple[str, ...]
    walks: tuple[str, ...]

    @property
    def split_ms(self) -> int:
        """Green + yellow + red clearance."""
        return self.green_ms + self.yellow_ms + self.red_ms


@dataclass(frozen=True, kw_only=True)
class RingBarrier:
    """The phases of a junction by number, the coordinated one, and the groups that no phase steers.

    All times are measured from second 0 of the plan's cycle. `steady` groups are green, `dark` ones show nothing and
    `red` ones are red all the cycle. In each ring the splits fill the cycle, and at each barrier all rings change.
    """

    junction: str
    cycle_ms: int
    phases: tuple[Phase, ...]
    coordinated: Phase
    steady: tuple[str, ...]
    dark: tuple[str, ...]
    red: tuple[str, ...]

    @cached_property
    def rings(self) -> tuple[tuple[Phase, ...], ...]:
        """The phases of each ring in the order in which they run."""
        count = max(phase.ring for phase in self.phases)
        order = sorted(self.phases, key=lambda phase: (phase.barrier, phase.position))
        return tuple(tuple(p for p in order if p.ring == ring) for ring in range(1, count + 1))

    @cached_property
    def phases_of(self) -> dict[str, tuple[Phase, ...]]:
        """The phases in which each group is green (or walks), by start."""
        found: dict[str, list[Phase]] = {}
        for phase in sorted(self.phases, key=lambda phase: phase.start_ms):
            for group in (*phase.groups, *phase.walks):
                found.setdefault(group, []).append(phase)
        return {group: tuple(phases) for group, phases in found.items()}

    def beside(self, phase: Phase) -> tuple[Phase, ...]:
        """Return the phases of other rings that run at some instant of a phase's split."""
        return tuple(
            other
            for other in self.phases
            if other.ring != phase.ring
            and (
                (other.start_ms - phase.start_ms) % self.cycle_ms < phase.split_ms
                or (phase.start_ms - other.start_ms) % self.cycle_ms < other.split_ms
            )
        )
