"""The safety check's slow twin: it paints every lamp for every tenth of a second, looks at each, and knows no more.

It shares no line with `engine/check`. Compiled, because it looks at a thousand tenths of a hundred pairs of lamps.
"""

from __future__ import annotations

import numpy as np
from greenband.kernels.compiled import kernel
from greenband.networks.junction import Junction
from greenband.networks.plan import JunctionPlan

from .twin_changes import faults_of_changes

TENTHS, TWENTIETHS = 10, 20  # ticks per second; the finer where a plan has times off the grid of controllers
NOTHING, CONFLICT, INTERGREEN = 0, 1, 2
G, LITTLE_G, YELLOW = (ord(letter) for letter in "Ggy")
Fault = tuple[str, ...]


def painted(plan: JunctionPlan, per_s: int) -> dict[str, np.ndarray]:
    """Return what each group shows in each tick of the cycle, as letters, shape (ticks,)."""
    ticks = round(plan.cycle_s * per_s)
    shown = {}
    for group in plan.groups:
        lamps = np.full(ticks, ord("r"), dtype=np.uint8)
        for window in group.windows:
            start, length = round(window.start_s * per_s), round(window.length_s * per_s)
            lamps[np.arange(start, start + length) % ticks] = ord(window.display)
        shown[group.group] = lamps
    return shown


def faults(
    plan: JunctionPlan, junction: Junction, *, rails_too: bool = False, unknown: frozenset[str] = frozenset()
) -> set[Fault]:
    """Return all that is wrong with a junction's plan: the rule, and the groups that break it.

    The order of colours is a matter of roads; of rails, too, where the check has no view of its own to tell them apart.
    What nobody knows of `unknown` groups is taken as it is worse: that they drive, and that they walk.
    """
    found: set[Fault] = {("presence", name) for name in _present(plan, junction)}
    per_s = TENTHS if _on_grid(plan) else TWENTIETHS
    shown, today = painted(plan, per_s), painted(junction.running, per_s)
    for name in shown.keys() & junction.by_group.keys():
        found |= {(rule, name) for rule in _of_a_lamp(shown[name], today[name], name, junction, per_s)}
    for a, b in junction.foes:
        if a in shown and b in shown:
            found |= _of_a_pair(a, b, shown, junction, per_s)
    found |= faults_of_changes(shown, today, junction, per_s, rails_too=rails_too, unknown=unknown)
    return found | {(rule,) for rule in _of_the_cycle(plan, shown, junction)}


def _present(plan: JunctionPlan, junction: Junction) -> set[str]:
    names = [group.group for group in plan.groups]
    return {name for name in names if names.count(name) > 1} | set(names) ^ set(junction.by_group)


def _of_the_cycle(plan: JunctionPlan, shown: dict[str, np.ndarray], junction: Junction) -> set[str]:
    running, found = junction.running, set()
    as_today = plan.cycle_s == running.cycle_s and set(plan.groups) == set(running.groups)
    if not as_today and (plan.cycle_s != int(plan.cycle_s) or not 1 <= plan.cycle_s <= 255):
        found.add("cycle")
    kept = plan.cycle_s == running.cycle_s and plan.offset_s == running.offset_s
    if plan.offset_s != int(plan.offset_s) and not kept:
        found.add("offset")
    if not as_today and not _on_grid(plan):
        found.add("grid")
    lamps = shown.get(plan.coordinated or "")
    if plan.coordinated is not None and (lamps is None or not _starts_at_0(_greens(lamps))):
        found.add("coordinated")
    return found


def _on_grid(plan: JunctionPlan) -> bool:
    times = [time for group in plan.groups for w in group.windows for time in (w.start_s, w.length_s)]
    return all(abs(10 * time - round(10 * time)) < 1e-6 for time in times)


def _greens(lamps: np.ndarray) -> np.ndarray:
    return (lamps == G) | (lamps == LITTLE_G)


def _starts_at_0(green: np.ndarray) -> bool:
    return bool(green.all() or (green[0] and not green[-1]))


