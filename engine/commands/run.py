"""`greenband run`: from counts to a validated plan."""

from __future__ import annotations

import typer

from .shared import (
    GATE_FAILED,
    AsJson,
    Cluster,
    Language,
    Out,
    PeriodName,
    Quiet,
    ReportLanguage,
    StudyFolder,
    bars,
    print_json,
)


def run(
    study: StudyFolder,
    out: Out,
    period: PeriodName = None,
    cluster: Cluster = None,
    lang: ReportLanguage = Language.ENGLISH,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Plan a period of a study from its counts, check the plan, and try it on many seeds.

    Writes plan.json, sumo.add.xml, evidence.json and report.html into the folder --out. Route files are never read.
    """
    from ...simulation.cluster import cluster_executor
    from ..study import plan_study
    from ..write import write_outcome
    from .summary import outcome_json, print_outcome

    with bars(hidden=quiet or as_json) as tell, cluster_executor(cluster) as executor:
        outcome = plan_study(study, period=period, tell=tell, executor=executor)
    write_outcome(outcome, out, lang.value)
    if as_json:
        print_json(outcome_json(outcome))
    elif not quiet:
        print_outcome(outcome, out)
    if not outcome.verdict.passed:
        raise typer.Exit(GATE_FAILED)
