"""How the counts fit together: what a fit to all of them leaves of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...networks.detector import Detector
from ...networks.types import Floats
from .equations import Equation, Kind
from .solve import residuals_veh


@dataclass(frozen=True, slots=True, kw_only=True)
class CountResidual:
    """Detectors that are fitted together (a lane; all lanes of an exit or entry) and how well they fit."""

    detectors: tuple[str, ...]
    measured_veh_h: float
    fitted_veh_h: float
    trust: float  # 1, or less where the count was found to contradict the others


@dataclass(frozen=True, kw_only=True)
class Residuals:
    """How the counts fit together. Large residuals are detectors or streets to look at; nothing is smoothed away."""

    counts: tuple[CountResidual, ...]
    turning: tuple[CountResidual, ...] = ()  # approaches of turning counts: the flow to expect and that of the fit
    unused: tuple[str, ...] = ()  # detectors that entered no equation: a neighbouring lane's is missing

    @property
    def wape(self) -> float:
        """Sum of absolute residuals over the sum of counts."""
        off = sum(abs(count.fitted_veh_h - count.measured_veh_h) for count in self.counts)
        return off / max(sum(count.measured_veh_h for count in self.counts), 1e-9)

    def worst(self, number: int = 10) -> tuple[CountResidual, ...]:
        """Return the counts that are furthest from the fit."""
        return tuple(sorted(self.counts, key=lambda c: -abs(c.fitted_veh_h - c.measured_veh_h))[:number])


def count_residuals(
    equations: Sequence[Equation], flows_veh: Floats, trust: Floats, used: Sequence[Detector], hours: float
) -> Residuals:
    """Return how the counts among the equations, of a period of so many hours, are met by the flows."""
    off = residuals_veh(equations, flows_veh)

    def of(*kinds: Kind) -> tuple[CountResidual, ...]:
        return tuple(
            CountResidual(
                detectors=equation.detectors,
                measured_veh_h=equation.target_veh / hours,
                fitted_veh_h=(equation.target_veh + float(off[k])) / hours,
                trust=float(trust[k]),
            )
            for k, equation in enumerate(equations)
            if equation.kind in kinds and (equation.detectors or equation.kind != Kind.TURN)
        )

    counts = of(Kind.COUNT, Kind.LANE)
    entered = {name for count in counts for name in count.detectors}
    return Residuals(counts=counts, turning=of(Kind.TURN), unused=tuple(d.id for d in used if d.id not in entered))
