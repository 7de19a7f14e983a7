"""Plans to try the safety check on: legal ones, ones with windows moved about, and ones with one rule broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from greenband.networks.errors import InputError
from greenband.networks.junction import Junction
from greenband.networks.plan import GroupPlan, JunctionPlan, Window

from ..random_plans import random_junction_plan

KINDS = ("legal", "moved", "broken")
TENTH_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Case:
    """A plan, the junction with the limits it is held to, and the rule that was broken on purpose, if one was."""

    kind: str
    junction: Junction
    plan: JunctionPlan
    broken: str | None = None


def drawn_case(junction: Junction, place: int, seed: int) -> Case:
    """Return the case of a place: the same for the same junction, place and seed."""
    rng = np.random.default_rng([seed, place])
    kind = KINDS[place % len(KINDS)]
    legal = _legal(junction, rng)
    if kind == "moved":
        start = legal if rng.random() < 0.7 else junction.running
        return _moved(start, junction, rng)
    if kind == "broken":
        names = list(BREAKERS)
        for k in rng.permutation(len(names)):
            plan = BREAKERS[names[k]](legal, junction, rng)
            if plan is not None:
                return Case(kind=kind, junction=junction, plan=plan, broken=names[k])
    return Case(kind="legal", junction=junction, plan=legal)


def _legal(junction: Junction, rng: np.random.Generator) -> JunctionPlan:
    """Return a random plan; today's at a random offset where people walk, whose greens random splits cut too short."""
    if any(group.kind == "pedestrian" for group in junction.groups):
        return junction.running.with_offset(float(rng.integers(int(junction.running.cycle_s))))
    return random_junction_plan(junction, int(rng.integers(40, 121)), rng)


