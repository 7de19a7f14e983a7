"""The slow twin's word on changes of lamps: colours in order, reds long enough, walks and dark lamps beside a foe.

From the texts, not from the check: RiLSA 2015 (green, yellow, red, red-amber, green), MUTCD 2009, section 4D.04 (yellow
warns of red, and vehicles may enter on it), NTCIP 1202 v03 (phaseRedRevert; 2 s is our value). A lamp is an array of
letters by tick.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from greenband.networks.junction import Junction

RED_S = 2.0
GREENS, YELLOWS = "Gg", "yY"
Shown = dict[str, np.ndarray]
Fault = tuple[str, ...]


def letters(lamp: np.ndarray) -> list[tuple[str, int]]:
    """Return what a lamp shows one after the other, and for how many ticks, from its first change on."""
    changes = np.flatnonzero(lamp != np.concatenate((lamp[-1:], lamp[:-1])))
    if not changes.size:
        return [(chr(lamp[0]), lamp.size)]
    starts, shown = changes.tolist(), lamp[changes].tolist()
    ends = [*starts[1:], starts[0] + lamp.size]
    return [(chr(letter), end - start) for letter, start, end in zip(shown, starts, ends, strict=True)]


def faults_of_changes(
    shown: Shown,
    today: Shown,
    junction: Junction,
    per_s: int,
    *,
    rails_too: bool,
    unknown: frozenset[str] = frozenset(),
) -> set[Fault]:
    """Return rule and groups of what is wrong, but for what today's program does as well."""
    here = [name for name in shown if name in junction.by_group]
    found: set[Fault] = set()
    for name in here:
        group = junction.by_group[name]
        if name in unknown or (group.kind == "vehicle" and (rails_too or not group.rail)):
            if set(_odd_yellows(shown[name])) - set(_odd_yellows(today[name])):
                found.add(("yellow_order", name))
            shortest = min([RED_S, *_reds_s(today[name], per_s)])
            if any(red_s < shortest - 1e-9 for red_s in _reds_s(shown[name], per_s)):
                found.add(("short_red", name))
    for a, b in junction.foes:
        if a in here and b in here:
            found |= set(_beside(a, b, shown, today, junction, unknown))
    if here and all(np.isin(shown[name], [ord("o"), ord("O")]).all() for name in here):
        found.add(("dark",))
    return found


def _odd_yellows(lamp: np.ndarray) -> Iterator[tuple[str, str]]:
    """Yield what stands before and after each yellow that is not between a green and a red."""
    parts = [(letter.replace("Y", "y"), ticks) for letter, ticks in letters(lamp)]
    for k, (letter, _) in enumerate(parts):
        before, after = parts[k - 1][0], parts[(k + 1) % len(parts)][0]
        if letter == "y" and len(parts) > 1 and (before not in "Gg" or after in "Ggu"):
            yield before, after


def _reds_s(lamp: np.ndarray, per_s: int) -> list[float]:
    """Return how long each stretch without green and yellow lasts, if there is any green or yellow at all."""
    still = ~(_is(lamp, GREENS) | _is(lamp, YELLOWS))
    if still.all():
        return []
    return [ticks / per_s for letter, ticks in letters(still.astype(np.uint8)) if letter == chr(1)]


def _beside(a: str, b: str, shown: Shown, today: Shown, junction: Junction, unknown: frozenset[str]) -> Iterator[Fault]:
    drives = a in unknown or junction.by_group[a].kind == "vehicle"
    walks = b in unknown or junction.by_group[b].kind == "pedestrian"
    if drives and walks and _yellow_on_green(shown, a, b) and not _yellow_on_green(today, a, b):
        yield "yellow_on_walk", a, b
    for display in "soO":
        if not (shown[a] == ord(display)).any():
            continue
        for green in "Gg":
            over = (shown[a] == ord(display)) & (shown[b] == ord(green))
            if over.any() and {chr(x) for x in today[a][today[b] == ord(green)]} & set("rusoO") != {display}:
                yield "unstopped", a, b


def _yellow_on_green(shown: Shown, a: str, b: str) -> bool:
    return bool((_is(shown[a], YELLOWS) & _is(shown[b], GREENS)).any())


def _is(lamp: np.ndarray, two: str) -> np.ndarray:
    return (lamp == ord(two[0])) | (lamp == ord(two[1]))
