"""Phases before they are assigned a ring and a number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..group_spans import GroupSpan


@dataclass(frozen=True, slots=True)
class Task:
    """A phase to be: its green and yellow, its walk, and the groups that it steers."""

    span: GroupSpan
    walk_ms: int
    groups: tuple[str, ...]
    walks: tuple[str, ...]

    def turned(self, cut_ms: int, cycle_ms: int) -> Task:
        """Return the task as seen from another second 0."""
        return replace(self, span=replace(self.span, start_ms=(self.span.start_ms - cut_ms) % cycle_ms))


Ring = list[tuple[Task, int]]  # tasks with their splits, in order, from the cut on