def _moved(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> Case:
    tick_s = 1.0 if rng.random() < 0.5 else TENTH_S
    for _ in range(rng.integers(0, 5)):
        place = int(rng.integers(len(plan.groups)))
        changed = _mutated(plan.groups[place], plan.cycle_s, rng, tick_s)
        plan = _with(plan, changed) or plan
    if rng.random() < 0.3:
        junction = replace(
            junction,
            intergreen_s={pair: _drawn(rng, tick_s, 8) for pair in sorted(junction.foes)},
            yellow_s={name: _drawn(rng, tick_s, 5) for name in junction.yellow_s},
            min_green_s={name: _drawn(rng, tick_s, 12) for name in junction.min_green_s},
        )
    return Case(kind="moved", junction=junction, plan=plan)


def _drawn(rng: np.random.Generator, tick_s: float, most_s: float) -> float:
    return round(int(rng.integers(0, round(most_s / tick_s) + 1)) * tick_s, 1)


def _mutated(group: GroupPlan, cycle_s: float, rng: np.random.Generator, tick_s: float) -> GroupPlan:
    windows = list(group.windows)
    if not windows:
        return group
    place, shift_s = int(rng.integers(len(windows))), round(int(rng.integers(-8, 9)) * tick_s, 1)
    window = windows[place]
    windows[place] = {
        0: replace(window, start_s=round((window.start_s + shift_s) % cycle_s, 1)),
        1: replace(window, length_s=round(window.length_s + shift_s, 1)),
        2: replace(window, display=str(rng.choice(list("Ggyu")))),
        3: replace(window, start_s=float(rng.integers(int(cycle_s)))),
        4: replace(window, length_s=tick_s),
    }[int(rng.integers(5))]
    if rng.random() < 0.1:
        windows.pop(place)
    return replace(group, windows=tuple(sorted(windows)))


def _with(plan: JunctionPlan, *changed: GroupPlan) -> JunctionPlan | None:
    """Return the plan with some groups changed, or None where windows then overlap and it is no plan."""
    new = {group.group: group for group in changed}
    try:
        return replace(plan, groups=tuple(new.get(group.group, group) for group in plan.groups))
    except InputError:
        return None


def _green_at_end(group: GroupPlan, cycle_s: float) -> tuple[int, int] | None:
    """Return the places of a green and of the yellow that follows it at once, if the group has such a pair."""
    for k, green in enumerate(group.windows):
        for m, yellow in enumerate(group.windows):
            touch = abs((green.start_s + green.length_s - yellow.start_s) % cycle_s) < 1e-9
            if green.display in "Gg" and yellow.display == "y" and touch:
                return k, m
    return None


def _changed_windows(group: GroupPlan, changes: Mapping[int, Window | None]) -> GroupPlan:
    windows = [changes.get(k, window) for k, window in enumerate(group.windows)]
    return replace(group, windows=tuple(sorted(window for window in windows if window is not None)))


def _some(plan: JunctionPlan, rng: np.random.Generator) -> list[GroupPlan]:
    return [plan.groups[int(k)] for k in rng.permutation(len(plan.groups))]


def _short_green(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    """One green a tenth shorter than its minimum; it starts later, so that its yellow still follows."""
    for group in _some(plan, rng):
        found, need_s = _green_at_end(group, plan.cycle_s), junction.min_green_s[group.group]
        if found is None or need_s < 1 or len([w for w in group.windows if w.display in "Gg"]) != 1:
            continue
        green = group.windows[found[0]]
        length_s = round(need_s - TENTH_S, 1)
        start_s = round((green.start_s + green.length_s - length_s) % plan.cycle_s, 3)
        return _with(plan, _changed_windows(group, {found[0]: replace(green, start_s=start_s, length_s=length_s)}))
    return None


def _short_yellow(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    for group in _some(plan, rng):
        found, need_s = _green_at_end(group, plan.cycle_s), junction.yellow_s[group.group]
        if found is None or need_s < 1:
            continue
        yellow = group.windows[found[1]]
        return _with(plan, _changed_windows(group, {found[1]: replace(yellow, length_s=round(need_s - TENTH_S, 1))}))
    return None


def _dropped(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    for group in _some(plan, rng):
        if any(window.display in "Gg" for window in group.windows):
            return _with(plan, replace(group, windows=()))
    return None


def _no_red_amber(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    for group in _some(plan, rng):
        ambers = {k: None for k, window in enumerate(group.windows) if window.display == "u"}
        if ambers and all(
            sum(w.display == "u" for w in running.windows) >= len(running.greens(junction.running.cycle_s)) > 0
            for running in (junction.running.by_group[group.group],)
        ):
            return _with(plan, _changed_windows(group, ambers))
    return None


def _unknown_display(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    for group in _some(plan, rng):
        if group.windows and not any(w.display == "O" for w in junction.running.by_group[group.group].windows):
            return _with(plan, _changed_windows(group, {0: replace(group.windows[0], display="O")}))
    return None


def _strangers(
    plan: JunctionPlan, junction: Junction, rng: np.random.Generator
) -> list[tuple[str, Window, Window, GroupPlan]]:
    """Return greens of two foes that are never shown together, each with the groups of both."""
    foes = sorted(junction.foes)
    return [
        (a, wa, wb, plan.by_group[b])
        for k in rng.permutation(len(foes))
        for a, b in (foes[int(k)],)
        for wa in plan.by_group[a].windows
        for wb in plan.by_group[b].windows
        if wa.display == wb.display == "G" and (a, "G", b, "G") not in junction.together
    ]


def _meeting(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    """A green that starts a tenth before a foe's ends."""
    for _, wa, wb, group in _strangers(plan, junction, rng):
        start_s = round((wa.start_s + wa.length_s - TENTH_S) % plan.cycle_s, 3)
        found = _with(plan, replace(group, windows=(replace(wb, start_s=start_s),)))
        if found is not None:
            return found
    return None


def _too_soon(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    """A green that starts a tenth before a foe's intergreen is over, and never meets it."""
    for a, wa, wb, group in _strangers(plan, junction, rng):
        need_s = junction.intergreen_s[(a, group.group)]
        if need_s < 1 or plan.cycle_s - wa.length_s - wb.length_s < 2 * need_s:
            continue
        start_s = round((wa.start_s + wa.length_s + need_s - TENTH_S) % plan.cycle_s, 3)
        found = _with(plan, replace(group, windows=(replace(wb, start_s=start_s),)))
        if found is not None:
            return found
    return None


def _half_cycle_s(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    return replace(plan, cycle_s=plan.cycle_s + 0.5)


def _half_offset_s(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    return plan.with_offset(plan.offset_s + 0.5)


def _off_grid(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    for group in _some(plan, rng):
        for k, window in enumerate(group.windows):
            if window.length_s < plan.cycle_s and window.length_s > 1:
                return _with(plan, _changed_windows(group, {k: replace(window, length_s=window.length_s - 0.05)}))
    return None


def _not_at_zero(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    for group in _some(plan, rng):
        greens = group.greens(plan.cycle_s)
        if greens and all(green.start_s > 0 and green.length_s < plan.cycle_s for green in greens):
            return replace(plan, coordinated=group.group)
    return None


def _missing(plan: JunctionPlan, junction: Junction, rng: np.random.Generator) -> JunctionPlan | None:
    gone = plan.groups[int(rng.integers(len(plan.groups)))].group
    return replace(plan, groups=tuple(group for group in plan.groups if group.group != gone))


BREAKERS: dict[str, Callable[[JunctionPlan, Junction, np.random.Generator], JunctionPlan | None]] = {
    "min_green": _short_green,
    "yellow": _short_yellow,
    "served": _dropped,
    "red_amber": _no_red_amber,
    "display": _unknown_display,
    "conflict": _meeting,
    "intergreen": _too_soon,
    "cycle": _half_cycle_s,
    "offset": _half_offset_s,
    "grid": _off_grid,
    "coordinated": _not_at_zero,
    "presence": _missing,
}
