"""What the check of actuated programs says, in one form whatever kind of program it read."""

from __future__ import annotations

from collections.abc import Iterable

from ....networks.junction import Junction
from ..circle import to_ms
from ..findings import Finding
from ..junction_view import say


def worst_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return of the findings of a kind about the same groups the worst, in a fixed order."""
    worst: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for found in findings:
        key = (found.rule, found.groups)
        if key not in worst or (found.found or 0.0) < (worst[key].found or 0.0):
            worst[key] = found
    return tuple(worst[key] for key in sorted(worst))


def short(junction: Junction, rule: str, group: str, what: str, shown_ms: int, needed_s: float) -> Finding:
    """Return that a group may show too little of something."""
    text = f"may show only {say(shown_ms)} of {what}; it needs {say(to_ms(needed_s))}."
    return finding(junction, rule, (group,), text, shown_ms / 1000, needed_s)


def early(junction: Junction, groups: tuple[str, str], gap_ms: int, needed_ms: int) -> Finding:
    """Return that the second of two foes may start too early after the first."""
    gap, needed = say(gap_ms), say(needed_ms)
    text = f"conflict: the second may start {gap} after the first has ended, and the intergreen is {needed}."
    return finding(junction, "intergreen", groups, text, gap_ms / 1000, needed_ms / 1000)


def finding(
    junction: Junction,
    rule: str,
    groups: tuple[str, ...],
    text: str,
    found: float | None = None,
    required: float | None = None,
) -> Finding:
    """Return an error about a junction's program, or about groups of it."""
    who = f"group{'s' if len(groups) > 1 else ''} {' and '.join(groups)} " if groups else "it "
    return Finding(
        junction=junction.id,
        rule=rule,
        groups=groups,
        second_s=None,
        found=found,
        required=required,
        severity="error",
        text=f"junction {junction.id}, actuated program: {who}{text}",
    )