def _of_a_lamp(lamps: np.ndarray, today: np.ndarray, name: str, junction: Junction, per_s: int) -> set[str]:
    found = set()
    if _greens(lamps).any() != _greens(today).any():
        found.add("served")
    if set(np.unique(lamps)) - {G, LITTLE_G, YELLOW, ord("r")} - set(np.unique(today)):
        found.add("display")
    shortest, yellow, _ = lengths(lamps)
    if shortest < round(junction.min_green_s[name] * per_s):
        found.add("min_green")
    if yellow < round(junction.yellow_s[name] * per_s):
        found.add("yellow")
    red_amber_today = lengths(today)[2]
    if lengths(lamps)[2] < (red_amber_today if red_amber_today < NEVER else 0):
        found.add("red_amber")
    return found


NEVER = 1 << 30


@kernel
def lengths(lamps: np.ndarray) -> tuple[int, int, int]:
    """Return the shortest green, yellow after a green, and red-amber before a green; NEVER where there is none.

    Parameters
    ----------
    lamps : (T,) uint8
        What a group shows in each tick.

    Returns
    -------
    (int, int, int)
        Ticks.
    """
    count = lamps.size
    green = (lamps == 71) | (lamps == 103)
    shortest, yellow, amber = 1 << 30, 1 << 30, 1 << 30
    if green.all():
        return count, yellow, amber
    for tick in range(count):
        if green[tick] and not green[tick - 1]:
            length = 0
            while green[(tick + length) % count]:
                length += 1
            shortest = min(shortest, length)
            length = 0
            while length < count and lamps[(tick - 1 - length) % count] == 117:
                length += 1
            amber = min(amber, length)
        if green[tick - 1] and not green[tick]:
            length = 0
            while length < count and (lamps[(tick + length) % count] == 121 or lamps[(tick + length) % count] == 89):
                length += 1
            yellow = min(yellow, length)
    return shortest, yellow, amber


def _of_a_pair(a: str, b: str, shown: dict[str, np.ndarray], junction: Junction, per_s: int) -> set[Fault]:
    allowed = np.array([[_allowed(a, of_a, b, of_b, junction) for of_b in "Gg"] for of_a in "Gg"])
    need = round(junction.intergreen_s[(a, b)] * per_s)
    whole_yellow = junction.intergreen_s[(a, b)] >= junction.yellow_s[a]
    verdict = looked_back(shown[a], shown[b], allowed, need, whole_yellow)
    if verdict == CONFLICT:
        return {("conflict", *sorted((a, b)))}
    return {("intergreen", a, b)} if verdict == INTERGREEN else set()


def _allowed(a: str, display_a: str, b: str, display_b: str, junction: Junction) -> bool:
    """Whether today shows this pair, with each lamp yielding no more than here."""
    stricter_a, stricter_b = "G" if display_a == "G" else "gG", "G" if display_b == "G" else "gG"
    return any((a, x, b, y) in junction.together for x in stricter_a for y in stricter_b)


@kernel
def looked_back(a: np.ndarray, b: np.ndarray, allowed: np.ndarray, need: int, whole_yellow: bool) -> int:
    """Look back from every tick of b's green: did a show, just now or within the intergreen, what may not be met?

    Parameters
    ----------
    a, b : (T,) uint8
        What both groups show in each tick.
    allowed : (2, 2) bool
        Whether G or g of a may meet G or g of b.
    need : int
        The intergreen. [ticks]
    whole_yellow : bool
        Whether a's yellow has to be over, too, however long it is.

    Returns
    -------
    int
        0, or 1 for a conflict (in any tick), or 2 for an intergreen that is too short.
    """
    count, verdict = a.size, 0
    for tick in range(count):
        if b[tick] != 71 and b[tick] != 103:
            continue
        of_b = 0 if b[tick] == 71 else 1
        # One tick of the same green on, all but this tick has been looked at already.
        for back in range(need + 1 if b[tick - 1] != b[tick] else 1):
            before = a[(tick - back) % count]
            if (before == 71 and not allowed[0, of_b]) or (before == 103 and not allowed[1, of_b]):
                if back == 0:
                    return 1
                verdict = 2
        if whole_yellow:
            back = 0
            while back < count and (a[(tick - back) % count] == 121 or a[(tick - back) % count] == 89):
                back += 1
            before = a[(tick - back) % count]
            if back > 0 and ((before == 71 and not allowed[0, of_b]) or (before == 103 and not allowed[1, of_b])):
                verdict = 2
    return verdict
