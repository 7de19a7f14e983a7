"""`greenband check`: the safety check of any plan."""

from __future__ import annotations

import typer

from .shared import GATE_FAILED, AsJson, PlanPath, Quiet, StudyFolder, print_json, say


def check(study: StudyFolder, plan: PlanPath, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Check a plan for conflicts, intergreens, minimum greens, yellows and cycle arithmetic."""
    from dataclasses import asdict

    from rich.markup import escape

    from ...networks.plan_file import period_of, read_plan
    from ..chain.check_plan import findings_of
    from ..studies.file import read_study
    from ..studies.network import network_of

    chosen = read_study(study)
    network = network_of(chosen)
    findings = findings_of(chosen, read_plan(plan, network), network, period_of(plan))
    errors = [finding for finding in findings if finding.is_error]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    for finding in () if as_json else findings:
        say(f"[{'red' if finding.is_error else 'yellow'}]{finding.severity}[/] {escape(finding.text)}", quiet=quiet)
    if not as_json:
        say(f"{len(errors)} errors, {len(findings) - len(errors)} warnings", quiet=quiet)
    if errors:
        raise typer.Exit(GATE_FAILED)
