"""From the spine's outcome to the report's data."""

from __future__ import annotations

from math import nan

from ..actuated.outcome import ActuatedOutcome
from ..chain.plan_study import Outcome
from ..optimise.candidates.candidates import Candidate as Tried
from ..optimise.race.race import Standing
from ..optimise.search import Found
from ..optimise.seeds_used import seeds_used
from ..studies.file import Study
from ..studies.objective import DELAY, OBJECTIVES
from ..studies.provenance import Origin
from .data import (
    CandidateRow,
    CyclePoint,
    FindingRow,
    Missing,
    Optimisation,
    Provenance,
    ReportData,
    VerdictView,
)
from .from_counts import day_type_rows, detector_rows, forecast_series, residual_rows
from .from_trial import comparison_of, junction_rows, movement_rows
from .words import say, translated, weekday

WORDS = {"better": "passed", "kept": "kept"}


def report_data(
    outcome: Outcome, origin: Origin, seconds: float = nan, actuated: ActuatedOutcome | None = None
) -> ReportData:
    """Return all that the report shows of an outcome."""
    prepared, found, trial = outcome.prepared, outcome.found, outcome.trial
    period = prepared.period
    decision = WORDS.get(outcome.verdict.decision, "failed") if outcome.verdict.passed else "failed"
    return ReportData(
        study=prepared.study.file.name,
        period=f"{weekday(prepared.study.file.day.isoformat())}, {period.label}",
        begin_s=float(period.begin),
        network=prepared.network,
        running=prepared.network.running_plan,
        plan=found.plan,
        verdict=VerdictView(
            outcome=decision,  # type: ignore[arg-type]
            reasons=(*map(translated, outcome.verdict.reasons), _sentence(translated(found.reason))),
            judged_on=trial.traffic,
        ),
        comparison=comparison_of(trial),
        junctions=junction_rows(trial, (period.end - period.begin) / 3600),
        movements=movement_rows(trial, (period.end - period.begin) / 3600),
        detectors=detector_rows(prepared),
        forecast=forecast_series(prepared),
        day_types=day_type_rows(prepared),
        residuals=residual_rows(prepared),
        optimisation=_optimisation(found, seconds),
        findings=tuple(
            FindingRow(
                junction=f.junction, groups=f.groups, rule=say(f.rule), found=translated(f.text), forbids=f.is_error
            )
            for f in outcome.findings
        ),
        provenance=_provenance(outcome, origin),
        explained=outcome.explained if outcome.explained.junctions else Missing(why="it was not asked for"),
        actuated=actuated,
        left_turns=prepared.left_turns,
        alternatives=outcome.explained.alternatives or Missing(why="it was not asked for"),
        present=prepared.present or Missing(why="it was not asked for"),
        further=outcome.further or Missing(why=say("the running plan is kept")),
        trajectories=outcome.trajectories or Missing(why=say("no two signals are linked, or the period is too short")),
    )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "。")) else ".")


def _optimisation(found: Found, seconds: float) -> Optimisation | Missing:
    proven = [c for c in found.scanned if c.cost is not None and c.bound is not None]
    if not proven:
        return Missing(why=say("no signal of this network has a green that could be changed"))
    best = min(proven, key=lambda candidate: candidate.cost or 0.0)
    return Optimisation(
        objective=best.cost or 0.0,
        bound=best.bound or 0.0,
        objective_unit="veh·s/s",
        objective_is=say("The objective is the delay of all signals by the formulas, at the best common cycle."),
        status=say("optimal for these stages and formulas") if best.proven else say("stopped at the limit"),
        seconds=seconds,
        candidates=_tried(found),
        cycles=tuple(
            CyclePoint(cycle_s=float(c.cycle_s or 0), objective=c.cost or 0.0, bound=c.bound or 0.0)
            for c in sorted(proven, key=lambda candidate: candidate.cycle_s or 0)
        ),
    )


def _tried(found: Found) -> tuple[CandidateRow, ...]:
    by_plan = {id(candidate.plan): candidate for candidate in found.candidates}
    final = [
        _row(s, by_plan.get(id(s.plan)), say("final"), s.plan.junctions == found.plan.junctions) for s in found.final
    ]
    return (*final, *(_row(s, by_plan.get(id(s.plan)), say("race"), False) for s in found.standings))


def _row(standing: Standing, tried: Tried | None, where: str, chosen: bool) -> CandidateRow:
    cycles = {plan.cycle_s for plan in standing.plan.junctions}
    return CandidateRow(
        name=translated(standing.plan.name),
        cycle_s=cycles.pop() if len(cycles) == 1 else nan,
        model_objective=tried.cost if tried and tried.cost is not None else nan,
        race_delay_s=standing.mean_s,
        race_seeds=len(standing.delay_s),
        chosen=chosen,
        note=where,
    )


def _provenance(outcome: Outcome, origin: Origin) -> Provenance:
    study, period = outcome.prepared.study, outcome.prepared.period
    return Provenance(
        commands=(
            f"greenband run {study.folder.name} --period {period.name!r}{_objective(study)}{_effort(study)} --out OUT",
            f"greenband check {study.folder.name} OUT/plan.json",
            f"greenband validate {study.folder.name} OUT/plan.json --period {period.name!r}",
        ),
        versions=tuple(sorted(origin.versions.items())),
        seeds=_seeds(outcome),
        hashes=tuple(sorted(origin.sha256.items())),
        drivers=tuple(map(translated, origin.drivers)),
    )


def _objective(study: Study) -> str:
    """Return the option that asks for the objective, where that has a name and is not the usual one."""
    names = [name for name, weights in OBJECTIVES.items() if weights == study.file.objective != DELAY]
    return f" --objective {names[0]}" if names else ""


def _effort(study: Study) -> str:
    """Return the option that asks for the effort, where that is not the usual one."""
    effort = study.file.options.effort
    return f" --effort {effort:g}" if effort != 1.0 else ""


def _seeds(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Return the seeds of every step that drew traffic, in the order of the steps."""
    further = outcome.further.cases if outcome.further else ()
    used = {
        **seeds_used(outcome.found),
        "validation": outcome.trial.comparison.seeds,
        "further trials": tuple(sorted({seed for case in further for seed in case.seeds})),
    }
    names = {
        "climb": say("climb"),
        "race": say("race"),
        "refinement": say("refinement"),
        "final": say("final"),
        "proof": say("proof"),
        "further rounds": say("further rounds"),
        "validation": say("validation"),
        "further trials": say("further trials"),
    }
    return tuple((names[step], _spans(seeds)) for step, seeds in used.items() if seeds)


def _spans(seeds: tuple[int, ...]) -> str:
    """Return rising seeds as '4001–4003, 4011'."""
    starts = [k for k in range(len(seeds)) if k == 0 or seeds[k] != seeds[k - 1] + 1]
    runs = [seeds[a:b] for a, b in zip(starts, [*starts[1:], len(seeds)], strict=True)]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
