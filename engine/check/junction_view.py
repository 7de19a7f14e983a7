"""A junction's plan laid out for the rules, and how a finding is worded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from ...networks import lamps
from ...networks.junction import Junction, Pair
from ...networks.plan import JunctionPlan
from ...networks.sentence import Sentence
from ..rules.pack import Limits
from .circle import Span, runs, sequence, spans, to_ms
from .findings import Finding, Severity
from .turn_across import OwnTurn

NO_LIMITS = Limits()
RED_AMBERS = frozenset((lamps.RED_AMBER,))


@dataclass(frozen=True, kw_only=True)
class Look:
    """One junction, the plan that is checked, its windows as spans, and how long cycles and reds may last.

    `protected` and `across` are those of the check's own view; `on_road` and `on_foot` are its groups of vehicles and
    of those who walk, None where there is no such view and the junction's own kinds hold; `left_turns` are its turns
    across.
    """

    plan_name: str
    junction: Junction
    plan: JunctionPlan
    limits: Limits = NO_LIMITS
    protected: frozenset[Pair] = frozenset()
    across: frozenset[Pair] = frozenset()
    on_road: frozenset[str] | None = None
    on_foot: frozenset[str] | None = None
    left_turns: tuple[OwnTurn, ...] = ()

    @cached_property
    def cycle_ms(self) -> int:
        """The cycle."""
        return to_ms(self.plan.cycle_s)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups that both the junction and the plan know, in the junction's order."""
        planned = {group.group for group in self.plan.groups}
        return tuple(group.id for group in self.junction.groups if group.id in planned)

    @cached_property
    def driven(self) -> tuple[str, ...]:
        """The groups that steer vehicles on a road."""
        return self._of_kind("vehicle", self.on_road)

    @cached_property
    def walked(self) -> tuple[str, ...]:
        """The groups that steer those who walk."""
        return self._of_kind("pedestrian", self.on_foot)

    def _of_kind(self, kind: str, own: frozenset[str] | None) -> tuple[str, ...]:
        known = self.junction.by_group
        return tuple(name for name in self.groups if (known[name].kind == kind if own is None else name in own))

    @cached_property
    def sequences(self) -> dict[str, tuple[Span, ...]]:
        """What each group shows all around the cycle, reds as well."""
        return {group.group: sequence(group.windows, self.cycle_ms, lamps.RED) for group in self.plan.groups}

    @cached_property
    def green_windows(self) -> dict[str, tuple[Span, ...]]:
        """Windows of protected or permitted green by group."""
        return {group.group: spans(group.windows, lamps.GREENS) for group in self.plan.groups}

    @cached_property
    def greens(self) -> dict[str, tuple[Span, ...]]:
        """Unbroken greens by group."""
        return {name: runs(windows, self.cycle_ms) for name, windows in self.green_windows.items()}

    @cached_property
    def greens_by_display(self) -> dict[str, tuple[Span, ...]]:
        """Unbroken greens of one display, protected or permitted, by group."""
        return {
            name: tuple(
                span
                for display in sorted(lamps.GREENS)
                for span in runs(tuple(w for w in windows if w.first == display), self.cycle_ms)
            )
            for name, windows in self.green_windows.items()
        }

    @cached_property
    def yellows(self) -> dict[str, tuple[Span, ...]]:
        """Unbroken yellows by group."""
        return self._runs_of(lamps.YELLOWS)

    @cached_property
    def red_ambers(self) -> dict[str, tuple[Span, ...]]:
        """Unbroken red-ambers by group."""
        return self._runs_of(RED_AMBERS)

    def _runs_of(self, displays: frozenset[str]) -> dict[str, tuple[Span, ...]]:
        return {group.group: runs(spans(group.windows, displays), self.cycle_ms) for group in self.plan.groups}

    @cached_property
    def today(self) -> Look:
        """The same look at the plan that runs today."""
        return replace(self, plan_name="running", plan=self.junction.running)

    def finding(
        self,
        rule: str,
        text: Sentence,
        *,
        groups: tuple[str, ...] = (),
        at_ms: int | None = None,
        found: float | None = None,
        required: float | None = None,
        severity: Severity = "error",
    ) -> Finding:
        """Return a finding whose text says where it is before it says what."""
        return Finding(
            junction=self.junction.id,
            rule=rule,
            groups=groups,
            second_s=None if at_ms is None else at_ms % self.cycle_ms / 1000,
            found=found,
            required=required,
            severity=severity,
            text=placed(self.junction.id, self.plan_name, text),
        )


def placed(junction: str, plan_name: str, text: Sentence) -> Sentence:
    """Return what a finding says, with where it is before it."""
    return Sentence("junction {junction}, plan '{plan}': {text}", junction=junction, plan=plan_name, text=text)


def runs_today(text: Sentence) -> Sentence:
    """Return what a finding says, and that it is so today."""
    return Sentence("{finding} It runs like this today.", finding=text)


def say(ms: float) -> str:
    """Return milliseconds as seconds for people: '41 s', '4.3 s'."""
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".") + " s"
