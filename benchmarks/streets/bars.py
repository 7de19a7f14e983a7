"""The bars that Greenband's own row is held to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .peers import GREENBAND, GREENBAND_ACTUATED, RUNNING
from .results import Result, Row

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The most that a figure of a row of Greenband's in a scenario may be: `ratio`, `planning_s` or `median_s`."""

    scenario: str
    figure: str
    at_most: float
    peer: str = GREENBAND

    @property
    def text(self) -> str:
        """The bar in words."""
        if self.figure == "ratio":
            return f"{self.scenario}: delay / running program, medians ≤ {self.at_most:.2f}, locked seeds no more"
        if self.figure == "median_s":
            return f"{self.scenario}: median delay, actuated ≤ {self.at_most:.1f} s"
        return f"{self.scenario}: seconds from counts to validated plan ≤ {self.at_most:g}"


RATIOS = {
    "cologne1": 0.60,
    "cologne3": 0.75,
    "cologne8": 0.52,
    "ingolstadt1": 0.62,
    "ingolstadt7": 0.40,
    "ingolstadt21": 0.60,
}
SECONDS = {"cologne8": 120, "ingolstadt21": 300}
# The least of SUMO's actuated programs, of serving the longest queue and of max pressure, which see every vehicle, in
# SUMO 1.28.0: means of 3 to 5 seeds.
ADAPTIVE_S = {
    "cologne1": 18.0,
    "cologne3": 20.5,
    "cologne8": 17.8,
    "ingolstadt1": 14.6,
    "ingolstadt7": 32.9,
    "ingolstadt21": 78.0,
}
BARS = (
    *(Bar(scenario=name, figure="ratio", at_most=most) for name, most in RATIOS.items()),
    *(Bar(scenario=name, figure="planning_s", at_most=most) for name, most in SECONDS.items()),
    *(Bar(scenario=n, figure="median_s", at_most=most, peer=GREENBAND_ACTUATED) for n, most in ADAPTIVE_S.items()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A bar, what was measured (None if Greenband crashed), and whether the bar is met.

    `more_locked` is with how many seeds more than under the running program the streets locked up, if with any: then a
    ratio meets no bar.
    """

    bar: Bar
    measured: float | None
    met: bool
    more_locked: int = 0


def verdicts(results: Sequence[Result]) -> list[Verdict]:
    """Return a verdict for every bar of a scenario whose row of Greenband's took part; a crash misses every bar."""
    rows = {(result.scenario, row.peer): row for result in results for row in result.rows}
    return [
        _verdict(bar, rows[bar.scenario, bar.peer], rows.get((bar.scenario, RUNNING)))
        for bar in BARS
        if (bar.scenario, bar.peer) in rows
    ]


def _verdict(bar: Bar, row: Row, running: Row | None) -> Verdict:
    figures = {"ratio": row.ratio, "planning_s": row.planning_s, "median_s": row.median_s}
    measured = None if row.crashed is not None else figures[bar.figure]
    locked = max(0, len(row.gridlocked) - len(running.gridlocked)) if running and bar.figure == "ratio" else 0
    met = measured is not None and measured <= bar.at_most + ROUNDING and not locked
    return Verdict(bar=bar, measured=measured, met=met, more_locked=locked)
