"""What the running program teaches, read by the check itself: phase by phase, and lamp by lamp.

The plans were made with windows on a circle; here the same questions are put to the rows of letters in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

GREEN, YELLOW = frozenset("Gg"), frozenset("yY")
LEAST_GREEN_MS = 5000
LEAST_WALK_MS = 7000  # MUTCD 2009, section 4E.06
LEAST_YELLOW_MS = 3000  # MUTCD 2009, section 4D.26; for a green that never ends today, or ends without
SAME_CHANGE_MS = 6000  # a foe that comes later than this after the first green follows another stage


@dataclass(frozen=True, kw_only=True)
class Running:
    """A fixed-time program as a file tells it: what all lamps show in each phase, one after the other."""

    states: tuple[str, ...]
    lengths_ms: tuple[int, ...]
    offset_ms: int = 0  # when the first phase starts, after midnight

    @property
    def size(self) -> int:
        """How many lamps it steers."""
        return len(self.states[0])

    @cached_property
    def starts_ms(self) -> tuple[int, ...]:
        """When each phase starts, and at last the cycle."""
        return tuple(sum(self.lengths_ms[:phase]) for phase in range(len(self.states) + 1))

    @property
    def cycle_ms(self) -> int:
        """The sum of the phases."""
        return self.starts_ms[-1]

    def shows(self, lamp: int, phase: int) -> str:
        """Return what a lamp shows in a phase; phases go round."""
        return self.states[phase % len(self.states)][lamp]

    def at(self, lamp: int, time_ms: int) -> str:
        """Return what a lamp shows at a time after midnight."""
        since_ms = (time_ms - self.offset_ms) % self.cycle_ms
        return self.shows(lamp, sum(start <= since_ms for start in self.starts_ms) - 1)

    def starts(self, lamp: int, letters: frozenset[str]) -> list[int]:
        """Return the phases in which a lamp begins to show one of the letters."""
        return [
            phase
            for phase in range(len(self.states))
            if self.shows(lamp, phase) in letters and self.shows(lamp, phase - 1) not in letters
        ]

    def lasts(self, lamp: int, phase: int, letters: frozenset[str]) -> tuple[int, int]:
        """Return for how long a lamp shows one of the letters from a phase on, and the phase in which that is over."""
        lasted_ms = 0
        for passed in range(len(self.states)):
            if self.shows(lamp, phase + passed) not in letters:
                return lasted_ms, (phase + passed) % len(self.states)
            lasted_ms += self.lengths_ms[(phase + passed) % len(self.states)]
        return lasted_ms, phase

    def always(self, lamp: int, letters: frozenset[str]) -> bool:
        """Whether a lamp shows nothing but these letters."""
        return all(state[lamp] in letters for state in self.states)

    def wait_ms(self, phase: int, later: int) -> int:
        """Return the time from the start of a phase forward to the start of another, 0 for itself."""
        return (self.starts_ms[later] - self.starts_ms[phase]) % self.cycle_ms


def yellow_ms(running: Running, lamp: int, *, walking: bool, road: bool = False) -> int:
    """Return the shortest yellow after a green of a lamp: 0 where a green ends without, 3 s of vehicles on a road.

    That a program ends a green of vehicles without yellow is a fault of it, and no limit. For vehicles that are green
    all the cycle, the longest yellow at the junction, should their green ever end.
    """
    after = []
    for phase in running.starts(lamp, GREEN):
        _, end = running.lasts(lamp, phase, GREEN)
        after.append(_yellow_from_ms(running, lamp, end) or (LEAST_YELLOW_MS if road else 0))
    if not after and not walking and running.always(lamp, GREEN):
        yellows = [_yellow_from_ms(running, other, k) for other, k in _changes(running, range(running.size), YELLOW)]
        return max(yellows, default=LEAST_YELLOW_MS)
    return min(after, default=0)


def _yellow_from_ms(running: Running, lamp: int, phase: int) -> int:
    """Return how long one letter of yellow lasts: 'y' and 'Y' are different displays."""
    letter = running.shows(lamp, phase)
    return running.lasts(lamp, phase, frozenset(letter))[0] if letter in YELLOW else 0


def _changes(running: Running, lamps: Iterable[int], letters: frozenset[str]) -> Iterator[tuple[int, int]]:
    return ((lamp, phase) for lamp in lamps for phase in running.starts(lamp, letters))


def least_green_ms(running: Running, lamp: int, *, walking: bool) -> int:
    """Return the shortest green that a plan may give: 5 s, 7 s for a walk, or today's where that is shorter."""
    greens = [running.lasts(lamp, phase, GREEN)[0] for phase in running.starts(lamp, GREEN)]
    if running.always(lamp, GREEN):
        greens = [running.cycle_ms]
    return min(LEAST_WALK_MS if walking else LEAST_GREEN_MS, min(greens, default=0))


