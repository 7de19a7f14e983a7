"""What the check of actuated programs says, in one form whatever kind of program it read."""

from __future__ import annotations

from collections.abc import Iterable

from ....networks.junction import Junction
from ....networks.sentence import Sentence
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


def short(junction: Junction, rule: str, group: str, what: Sentence, shown_ms: int, needed_s: float) -> Finding:
    """Return that a group may show too little of something."""
    text = Sentence(
        "may show only {shown} of {what}; it needs {needed}.",
        shown=say(shown_ms),
        what=what,
        needed=say(to_ms(needed_s)),
    )
    return finding(junction, rule, (group,), text, shown_ms / 1000, needed_s)


def early(junction: Junction, groups: tuple[str, str], gap_ms: int, needed_ms: int) -> Finding:
    """Return that the second of two foes may start too early after the first."""
    text = Sentence(
        "conflict: the second may start {gap} after the first has ended, and the intergreen is {needed}.",
        gap=say(gap_ms),
        needed=say(needed_ms),
    )
    return finding(junction, "intergreen", groups, text, gap_ms / 1000, needed_ms / 1000)


def finding(
    junction: Junction,
    rule: str,
    groups: tuple[str, ...],
    text: Sentence,
    found: float | None = None,
    required: float | None = None,
) -> Finding:
    """Return an error about a junction's program, or about groups of it."""
    return Finding(
        junction=junction.id,
        rule=rule,
        groups=groups,
        second_s=None,
        found=found,
        required=required,
        severity="error",
        text=Sentence(
            "junction {junction}, actuated program: {text}", junction=junction.id, text=_with_subject(groups, text)
        ),
    )


def _with_subject(groups: tuple[str, ...], text: Sentence) -> Sentence:
    if not groups:
        return Sentence("it {text}", text=text)
    if len(groups) == 1:
        return Sentence("group {group} {text}", group=groups[0], text=text)
    return Sentence("groups {groups} {text}", groups=" and ".join(groups), text=text)
