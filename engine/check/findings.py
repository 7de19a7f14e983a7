"""What the safety check says about a plan, and the one gate that a plan passes before it leaves the house."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ...networks.plan import Plan
from ...networks.sentence import Sentence

Severity = Literal["error", "warning"]
_SEAL = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a plan, or worth knowing, with its numbers.

    `second_s` is the second of the junction's cycle at which it shows, `found` and `required` the two numbers that
    disagree (seconds, unless the rule counts something else); None where a rule has no such number.
    """

    junction: str
    rule: str
    groups: tuple[str, ...]
    second_s: float | None
    found: float | None
    required: float | None
    severity: Severity
    text: Sentence

    @property
    def is_error(self) -> bool:
        """Whether a plan with this finding may not be used."""
        return self.severity == "error"


class PlanRefused(Exception):
    """A plan with errors was to pass the check; `findings` holds all that was found."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings)
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join(finding.text for finding in self.findings if finding.is_error)


@dataclass(frozen=True, kw_only=True)
class CheckedPlan:
    """A plan in which the check found no error. Only `seal` makes one; writers of files take nothing else."""

    plan: Plan
    findings: tuple[Finding, ...]
    _seal: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise TypeError("a CheckedPlan is made by greenband.engine.check.findings.seal alone")


def seal(plan: Plan, findings: tuple[Finding, ...]) -> CheckedPlan:
    """Return the checked plan. Raises PlanRefused if a finding is an error."""
    if any(finding.is_error for finding in findings):
        raise PlanRefused(findings)
    return CheckedPlan(plan=plan, findings=findings, _seal=_SEAL)
