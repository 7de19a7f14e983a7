"""Opening a study, and what it can be asked for: the forecast of a period, and a plan for it."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from time import monotonic
from typing import Any

import polars as pl
from pydantic import ValidationError

from .comparing import Comparison
from .engine.chain.flow_rows import flow_rows
from .engine.chain.plan_study import Outcome, plan_prepared
from .engine.chain.prepare import Prepared
from .engine.studies.file import Options, Study, read_study, with_objective
from .engine.studies.network import network_of
from .engine.validate.gate import Verdict
from .known import KnownStudy, PeriodOf, refused
from .networks.progress import Tell, silent
from .plans import PlanView, about_of
from .simulating import Simulation, Traffic


@dataclass(frozen=True, kw_only=True)
class OpenStudy(KnownStudy):
    """A study folder that has been read: what it can be asked for. What was computed of a period is kept.

    A period is named as in study.toml, or given as two times of day ("07:30", "07:45"); None is the first of them.
    """

    @property
    def running_plan(self) -> PlanView:
        """The plan that runs on the street today."""
        return PlanView(value=self.network.running_plan, network=self.network, about=about_of(self.name, ""))

    def forecast(self, period: PeriodOf = None, *, day: date | None = None) -> Forecast:
        """Return the demand of a period, on the study's day or another. Raises InputError where counts do not do."""
        return Forecast(prepared=self.prepared(period, day))

    def plan(
        self,
        period: PeriodOf = None,
        *,
        objective: str | None = None,
        minutes: float | None = None,
        thorough: bool = False,
        tell: Tell = silent,
        executor: Executor | None = None,
        **options: Any,
    ) -> PlanningResult:
        """Return a validated plan for a period, as `greenband run` makes it; nothing is written.

        Parameters
        ----------
        period
            See the class.
        objective : {"delay", "stops", "fair", "pedestrians", "bandwidth"}, optional
            In place of the study's own weights.
        minutes : float, optional
            Search on for so long; then the plan depends on the machine.
        thorough : bool
            Make all further trials (other demand, other days, the switch), however long they take.
        tell, executor
            Called with (what, done, total) as work goes on; where simulations run, else on this machine.
        **options
            Any of `[options]` in study.toml, for this call: effort=0.1, seeds=4, cycles_s=(60, 90), …

        Raises
        ------
        InputError
            Something in the study, the period or the options cannot be used.
        PlanRefused
            The plan found is unsafe: a defect of the optimiser.
        """
        until_s = None if minutes is None else monotonic() + 60 * minutes
        study = with_objective(_with_options(self.study, options), objective)
        prepared = replace(self.prepared(period), study=study)
        made = plan_prepared(prepared, thorough=thorough, until_s=until_s, tell=tell, executor=executor)
        return PlanningResult(outcome=made)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The forecast demand of a period; `prepared` is all that the engine knows of it."""

    prepared: Prepared = field(repr=False)

    @property
    def coverage(self) -> float:
        """The share of the period's counts that was observed, 0 to 1."""
        return self.prepared.coverage

    @property
    def told(self) -> tuple[str, ...]:
        """What was inferred where nobody counted, which streets were closed, and whether counts are old: sentences."""
        return self.prepared.told

    @cached_property
    def movements(self) -> pl.DataFrame:
        """One row for each movement through a signal.

        junction, from_edge, to_edge; flow_veh_h, the mean over the period; q10_veh_h and q90_veh_h, between which it
        lies on 8 days of 10.
        """
        return pl.DataFrame([asdict(row) for row in flow_rows(self.prepared)])

    @cached_property
    def intervals(self) -> pl.DataFrame:
        """One row for each turn and interval: from_edge, to_edge, begin_s after midnight, flow and bounds in veh/h."""
        demand = self.prepared.demand
        rows = [
            (turn.from_edge, turn.to_edge, demand.begin_s + k * demand.interval_s, *values)
            for turn in demand.turns
            for k, values in enumerate(zip(turn.flow_veh_h, turn.q10_veh_h, turn.q90_veh_h, strict=True))
        ]
        names = ["from_edge", "to_edge", "begin_s", "flow_veh_h", "q10_veh_h", "q90_veh_h"]
        return pl.DataFrame(rows, schema=names, orient="row")


@dataclass(frozen=True, kw_only=True)
class PlanningResult:
    """What came of planning a period; `outcome` is the engine's own value, with everything in it."""

    outcome: Outcome = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """What the gate said: `passed`, `decision` and `reasons`."""
        return self.outcome.verdict

    @property
    def plan(self) -> PlanView:
        """The plan; the running one where nothing better was found."""
        return self._view(self.outcome.found.plan)

    @property
    def simulation(self) -> Simulation:
        """The trial's simulations of the plan."""
        return Simulation(plan=self.plan, traffic=self._traffic, runs=self.outcome.trial.plan_runs)

    @property
    def running(self) -> Simulation:
        """The trial's simulations of the running plan."""
        view = self._view(self.outcome.prepared.network.running_plan)
        return Simulation(plan=view, traffic=self._traffic, runs=self.outcome.trial.running_runs)

    @property
    def comparison(self) -> Comparison:
        """The plan against the running plan, at the level of confidence that the trial states."""
        return Comparison(a=self.simulation, b=self.running, pairs=self.outcome.trial.comparison)

    @property
    def movements(self) -> pl.DataFrame:
        """Delay by movement under both plans: see `Comparison.movements`."""
        return self.comparison.movements

    @property
    def seeds(self) -> pl.DataFrame:
        """Delay by seed under both plans: see `Comparison.seeds`."""
        return self.comparison.seeds

    @property
    def _traffic(self) -> Traffic:
        prepared = self.outcome.prepared
        return Traffic(study=prepared.study.folder, period=prepared.period)

    def _view(self, plan: Any) -> PlanView:
        prepared = self.outcome.prepared
        about = about_of(prepared.study.file.name, prepared.period.label, self.outcome.trial.comparison.seeds)
        return PlanView(value=plan, network=prepared.network, about=about)

    def _repr_html_(self) -> str:
        from .notebook import result_html

        found = self.comparison
        plans = (found.a.plan.value, found.b.plan.value)
        return result_html(self.verdict, plans, found.a.plan.network, found.pairs)


def open_study(folder: str | Path) -> OpenStudy:
    """Return the study in a folder with a `study.toml`, or of that file. Raises InputError if it cannot be used."""
    study = read_study(Path(folder))
    return OpenStudy(study=study, network=network_of(study))


def bundled_study() -> OpenStudy:
    """Return the study that comes with the package: six junctions, two periods, counts of a simulated field."""
    return open_study(Path(str(files("greenband.networks") / "arterial")))


def _with_options(study: Study, options: dict[str, Any]) -> Study:
    try:
        given = Options.model_validate({**study.file.options.model_dump(), **options})
    except ValidationError as error:
        raise refused("the options of plan()", options, error, "use those of [options] in study.toml") from error
    return replace(study, file=study.file.model_copy(update={"options": given}))
