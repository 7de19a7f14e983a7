"""Judge a plan from anywhere: read it, check it, try it, and apply the gate."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.plan_file import read_plan
from ...networks.progress import Tell, silent
from ..check.findings import Finding
from ..studies.file import Period, Study, read_study
from ..studies.network import network_of
from ..validate.further_verdict import Further, judged_further
from ..validate.gate import Verdict, gate_of
from ..validate.trial import Trial
from .check_plan import findings_of
from .plan_study import (
    as_the_present_allows,
    try_further_on_forecast,
    try_further_on_routes,
    try_on_forecast,
    try_on_routes,
)
from .prepare import Prepared, prepare
from .reproduce import reproduce


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A plan's findings, its trial and the gate's decision; `routes` are those it was tried on, if any were given."""

    study: Study
    period: Period
    network: Network
    plan: Plan
    routes: tuple[Path, ...]
    prepared: Prepared | None
    findings: tuple[Finding, ...]
    trial: Trial
    verdict: Verdict
    further: Further | None = None


def judge_plan(
    folder: Path,
    plan_path: Path,
    *,
    period: str | None = None,
    routes: Sequence[Path] = (),
    seeds: int | None = None,
    warm_up_s: int = 0,
    further: bool = True,
    tell: Tell = silent,
    executor: Executor | None = None,
) -> Judgement:
    """Return the judgement of a plan file, on given routes, or without routes on traffic from the forecast.

    An unsafe plan is simulated all the same, so that its findings stand beside its numbers; its gate fails. With
    `further` the plan is also tried with less and more demand, on other days and while it is switched on. Traffic from
    the forecast is first held against what loops saw under today's programs, as in a run: where it does not look like
    today, nothing is called better on it.
    """
    study = read_study(folder)
    chosen = study.period(period)
    network = network_of(study)
    plan = read_plan(plan_path, network)
    findings = findings_of(study, plan, network, chosen)
    prepared = None if routes else reproduce(prepare(study, chosen, tell), tell=tell, executor=executor)
    if prepared is None:
        trial = try_on_routes(
            study,
            network,
            chosen,
            plan,
            routes,
            seeds=seeds or study.file.options.seeds,
            warm_up_s=warm_up_s,
            tell=tell,
            executor=executor,
        )
    else:
        trial = try_on_forecast(prepared, plan, seeds=seeds, tell=tell, executor=executor)
    kept = plan.junctions == network.running_plan.junctions
    verdict = gate_of(trial, findings, study.file.gate, kept=kept)
    beyond = None
    if further and not kept and verdict.decision != "unsafe":
        if prepared is None:
            beyond = try_further_on_routes(
                study, network, chosen, trial, routes, warm_up_s=warm_up_s, tell=tell, executor=executor
            )
        else:
            beyond = try_further_on_forecast(prepared, trial, thorough=True, tell=tell, executor=executor)
        verdict = judged_further(verdict, beyond, study.file.gate.demand_factors)
    if prepared is not None:
        verdict = as_the_present_allows(verdict, prepared.present)
    return Judgement(
        study=study,
        period=chosen,
        network=network,
        plan=plan,
        routes=tuple(routes),
        prepared=prepared,
        findings=findings,
        trial=trial,
        verdict=verdict,
        further=beyond,
    )
