"""What the phases of a NEMA program show: a plan's greens, approach by approach, on two sides of the barriers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from ...networks import lamps
from ...networks.junction import Junction
from ...networks.plan import Interval

MOST_IN_A_ROW = 2  # SUMO's rings have two places before each of two barriers


class NotHeld(Exception):
    """Why a junction's plan cannot run as a NEMA program, in words."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A phase that has no number and no ring yet: what its groups show, in which stages of the plan, how long there."""

    shows: Mapping[str, str]
    stages: tuple[int, ...]
    planned_s: float


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A plan's stages: its intervals without yellow, with what each group shows in them."""

    junction: Junction
    parts: tuple[Interval, ...]  # of the whole cycle
    places: tuple[int, ...]  # of the stages among the parts
    cycle_s: float

    @property
    def count(self) -> int:
        """How many stages there are."""
        return len(self.places)

    def shown(self, stage: int) -> dict[str, str]:
        """Return the greens of a stage by group."""
        state = self.parts[self.places[stage]].state
        letters = {group.id: state[group.links[0]] for group in self.junction.groups}
        return {group: letter for group, letter in letters.items() if letter in lamps.GREENS}

    def start_s(self, stage: int) -> float:
        """Return when a stage starts in the cycle."""
        return self.parts[self.places[stage % self.count]].start_s

    def end_s(self, stage: int) -> float:
        """Return when a stage ends in the cycle."""
        part = self.parts[self.places[stage % self.count]]
        return (part.start_s + part.length_s) % self.cycle_s

    def planned_s(self, stages: Sequence[int]) -> float:
        """Return how long stages that follow each other last, with the changes between them."""
        return (self.end_s(stages[-1]) - self.start_s(stages[0])) % self.cycle_s or self.cycle_s


def sides(staged: Staged) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield the ways to part the circle of stages in two so that no group is green on both sides."""
    for first, second in combinations(range(staged.count), 2):
        one = tuple(range(first, second))
        other = (*range(second, staged.count), *range(first))
        greens = [{group for stage in side for group in staged.shown(stage)} for side in (one, other)]
        if not greens[0] & greens[1]:
            yield one, other


def approach_drafts(staged: Staged, side: Sequence[int]) -> tuple[Draft, ...]:
    """Return the phases of one side: for each approach its longest green, and a turn's own where it has one.

    A turn that yields in the longest green and is protected apart from it is in both phases. Raises NotHeld where an
    approach has more than these two.
    """
    approaches: dict[str, list[str]] = {}
    for group in staged.junction.groups:
        if any(group.id in staged.shown(stage) for stage in side):
            approaches.setdefault(group.from_edges[0], []).append(group.id)
    return tuple(draft for edge, groups in approaches.items() for draft in _of_approach(staged, side, edge, groups))


def _of_approach(staged: Staged, side: Sequence[int], edge: str, groups: Sequence[str]) -> Iterator[Draft]:
    spans = {
        (group, letter): tuple(stage for stage in side if staged.shown(stage).get(group) == letter)
        for group in groups
        for letter in (lamps.PROTECTED, lamps.PERMITTED)
    }
    spans = {unit: stages for unit, stages in spans.items() if stages}
    own = {stages for (_, letter), stages in spans.items() if letter == lamps.PROTECTED} or set(spans.values())
    if len(own) > MOST_IN_A_ROW:
        raise NotHeld(f"the greens from {edge} start and end in {len(own)} ways, and an approach has two phases")
    if any(b != a + 1 for stages in own for a, b in pairwise(map(side.index, stages))):
        raise NotHeld(f"a green from {edge} comes twice between two barriers")
    longest = max(own, key=lambda stages: (staged.planned_s(stages), [-stage for stage in stages]))
    shows: dict[tuple[int, ...], dict[str, str]] = {stages: {} for stages in own}
    for (group, letter), stages in spans.items():
        kept = stages if stages in own else longest
        if not set(stages) & set(kept) or group in shows[kept]:
            raise NotHeld(f"group {group} yields when no other group from {edge} is green, or twice a cycle")
        shows[kept][group] = letter
    for stages in sorted(own):
        yield Draft(shows=shows[stages], stages=stages, planned_s=staged.planned_s(stages))


def stage_drafts(staged: Staged) -> tuple[Draft, ...]:
    """Return a phase for each stage. Raises NotHeld where a green would be cut by a yellow that the plan has not."""
    drafts = tuple(
        Draft(shows=staged.shown(stage), stages=(stage,), planned_s=staged.planned_s((stage,)))
        for stage in range(staged.count)
    )
    for place, draft in enumerate(drafts):
        after = drafts[(place + 1) % len(drafts)].shows
        between = staged.parts[(staged.places[place] + 1) % len(staged.parts)].state
        for group, letter in draft.shows.items():
            link = staged.junction.by_group[group].links[0]
            if after.get(group) == letter and between[link] in lamps.GREENS:
                raise NotHeld(
                    f"group {group} stays green from stage to stage, and a phase ends in yellow for all of it"
                )
    return drafts