def shown_together(running: Running, a: int, b: int) -> frozenset[tuple[str, str]]:
    """Return the pairs of greens that two lamps show at once in some phase."""
    return frozenset((state[a], state[b]) for state in running.states if {state[a], state[b]} <= GREEN)


def intergreen_ms(
    running: Running,
    a: int,
    b: int,
    rivals: Sequence[int],
    others: Sequence[int],
    *,
    walking: bool,
    road: bool = False,
) -> int:
    """Return the least time from the end of a green of lamp `a` to a green of its foe `b`.

    Parameters
    ----------
    running
        The program.
    a, b
        A lamp, and one that conflicts with it.
    rivals
        One lamp of each group that conflicts with that of `a`.
    others
        One lamp of each group but that of `a`.
    walking
        Whether `a` is for those who walk: their clearance is longer than a change of stage for vehicles.
    road
        Whether `a` is for vehicles that are not on rails: their yellow is never 0.
    """
    waits, changes = [], []
    for letter in sorted(GREEN):
        for phase in running.starts(a, frozenset(letter)):
            _, end = running.lasts(a, phase, frozenset(letter))
            own = _waits_ms(running, a, letter, end, b)
            if walking:
                change = [wait for rival in rivals for wait in _waits_ms(running, a, letter, end, rival)]
            else:
                change = _next_greens_ms(running, end, others, yellow_ms(running, a, walking=False, road=road))
            if change:
                changes.append(min(change))
            if own:
                late = change and min(own) > min(change) + SAME_CHANGE_MS
                waits.append(min(change) if late else min(own))
    without = 0 if walking else yellow_ms(running, a, walking=False, road=road)
    return min(waits or changes, default=without)


def least_wait_ms(running: Running, a: int, b: int, others: Sequence[int]) -> int:
    """Return the least time from an end of green of a lamp, of unknown use, to a green of another.

    Where the two are only green together, the longest time to the greens of any other: it may be that one's foe. Never
    less than the yellow of vehicles would be, nor than the time to the next greens after it.
    """
    yellow = yellow_ms(running, a, walking=False)
    own: list[int] = []
    rest = [yellow]
    for letter in sorted(GREEN):
        for phase in running.starts(a, frozenset(letter)):
            _, end = running.lasts(a, phase, frozenset(letter))
            own += _waits_ms(running, a, letter, end, b)
            rest += [wait for other in others for wait in _waits_ms(running, a, letter, end, other)]
            rest += sorted(_next_greens_ms(running, end, others, yellow))[:1]
    return min(own) if own else max(rest)


def _waits_ms(running: Running, a: int, letter: str, end: int, b: int) -> list[int]:
    """Return the times from the end of a green to the starts of a foe's greens that are never shown with it."""
    together = shown_together(running, a, b)
    waits = []
    for other in sorted(GREEN):
        if (letter, other) in together:
            continue
        waits += [running.wait_ms(end, phase) for phase in running.starts(b, frozenset(other))]
    return waits


def _next_greens_ms(running: Running, end: int, others: Sequence[int], yellow: int) -> list[int]:
    """Return the times to the next greens of the junction, those within the yellow left out."""
    waits = [
        running.wait_ms(end, phase)
        for lamp in others
        for letter in sorted(GREEN)
        for phase in running.starts(lamp, frozenset(letter))
    ]
    return [wait for wait in waits if wait >= yellow]
