"""`greenband validate`: evidence for any plan, from Greenband or elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .shared import (
    GATE_FAILED,
    AsJson,
    Cluster,
    PeriodName,
    PlanPath,
    Quiet,
    Routes,
    Seeds,
    StudyFolder,
    WarmUp,
    bars,
    comma_paths,
    print_json,
)

TrialOnly = Annotated[bool, typer.Option("--trial-only", help="Leave out other demand, other days, and the switch.")]
EvidenceOut = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for plan.json and evidence.json, passed or not.", show_default=False),
]


def validate(
    study: StudyFolder,
    plan: PlanPath,
    routes: Routes = None,
    period: PeriodName = None,
    seeds: Seeds = None,
    warm_up: WarmUp = 0,
    cluster: Cluster = None,
    out: EvidenceOut = None,
    trial_only: TrialOnly = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare a plan with the running plan on paired seeds, on traffic from the forecast or on given routes."""
    from ...simulation.cluster import cluster_executor
    from ..chain.judge_plan import judge_plan
    from ..results.write import write_judgement
    from .summary import judgement_json, print_judgement

    with bars(hidden=quiet or as_json) as tell, cluster_executor(cluster) as executor:
        judgement = judge_plan(
            study,
            plan,
            period=period,
            routes=comma_paths(routes) if routes else (),
            seeds=seeds,
            warm_up_s=warm_up,
            further=not trial_only,
            tell=tell,
            executor=executor,
        )
    if out is not None:
        write_judgement(judgement, out)
    if as_json:
        print_json(judgement_json(judgement))
    elif not quiet:
        print_judgement(judgement)
    if not judgement.verdict.passed:
        raise typer.Exit(GATE_FAILED)
