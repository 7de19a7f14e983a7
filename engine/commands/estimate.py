"""`greenband estimate`: a queue-model estimate for any plan, in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import AsJson, PeriodName, PlanPath, Quiet, Routes, StudyFolder, WarmUp, comma_paths, print_json, say

if TYPE_CHECKING:
    from ..chain.estimate_plan import Opinion
    from ..model.estimate import Estimate
    from ..model.standing import QueueStanding

Seeds = Annotated[int, typer.Option("--seeds", min=1, max=1000, help="Seeds, from 3001 on.")]
CAVEAT = "the queue model's word, not SUMO's: what the plan is worth, `greenband validate` says"
NAMES = ("mean_delay_s", "stops_per_vehicle", "unserved", "unfinished")
MEANS, MAXIMA = ("queue_mean", "spillback_s", "stops"), ("queue_max", "queue_max_m")
SHOWN = 8


def estimate(
    study: StudyFolder,
    plan: PlanPath,
    routes: Routes = None,
    period: PeriodName = None,
    seeds: Seeds = 3,
    warm_up: WarmUp = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Estimate a plan and the running plan with the queue model, on traffic from the forecast or on given routes."""
    from ..chain.estimate_plan import estimate_plan

    opinion = estimate_plan(
        study,
        plan,
        period=period,
        routes=comma_paths(routes) if routes else (),
        seeds=seeds,
        warm_up_s=warm_up,
    )
    if as_json:
        print_json(_content(opinion))
    elif not quiet:
        _print(opinion)


def _content(opinion: Opinion) -> dict[str, Any]:
    return {
        "source": CAVEAT,
        "study": opinion.study,
        "period": opinion.period,
        "name": opinion.plan,
        "traffic": opinion.traffic,
        "warm_up_s": opinion.warm_up_s,
        "vehicles_left_out": opinion.left_out,
        "seeds": list(opinion.seeds),
        "ms_per_plan": round(opinion.ms_per_plan, 3),
        "plan": _side(opinion.plan_estimates),
        "running": _side(opinion.running_estimates),
        "runs": [
            {"seed": seed, "plan": _numbers([plan]), "running": _numbers([running])}
            for seed, plan, running in zip(
                opinion.seeds, opinion.plan_estimates, opinion.running_estimates, strict=True
            )
        ],
    }


def _numbers(runs: Sequence[Estimate]) -> dict[str, float]:
    return {name: fmean(float(getattr(run, name)) for run in runs) for name in ("vehicles", *NAMES)}


def _side(runs: Sequence[Estimate]) -> dict[str, Any]:
    from ..validate.movement_table import by_junction, turn_rows

    booked = [run.by_turn for run in runs]
    junctions = turn_rows([by_junction(one) for one in booked], [])
    queues = [run.queues for run in runs if run.queues is not None]
    of_turn, of_junction = (_queues([getattr(one, kind) for one in queues]) for kind in ("movements", "junctions"))
    return {
        **_numbers(runs),
        "junctions": [
            {"junction": row.junction, "vehicles": row.vehicles_plan, "delay_s": row.delay_plan_s}
            | of_junction.get((row.junction,), {})
            for row in junctions
        ],
        "movements": [
            {
                "junction": row.junction,
                "from_edge": row.from_edge,
                "to_edge": row.to_edge,
                "vehicles": row.vehicles_plan,
                "delay_s": row.delay_plan_s,
            }
            | of_turn.get((row.junction, row.from_edge, row.to_edge), {})
            for row in turn_rows(booked, [])
        ],
        "never_inserted": _entries([one.never_inserted for one in queues]),
    }


def _queues(of_runs: Sequence[QueueStanding]) -> dict[tuple[str, ...], dict[str, float]]:
    """Return the figures of standing traffic by name: means over the seeds, of the maxima the largest."""
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for name in dict.fromkeys(name for one in of_runs for name in one.names):
        at = [(one, one.names.index(name)) for one in of_runs if name in one.names]
        row = {key: sum(float(getattr(one, key)[k]) for one, k in at) / len(of_runs) for key in MEANS}
        found[name] = row | {key: max(float(getattr(one, key)[k]) for one, k in at) for key in MAXIMA}
    return found


def _entries(of_runs: Sequence[dict[str, int]]) -> dict[str, float]:
    """Return how many vehicles never got in by the edge they wait for, means over the seeds."""
    edges = sorted({edge for one in of_runs for edge in one})
    return {edge: sum(one.get(edge, 0) for one in of_runs) / len(of_runs) for edge in edges}


def _print(opinion: Opinion) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    plan, running = _side(opinion.plan_estimates), _side(opinion.running_estimates)
    title = f"{opinion.study}, {opinion.period}: queue model, {len(opinion.plan_estimates)} seeds, {opinion.traffic}"
    table = Table("", "running", "this plan", title=escape(title))
    for name, form in zip(NAMES, (".1f", ".2f", ".1f", ".1f"), strict=True):
        table.add_row(name.removesuffix("_s").replace("_", " "), f"{running[name]:{form}}", f"{plan[name]:{form}}")
    console.print(table)
    busy = sorted(plan["movements"], key=lambda row: -row["vehicles"] * row["delay_s"])[:SHOWN]
    before = {(row["junction"], row["from_edge"], row["to_edge"]): row["delay_s"] for row in running["movements"]}
    table = Table(
        "junction",
        "from",
        "to",
        "vehicles",
        "running, s",
        "this plan, s",
        "queue, veh",
        "spillback, s",
        title="most delay",
    )
    for row in busy:
        names = (row["junction"], row["from_edge"], row["to_edge"])
        was = f"{before[names]:.1f}" if names in before else "–"
        table.add_row(*map(escape, names), f"{row['vehicles']:.0f}", was, f"{row['delay_s']:.1f}", *_standing(row))
    console.print(table)
    say(
        "Delays per vehicle; queue: mean, and in brackets the largest, of this plan; spillback: heads waiting for room."
    )
    for edge, vehicles in plan["never_inserted"].items():
        say(f"{vehicles:.1f} vehicles never get in on {escape(edge)}.")
    if opinion.left_out:
        say(f"{opinion.left_out} vehicles left out: their ways are not for cars, or they wait for a person.")
    say(f"{opinion.ms_per_plan:.1f} ms per plan and seed. This is {CAVEAT}.")


def _standing(row: dict[str, Any]) -> tuple[str, str]:
    if "queue_mean" not in row:
        return "–", "–"
    return f"{row['queue_mean']:.1f} ({row['queue_max']:.0f})", f"{row['spillback_s']:.0f}"
