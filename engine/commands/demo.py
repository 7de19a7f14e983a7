"""`greenband demo`: the whole chain on the bundled study."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..report.catalogue import ENGLISH
from .shared import AsJson, Quiet, ReportLanguage, bars, print_json, say

if TYPE_CHECKING:
    from ...networks.progress import Tell
    from ..chain.plan_study import Outcome
    from ..validate.trial import Trial

# Enough to see every step in minutes on two processors; the plans of the README's results had all of it.
SMALL_EFFORT = 0.2

DemoOut = Annotated[Path, typer.Option("--out", help="Folder to write into.")]
Full = Annotated[bool, typer.Option("--full", help="Plan every period of the study, with the usual effort.")]


def demo(
    out: DemoOut = Path("greenband-demo"),
    full: Full = False,
    lang: ReportLanguage = ENGLISH,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run the whole chain on the bundled study, a six-junction arterial: its morning, with a small effort.

    The plan is made from the counts alone, and its report written; then it is judged on the true trips, which only
    the judge reads. With --full, every period is planned, with the usual effort.
    """
    from ..chain.plan_study import plan_study
    from ..results.write import write_outcome
    from ..studies.file import read_study
    from .summary import outcome_json, print_outcome, print_trial, trial_json

    silent, results = quiet or as_json, {}
    with as_file(files("greenband.networks") / "arterial") as folder:
        study = read_study(folder)
        for period in study.file.periods if full else study.file.periods[:1]:
            say(f"[bold]{study.file.name}, {period.label}[/bold]", quiet=silent)
            with bars(hidden=silent) as tell:
                outcome = plan_study(folder, period=period.name, effort=None if full else SMALL_EFFORT, tell=tell)
                write_outcome(outcome, out / period.name, lang)
            if not silent:
                print_outcome(outcome, out / period.name)
            say(f"Open {out / period.name / 'report.html'} in a browser; it needs no network.", quiet=silent)
            with bars(hidden=silent) as tell:
                trial = _on_true_routes(outcome, tell)
            if not silent:
                print_trial(trial)
            results[period.name] = {"plan": outcome_json(outcome), "true_routes": trial_json(trial)}
    if as_json:
        print_json(results)


def _on_true_routes(outcome: Outcome, tell: Tell) -> Trial:
    """Judge an outcome's plan on the routes that the study keeps for the judge."""
    from ..chain.plan_study import try_on_routes

    prepared = outcome.prepared
    truth = prepared.study.file.truth
    return try_on_routes(
        prepared.study,
        prepared.network,
        prepared.period,
        outcome.found.plan,
        [prepared.study.folder / name for name in truth.routes],
        seeds=prepared.study.file.options.seeds,
        warm_up_s=truth.warm_up_s,
        tell=lambda _what, done, total: tell("judged on the true trips", done, total),
    )
