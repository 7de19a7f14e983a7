"""The change from one stage to another: who ends when, who starts when."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ....networks import lamps
from ....networks.junction import Junction, Pair

Displays = dict[str, str]  # of each signal group


@dataclass(frozen=True, slots=True, kw_only=True)
class Switching:
    """How a change of stage runs, in seconds from the end of the stage before.

    `ends_s` tells when each green that does not stay ends, `starts_s` when each new one starts; before 0 where more
    time is needed to clear than the others leave, and where a protected green goes on as a permitted one.
    The stage after begins at `length_s`, when all have started.
    """

    ends_s: dict[str, float]
    starts_s: dict[str, float]
    length_s: float


def switching(junction: Junction, before: Displays, after: Displays) -> Switching:
    """Return the shortest change between two stages that keeps every intergreen, starts at whole seconds.

    Vehicles whose green is over end together. Walks, which take longer to clear than a change of stage for vehicles,
    end so much earlier; so do protected greens that go on as permitted ones. Each new green starts as soon as those
    that it may not meet are clear.
    """
    walks = {group.id for group in junction.groups if group.kind == "pedestrian"}
    ending = [g for g, shown in before.items() if shown in lamps.GREENS and after[g] != shown]
    starting = [g for g, shown in after.items() if shown in lamps.GREENS and before[g] != shown]
    needs = _needs(junction, before, after, ending, starting)
    together = {a for a in ending if a not in walks and after[a] not in lamps.GREENS}
    starts = {b: _whole(needs[(a, b)] for a in together if (a, b) in needs) for b in starting}
    length_s = max(starts.values(), default=0.0)
    ends = {a: min([0.0, *(length_s - s for (first, _), s in needs.items() if first == a)]) for a in ending}
    ends |= dict.fromkeys(together, 0.0)
    for b in starting:
        starts[b] = _whole(ends[a] + needs[(a, b)] for a in ending if (a, b) in needs)
    for group in set(ending) & set(starting):  # one green follows the other: what yields has the time between
        early = before[group] == lamps.PROTECTED
        ends[group] = starts[group] = ends[group] if early else starts[group]
    return Switching(ends_s=ends, starts_s=starts, length_s=length_s)


def _needs(
    junction: Junction, before: Displays, after: Displays, ending: Iterable[str], starting: Iterable[str]
) -> dict[Pair, float]:
    """Return the intergreen of each pair of an ending and a starting green that may not meet."""
    starting = list(starting)
    return {
        (a, b): junction.intergreen_s[(a, b)]
        for a in ending
        for b in starting
        if (a, b) in junction.foes and (a, before[a], b, after[b]) not in junction.together
    }


def _whole(seconds: Iterable[float]) -> float:
    """Return the longest of some times, not less than 0, in whole seconds rounded up."""
    return float(math.ceil(round(max([0.0, *seconds]), 3)))
