"""The slow twin's second pair of eyes: it looks on while the lamps of a plan change, and knows the street from the map.

The rules stand in its own words, after the texts and not after the check:

- RiLSA 2015, section 2.2, MUTCD 2009, section 4D.05: streams that cross are not both released as protected.
- MUTCD 2009, section 4D.26; RiLSA 2015, section 2.4: a green of vehicles ends with at least 3 s of yellow.
- MUTCD 2009, section 4D.04: who has yellow may still enter, so nobody who crosses has protected green meanwhile.
- RiLSA 2015, section 2.3: a green lasts at least 5 s.
- FHWA-HOP-08-024, section 4.3 (the yellow trap): a turn that gives way does not get yellow while those who come towards
  it go on.
- RiLSA 2015, section 2.4: who walks clears the road at 1.2 m/s before those who cross it start.

Of what today's program shows at the same lamps it says nothing, but for streams that cross and are both protected.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .eyes import Seen, Way

PER_S = 20
YELLOW_S, GREEN_S, WALK_M_S = 3.0, 5.0, 1.2
G, PERMITTED, YELLOW, YELLOW_TOO = (ord(letter) for letter in "GgyY")
Lamps = np.ndarray  # (lamps, ticks) of letters
Fault = tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class Today:
    """What today's program does at each lamp, or at pairs of them: what is not held against another plan."""

    shortest_yellow_s: Mapping[int, float]
    shortest_green_s: Mapping[int, float]
    crossed_yellow: frozenset[tuple[int, int]]
    trapped: frozenset[tuple[int, int]]
    shortest_clearing_s: Mapping[int, float]


def today_of(lamps: Lamps, seen: Seen) -> Today:
    """Return what a program shows of what would be a fault."""
    drives = _driving(seen)
    return Today(
        shortest_yellow_s={lamp: min(_yellows_s(lamps[lamp]), default=YELLOW_S) for lamp in drives},
        shortest_green_s={lamp: min(_greens_s(lamps[lamp]), default=GREEN_S) for lamp in range(len(lamps))},
        crossed_yellow=frozenset((a, b) for a, b in _both_ways(seen) if _yellow_under_green(lamps, a, b)),
        trapped=frozenset((a, b) for a, b in seen.towards if _trapped(lamps[a], lamps[b])),
        shortest_clearing_s={
            lamp: min((_clearing_s(lamps, lamp, b) for b in _crossed(seen, lamp)), default=math.inf)
            for lamp in range(len(lamps))
        },
    )


def looked_on(lamps: Lamps, seen: Seen, today: Today) -> set[Fault]:
    """Return what is wrong with what lamps show all around a cycle: the rule, the lamp, and the other lamp."""
    found: set[Fault] = {
        ("both protected", a, b)
        for a, b in seen.crossing
        if max(a, b) < len(lamps) and ((lamps[a] == G) & (lamps[b] == G)).any()
    }
    for lamp in _driving(seen):
        least_s = min(YELLOW_S, today.shortest_yellow_s[lamp]) or YELLOW_S
        if any(yellow_s < least_s - 1e-6 for yellow_s in _yellows_s(lamps[lamp])):
            found.add(("yellow", lamp, lamp))
    for lamp in {way.lamp for way in seen.ways}:
        least_s = min(GREEN_S, today.shortest_green_s[lamp])
        if any(green_s < least_s - 1e-6 for green_s in _greens_s(lamps[lamp])):
            found.add(("green", lamp, lamp))
        found |= {("clearing", lamp, b) for b in _hurried(lamps, lamp, seen, today)}
    pairs = _both_ways(seen) - today.crossed_yellow
    found |= {("crossed yellow", a, b) for a, b in pairs if _yellow_under_green(lamps, a, b)}
    traps = seen.towards - today.trapped
    return found | {("yellow trap", a, b) for a, b in traps if _trapped(lamps[a], lamps[b])}


def _driving(seen: Seen) -> set[int]:
    """Return the lamps of vehicles on roads."""
    return {way.lamp for way in seen.ways if not (way.walks or way.rails)}


def _both_ways(seen: Seen) -> set[tuple[int, int]]:
    """Return the lamps that cross, of which the first is for vehicles."""
    drives = _driving(seen)
    return {(a, b) for pair in seen.crossing for a, b in (pair, pair[::-1]) if a in drives}


def _runs(here: np.ndarray) -> list[tuple[int, int]]:
    """Return where each stretch of truth starts, and how many ticks it lasts; none if it never changes."""
    before = np.concatenate((here[-1:], here[:-1]))
    starts, ends = np.flatnonzero(here & ~before), np.flatnonzero(~here & before)
    if not starts.size:
        return []
    after = np.append(ends, ends[0] + here.size)[np.searchsorted(ends, starts)]
    return [(int(start), int(end - start)) for start, end in zip(starts, after, strict=True)]


def _green(lamp: np.ndarray) -> np.ndarray:
    return (lamp == G) | (lamp == PERMITTED)


def _yellow(lamp: np.ndarray) -> np.ndarray:
    return (lamp == YELLOW) | (lamp == YELLOW_TOO)


def _greens_s(lamp: np.ndarray) -> list[float]:
    return [ticks / PER_S for _, ticks in _runs(_green(lamp))]


def _yellows_s(lamp: np.ndarray) -> list[float]:
    """Return how long the yellow lasts that follows each green, 0 where none does."""
    yellow, found = _yellow(lamp), []
    for start, ticks in _runs(_green(lamp)):
        after, lasts = (start + ticks) % lamp.size, 0
        while yellow[(after + lasts) % lamp.size] and lasts < lamp.size:
            lasts += 1
        found.append(lasts / PER_S)
    return found


def _yellow_under_green(lamps: Lamps, a: int, b: int) -> bool:
    """Whether one has yellow while the other, who crosses it, has protected green."""
    return bool((_yellow(lamps[a]) & (lamps[b] == G)).any())


def _trapped(turn: np.ndarray, other: np.ndarray) -> bool:
    """Whether a turn that gave way gets yellow, and those who come towards it are green until it is over and on."""
    yellow, green = _yellow(turn), _green(other)
    for start, ticks in _runs(yellow):
        gave_way = turn[start - 1] == PERMITTED
        if gave_way and green[(start + np.arange(ticks + 1)) % turn.size].all():
            return True
    return False


def _crossed(seen: Seen, lamp: int) -> set[int]:
    if not all(way.walks for way in seen.steers(lamp)):
        return set()
    return {b for pair in seen.crossing for a, b in (pair, pair[::-1]) if a == lamp}


def _clearing_s(lamps: Lamps, walk: int, other: int) -> float:
    """Return the shortest time from the end of a walk to the start of protected green of those who cross it."""
    ends = [(start + ticks) % lamps.shape[1] for start, ticks in _runs(_green(lamps[walk]))]
    starts = [start for start, _ in _runs(lamps[other] == G)]
    waits = [(start - end) % lamps.shape[1] / PER_S for end in ends for start in starts]
    return min(waits, default=math.inf)


def _hurried(lamps: Lamps, walk: int, seen: Seen, today: Today) -> set[int]:
    """Return the lamps that start before those who walk are off the road, sooner than any starts today."""
    needed_s = min(
        max((_length_m(way) for way in seen.steers(walk)), default=0.0) / WALK_M_S, today.shortest_clearing_s[walk]
    )
    return {other for other in _crossed(seen, walk) if _clearing_s(lamps, walk, other) < needed_s - 1e-6}


def _length_m(way: Way) -> float:
    return sum(math.dist(p, q) for p, q in zip(way.line, way.line[1:], strict=False))
