"""The safety check of a plan, and plans as files for other programs, which pass it first."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from .engine.chain.check_plan import checked_plan, findings_of
from .engine.export.exporter import ExportOptions, export_as
from .engine.export.loss_report import losses_json
from .known import KnownStudy
from .networks.files import replace_atomically
from .networks.plan import Plan
from .plans import PlanView, period_of, value_of

FINDINGS: dict[str, Any] = {
    "junction": pl.String,
    "rule": pl.String,
    "groups": pl.List(pl.String),
    "second_s": pl.Float64,
    "found": pl.Float64,
    "required": pl.Float64,
    "severity": pl.String,
    "text": pl.String,
}
LOSSES: dict[str, Any] = {"junction": pl.String, "groups": pl.List(pl.String), "what": pl.String}


def check(study: KnownStudy, plan: PlanView | Plan) -> pl.DataFrame:
    """Return all that is wrong with a plan, or worth knowing: one row for each finding, none for a sound plan.

    junction, rule, groups (a list), second_s of the cycle, found and required (seconds; null where a rule has none),
    severity ("error" or "warning"), and text, the finding as a sentence. Raises InputError if the study's files
    cannot be read.
    """
    rows = [
        asdict(one) | {"groups": list(one.groups)}
        for one in findings_of(study.study, value_of(plan), study.network, period_of(plan))
    ]
    return pl.DataFrame(rows, schema=FINDINGS)


def export(study: KnownStudy, plan: PlanView | Plan, format: str, path: str | Path, **options: Any) -> pl.DataFrame:  # noqa: A002
    """Write a plan for another program, marked DRAFT, and return what the format cannot hold.

    Formats: see docs/files.md. `options` are those of `greenband export`: variant, offset_reference, junctions (a
    tuple of ids), carry_greens, row. The frame has junction, groups (a list), what; the same stands in
    `PATH.losses.json` if there is any loss.

    Raises
    ------
    PlanRefused
        The check finds an error; nothing is written.
    InputError
        There is no such format, or it cannot hold the plan (`CannotHold`).
    """
    target = Path(path)
    checked = checked_plan(study.study, value_of(plan), study.network, period_of(plan))
    made = export_as(format, checked, study.network, ExportOptions(**options))
    replace_atomically(target, made.content)
    if made.losses:
        replace_atomically(target.with_name(f"{target.name}.losses.json"), losses_json(format, made.losses))
    return pl.DataFrame([asdict(one) | {"groups": list(one.groups)} for one in made.losses], schema=LOSSES)
