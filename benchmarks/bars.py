"""The bars that Greenband's own row is held to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .peers import GREENBAND
from .results import Result, Row

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The most that a figure of Greenband's row in a scenario may be: its `ratio`, or its `planning_s`."""

    scenario: str
    figure: str
    at_most: float

    @property
    def text(self) -> str:
        """The bar in words."""
        if self.figure == "ratio":
            return f"{self.scenario}: delay / running program, medians ≤ {self.at_most:.2f}"
        return f"{self.scenario}: seconds from counts to validated plan ≤ {self.at_most:g}"


BARS = (
    Bar(scenario="cologne1", figure="ratio", at_most=1.00),
    Bar(scenario="cologne3", figure="ratio", at_most=1.00),
    Bar(scenario="cologne8", figure="ratio", at_most=0.80),
    Bar(scenario="cologne8", figure="planning_s", at_most=300),
    Bar(scenario="ingolstadt1", figure="ratio", at_most=0.80),
    Bar(scenario="ingolstadt7", figure="ratio", at_most=1.00),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A bar, what was measured (None if Greenband crashed), and whether the bar is met."""

    bar: Bar
    measured: float | None
    met: bool


def verdicts(results: Sequence[Result]) -> list[Verdict]:
    """Return a verdict for every bar of a scenario in which Greenband took part; a crash misses every bar."""
    rows = {result.scenario: row for result in results if (row := result.row(GREENBAND)) is not None}
    return [_verdict(bar, rows[bar.scenario]) for bar in BARS if bar.scenario in rows]


def _verdict(bar: Bar, row: Row) -> Verdict:
    measured = None if row.crashed is not None else {"ratio": row.ratio, "planning_s": row.planning_s}[bar.figure]
    return Verdict(bar=bar, measured=measured, met=measured is not None and measured <= bar.at_most + ROUNDING)
