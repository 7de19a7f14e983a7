"""The safety check's slow twin: it looks at every tick of the cycle, and is too simple to be wrong."""

import numpy as np
from greenband.networks.junction import Junction
from greenband.networks.plan import JunctionPlan


def lamps_by_tick(plan: JunctionPlan, tick_s: float) -> dict[str, np.ndarray]:
    """What each group shows in each tick, as an array of letters of shape (ticks,)."""
    ticks = round(plan.cycle_s / tick_s)
    shown = {}
    for group in plan.groups:
        shown[group.group] = np.full(ticks, "r")
        for window in group.windows:
            start, length = round(window.start_s / tick_s), round(window.length_s / tick_s)
            shown[group.group][np.arange(start, start + length) % ticks] = window.display
    return shown


def faults_by_walking(plan: JunctionPlan, junction: Junction, tick_s: float) -> set[tuple[object, ...]]:
    """Rule and groups of what is wrong with served groups, shortest greens, yellows, conflicts and intergreens."""
    shown = lamps_by_tick(plan, tick_s)
    today = lamps_by_tick(junction.running, 0.1)
    faults: set[tuple[object, ...]] = set()
    for name, letters in shown.items():
        if is_green(letters).any() != is_green(today[name]).any():
            faults.add(("served", name))
        faults |= lamp_faults(name, letters, junction, tick_s)
    for a, b in junction.foes:
        faults |= pair_faults(a, b, shown, junction, tick_s)
    return {fault for fault in faults if fault[0] != "intergreen" or ("conflict", frozenset(fault[1:])) not in faults}


def is_green(letters: np.ndarray) -> np.ndarray:
    return (letters == "G") | (letters == "g")


def lamp_faults(name: str, letters: np.ndarray, junction: Junction, tick_s: float) -> set[tuple[object, ...]]:
    faults: set[tuple[object, ...]] = set()
    green, count = is_green(letters), letters.size
    for tick in range(count):
        if green[tick] and not green[tick - 1]:
            length = next(n for n in range(count) if not green[(tick + n) % count])
            if length * tick_s < junction.min_green_s[name] - 1e-6:
                faults.add(("min_green", name))
        if green[tick - 1] and not green[tick]:
            yellow = next(n for n in range(count) if letters[(tick + n) % count] not in ("y", "Y"))
            if yellow * tick_s < junction.yellow_s[name] - 1e-6:
                faults.add(("yellow", name))
    if green.all() and count * tick_s < junction.min_green_s[name]:
        faults.add(("min_green", name))
    return faults


def pair_faults(
    a: str, b: str, shown: dict[str, np.ndarray], junction: Junction, tick_s: float
) -> set[tuple[object, ...]]:
    """Look back from each tick of b's green: for as long as the intergreen, a showed nothing that may not meet it."""
    faults: set[tuple[object, ...]] = set()
    for display_a in "Gg":
        for display_b in "Gg":
            if allowed_today(a, display_a, b, display_b, junction):
                continue
            of_a, of_b = shown[a] == display_a, shown[b] == display_b
            if not of_a.any() or not of_b.any():
                continue
            if (of_a & of_b).any():
                faults.add(("conflict", frozenset((a, b))))
            not_yet = of_a.copy()
            for back in range(1, round(junction.intergreen_s[(a, b)] / tick_s) + 1):
                not_yet |= np.roll(of_a, back)
            if junction.intergreen_s[(a, b)] >= junction.yellow_s[a]:
                not_yet |= yellow_after(of_a, shown[a])
            if (not_yet & of_b).any():
                faults.add(("intergreen", a, b))
    return faults


def yellow_after(of_a: np.ndarray, letters: np.ndarray) -> np.ndarray:
    """The ticks of yellow that follow the display without anything between."""
    clearing, yellow = of_a.copy(), (letters == "y") | (letters == "Y")
    while (more := np.roll(clearing, 1) & yellow & ~clearing).any():
        clearing |= more
    return clearing & yellow


def allowed_today(a: str, display_a: str, b: str, display_b: str, junction: Junction) -> bool:
    """A yielding lamp is allowed where the running program shows this pair with it yielding or not."""
    if (a, display_a, b, display_b) in junction.together:
        return True
    if display_a == "g" and allowed_today(a, "G", b, display_b, junction):
        return True
    return display_b == "g" and allowed_today(a, display_a, b, "G", junction)
