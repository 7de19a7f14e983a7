"""What the report is made of: plain frozen values, so that the spine fills them and tests write them by hand.

Every part that may be absent is either there or a `Missing` that says why; the report prints that sentence in place of
a table or a chart. Rates are in vehicles per hour, delays in seconds per vehicle, changes are plan minus running.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ...networks.network import Network
from ...networks.plan import Plan

if TYPE_CHECKING:
    from ..actuated.outcome import ActuatedOutcome
    from ..chain.explain import Explained
    from ..forecast.day_types import DayType
    from ..main_street.trajectories import Trajectories
    from ..optimise.why.pareto import Alternative
    from ..present.judgement import Present
    from ..rules.left_turns import TurnAcross
    from ..validate.further_verdict import Further


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A part that could not be had, and why: a clause such as 'the study has no counts'."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """What the gate said."""

    outcome: Literal["passed", "failed", "kept"]  # kept: nothing better was found, so the running plan stays
    reasons: tuple[str, ...]  # sentences of the gate, the weightiest first
    judged_on: Literal["forecast traffic", "true routes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What the simulations of one plan measured, over all trips that wanted to leave."""

    delay_s: tuple[float, ...]  # time loss + departure delay, mean per trip; one value per seed
    stops: float  # per trip, mean over the seeds
    unserved: float  # trips that did not arrive before the end, mean over the seeds
    gridlocked: tuple[int, ...]  # the seeds that locked up

    @property
    def median_s(self) -> float:
        """Median delay over the seeds."""
        return statistics.median(self.delay_s)

    @property
    def mean_s(self) -> float:
        """Mean delay over the seeds."""
        return statistics.fmean(self.delay_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFigures:
    """Both plans under the same seeds; `low_s` and `high_s` bound the 95 % interval of the mean of plan minus running.

    With a single seed there is no interval: both are nan.
    """

    seeds: tuple[int, ...]  # at least one
    running: Simulated
    plan: Simulated
    low_s: float
    high_s: float
    interval_by: str  # how the interval was made: 'Student's t, paired'

    @property
    def difference_s(self) -> float:
        """Mean over the seeds of plan minus running."""
        return self.plan.mean_s - self.running.mean_s


@dataclass(frozen=True, slots=True, kw_only=True)
class JunctionRow:
    """One junction before and after, over all its movements and seeds. A delay that nobody drove is nan."""

    junction: str
    flow_veh_h: float
    running_delay_s: float
    plan_delay_s: float

    @property
    def change_s(self) -> float:
        """Plan minus running, per vehicle."""
        return self.plan_delay_s - self.running_delay_s


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow:
    """One movement before and after, over all seeds. A delay that nobody drove is nan."""

    junction: str
    from_edge: str
    to_edge: str
    flow_veh_h: float
    running_delay_s: float
    plan_delay_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorDay:
    """What became of one detector's intervals on one day, as shares of all that should be there (sum <= 1)."""

    day: str  # '2024-05-14'
    observed: float
    imputed: float
    rejected: float
    why: str = ""  # the reasons to reject: 'stuck, out of line'


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorRow:
    """The verdict on one detector's counts."""

    detector: str
    lane: str
    days: tuple[DetectorDay, ...]
    coverage: float  # observed share over all days, 0 to 1
    reasons: tuple[str, ...]  # why counts were rejected: 'stuck on 2024-05-14'


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """The counts of one past day, one value per interval of the series; nan where none was usable."""

    day: str
    flow_veh_h: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSeries:
    """Counts of past days and the forecast for a detector, an approach or the whole network."""

    label: str
    starts_s: tuple[float, ...]  # after midnight
    interval_s: float
    history: tuple[DayCounts, ...]
    mean_veh_h: tuple[float, ...]
    q10_veh_h: tuple[float, ...]
    q90_veh_h: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualRow:
    """How far the estimated movement flows miss a count."""

    place: str  # detector or edge
    counted_veh_h: float
    estimated_veh_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """A plan that was tried. Numbers are nan where a stage did not judge it."""

    name: str
    cycle_s: float  # nan where junctions differ
    model_objective: float  # by the model that the optimiser climbs on, in its unit
    race_delay_s: float  # in the simulated race, mean over `race_seeds`
    race_seeds: int
    chosen: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CyclePoint:
    """The best objective found with one cycle, and what was proven."""

    cycle_s: float
    objective: float
    bound: float  # nan where nothing was proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimisation:
    """What was searched and what was proven."""

    objective: float
    bound: float
    objective_unit: str  # short, for axes: 'veh·s/s'
    objective_is: str  # a sentence: what the objective measures
    status: str  # 'optimal', 'stopped at the limit'
    seconds: float  # nan where not measured
    candidates: tuple[CandidateRow, ...]
    cycles: tuple[CyclePoint, ...] = ()

    @property
    def gap(self) -> float:
        """The share of the objective that is not proven necessary: (objective - bound) / objective."""
        return (self.objective - self.bound) / self.objective if self.objective else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding of the safety check."""

    junction: str
    groups: tuple[str, ...]
    rule: str
    found: str
    forbids: bool = True  # False for a warning: the plan may run all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """All that is needed to make the same bytes again."""

    commands: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]  # ('greenband', '0.1.0'), ('SUMO', '1.28.0')
    seeds: tuple[tuple[str, str], ...]  # ('field study', '1–15'), ('validation', '100–109')
    hashes: tuple[tuple[str, str], ...]  # ('counts.csv', 'sha256:…')
    drivers: tuple[str, ...] = ()  # how they leave queues in SUMO and in the field, in sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """The whole report. `status` is DRAFT until somebody approves the plan."""

    study: str
    period: str  # 'Tuesday, 07:00–08:00'
    begin_s: float  # start of the period after midnight
    network: Network
    running: Plan
    plan: Plan
    verdict: VerdictView | Missing
    comparison: TrialFigures | Missing
    junctions: tuple[JunctionRow, ...] | Missing
    movements: tuple[MovementRow, ...] | Missing
    detectors: tuple[DetectorRow, ...] | Missing
    forecast: tuple[ForecastSeries, ...] | Missing
    residuals: tuple[ResidualRow, ...] | Missing
    optimisation: Optimisation | Missing
    findings: tuple[FindingRow, ...] | Missing  # () is the good news: no finding
    provenance: Provenance | Missing
    day_types: tuple[DayType, ...] | Missing = Missing(why="no counts of whole days")
    alternatives: tuple[Alternative, ...] | Missing = Missing(why="it was not asked for")
    further: Further | Missing = Missing(why="it was not asked for")
    present: Present | Missing = Missing(why="it was not asked for")
    trajectories: Trajectories | Missing = Missing(why="no vehicle was followed")
    explained: Explained | Missing = Missing(why="it was not asked for")
    left_turns: tuple[TurnAcross, ...] | Missing = Missing(why="it was not asked for")
    actuated: ActuatedOutcome | None = None  # only where it was asked for
    status: str = "DRAFT"
