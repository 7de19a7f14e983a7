"""The times of a NEMA program's phases: clearances enough for whatever follows, and greens between two limits."""

from __future__ import annotations

import math

from ...networks.junction import Junction
from .nema_phases import Draft, NotHeld
from .nema_rings import Side, in_both

SHORTEST_GREEN_S = 5.0


def clearance_s(junction: Junction, own: Side, other: Side) -> tuple[float, float]:
    """Return yellow and red clearance after each phase of a side: whole seconds, enough for all that may follow."""
    greens = {group for ring in own.rings for draft in ring for group in draft.shows}
    after = [(a, b) for a in greens for ring in other.rings for draft in ring for b in draft.shows]
    after += [
        (a, b)
        for ring in own.rings
        for one in ring
        for two in ring
        if one is not two
        for a in one.shows
        for b in two.shows
    ]
    yellow_s = math.ceil(round(max(junction.yellow_s[group] for group in greens), 3))
    needed_s = max([yellow_s, *(junction.intergreen_s[pair] for pair in after if pair in junction.foes)])
    return float(yellow_s), float(math.ceil(round(needed_s, 3)) - yellow_s)


def greens_s(side: Side, ring: int, clearance_s: float) -> list[float]:
    """Return the longest greens of a ring on a side: a turn's as in the plan, the longest phase has what is left."""
    drafts = side.rings[ring]
    main = max(range(len(drafts)), key=lambda k: (drafts[k].planned_s, k))
    greens = [draft.planned_s for draft in drafts]
    greens[main] = side.length_s - len(drafts) * clearance_s - sum(greens[:main] + greens[main + 1 :])
    return greens


def shortest_s(junction: Junction, side: Side, draft: Draft, green_s: float) -> float:
    """Return a phase's minimum green; one that parts a turn's two greens is no shorter than that turn's minimum.

    A phase that shows nothing has the longest minimum of its side: where it may still come, so may the others.
    """
    groups = {group for ring in side.rings for one in ring for group in one.shows}
    needed_s = max(junction.min_green_s[group] for group in ({*draft.shows, *in_both(side)} if draft.shows else groups))
    if green_s < needed_s:
        names = ", ".join(draft.shows or groups)
        raise NotHeld(f"the phase of groups {names} would have {green_s:g} s of green; it needs {needed_s:g} s")
    return max(needed_s, min(SHORTEST_GREEN_S, green_s))
