"""`greenband run`: from counts to a validated plan."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ..report.catalogue import ENGLISH
from .shared import (
    GATE_FAILED,
    AsJson,
    Cluster,
    ObjectiveName,
    Out,
    PeriodName,
    Quiet,
    ReportLanguage,
    StudyFolder,
    bars,
    print_json,
)

Thorough = Annotated[
    bool,
    typer.Option(
        "--thorough", help="Make all further trials (other demand, other days, each way to switch), however long."
    ),
]


class Control(StrEnum):
    """What plans are wanted: fixed-time alone, or an actuated one too."""

    FIXED = "fixed"
    ACTUATED = "actuated"


Minutes = Annotated[
    float | None,
    typer.Option(min=0.1, max=10_000, help="Search on for so long; a better plan may come out, never a worse one."),
]
Effort = Annotated[
    float | None, typer.Option(help="How hard to search, in place of the study's own; 1 is the usual effort.")
]
ControlKind = Annotated[Control, typer.Option(help="With `actuated`, an actuated plan as a second product.")]


def run(
    study: StudyFolder,
    out: Out,
    period: PeriodName = None,
    objective: ObjectiveName = None,
    cluster: Cluster = None,
    thorough: Thorough = False,
    lang: ReportLanguage = ENGLISH,
    control: ControlKind = Control.FIXED,
    minutes: Minutes = None,
    effort: Effort = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Plan a period of a study from its counts, check the plan, and try it on many seeds.

    Writes plan.json, sumo.add.xml, evidence.json and report.html into the folder --out; with --control actuated,
    actuated.json and actuated.add.xml too. Route files are never read.
    """
    from ...simulation.cluster import cluster_executor
    from ..actuated.product import actuate
    from ..chain.plan_study import plan_study
    from ..results.write import write_outcome
    from .actuated_summary import actuated_summary, print_actuated
    from .summary import outcome_json, print_outcome

    with bars(hidden=quiet or as_json) as tell, cluster_executor(cluster) as executor:
        outcome = plan_study(
            study,
            period=period,
            objective=objective,
            effort=effort,
            thorough=thorough,
            minutes=minutes,
            tell=tell,
            executor=executor,
        )
        actuated = actuate(outcome, tell=tell, executor=executor) if control is Control.ACTUATED else None
    write_outcome(outcome, out, lang, actuated)
    if as_json:
        print_json(outcome_json(outcome) | actuated_summary(control is Control.ACTUATED, actuated))
    elif not quiet:
        print_outcome(outcome, out)
        if control is Control.ACTUATED:
            print_actuated(actuated)
    if not outcome.verdict.passed or (actuated is not None and not actuated.verdict.passed):
        raise typer.Exit(GATE_FAILED)
