"""The gate's own error: plans that it passed and that are no better than today on the true trips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

from .peers import GREENBAND, RUNNING
from .results import Result, Row

PASSED, KEPT, REFUSED = "passed", "kept", "refused"  # the running plan may be kept, and is then no plan to pass
LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class GateError:
    """How many plans were made, kept as they ran, passed, and passed though no better on the true trips.

    `low` and `high` bound the share of the latter (C. J. Clopper, E. S. Pearson, The use of confidence or fiducial
    limits illustrated in the case of the binomial, Biometrika 26, 1934); None where none passed.
    """

    plans: int
    kept: int
    passed: int
    no_better: tuple[str, ...]
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        """Of the passed plans, those that are no better."""
        return len(self.no_better) / self.passed if self.passed else None


def gate_error(results: Sequence[Result]) -> GateError | None:
    """Return the gate's error over all tables in which Greenband's plan was judged; None where it was in none."""
    pairs = [(result, result.row(GREENBAND), result.row(RUNNING)) for result in results]
    judged = [(r, own, today) for r, own, today in pairs if own and today and own.gate and own.median_s is not None]
    if not judged:
        return None
    passed = [(result, own, today) for result, own, today in judged if own.gate == PASSED]
    wrong = tuple(result.scenario for result, own, today in passed if not _better(own, today))
    bounds = binomtest(len(wrong), len(passed)).proportion_ci(LEVEL, method="exact") if passed else None
    return GateError(
        plans=len(judged),
        kept=sum(own.gate == KEPT for _, own, _ in judged),
        passed=len(passed),
        no_better=wrong,
        low=float(bounds.low) if bounds else None,
        high=float(bounds.high) if bounds else None,
    )


def _better(own: Row, today: Row) -> bool:
    less = own.median_s is not None and today.median_s is not None and own.median_s < today.median_s
    return less and len(own.gridlocked) <= len(today.gridlocked)


def gate_in_words(error: GateError) -> str:
    """Return the gate's error as a sentence."""
    made = f"Of {error.plans} plans {error.kept} are today's, kept; the gate passed {error.passed} of the others."
    if error.share is None or error.low is None or error.high is None:
        return made
    names = f" ({', '.join(error.no_better)})" if error.no_better else ""
    return (
        f"{made} No better on the true trips: {len(error.no_better)}{names}, {error.share:.0%} of the passed "
        f"(95 % interval {error.low:.0%} to {error.high:.0%})."
    )
