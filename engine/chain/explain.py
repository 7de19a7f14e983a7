"""Explanations of a plan: why it is as it is, what is proven of it, and which alternatives there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...networks.plan import JunctionPlan, Plan
from ...networks.progress import Tell, silent
from ...networks.seeds import CLIMB_SEEDS
from ...networks.sentence import Sentence
from ..check.findings import Finding
from ..main_street.green_wave import Band, bands
from ..model.estimate import estimate
from ..optimise.candidates.candidates import Problem
from ..optimise.junction.capacity import in_words
from ..optimise.model_referee import ModelReferee
from ..optimise.search import Found
from ..optimise.why.pareto import Alternative, alternatives, raced
from ..optimise.why.why import JunctionWhy, why_of
from ..optimise.why.why_network import NetworkWhy, network_why
from ..validate.trial import Trial
from .told import told_of
from .workbench import Workbench

# Modelled plans for each aim of the alternatives; fewer where there is much traffic, for each then takes longer.
# Four aims with one seed are about a twentieth of what the search's climbs may spend.
TRIAL_VEHICLES, FEWEST_TRIALS, MOST_TRIALS = 400_000, 30, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """The delay per vehicle at a junction, by the queue model and by the simulations of the trial. [s]"""

    model_s: float | None
    simulated_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Explanations of a plan, besides its results.

    `overloaded` are sentences on junctions that no plan can serve, `told` on signals left as they run and on traffic
    that looks unusual; `delays` are by junction; `bands` are the green
    waves of the main street, out and back.
    """

    alternatives: tuple[Alternative, ...] = ()
    junctions: tuple[JunctionWhy, ...] = ()
    network: NetworkWhy | None = None
    delays: Mapping[str, Delays] = field(default_factory=dict)
    overloaded: tuple[Sentence, ...] = ()
    told: tuple[Sentence, ...] = ()
    bands: tuple[Band, ...] = ()


def explain(
    bench: Workbench, found: Found, findings: Sequence[Finding], trial: Trial, *, tell: Tell = silent
) -> Explained:
    """Return explanations of a found plan, by formulas and the queue model; a small part of the search's time.

    `findings` are those of the safety check on the found plan.
    """
    tell("reasons and alternatives", 0, 3)
    prepared, problem, model = bench.prepared, bench.problem, bench.model_as_forecast()
    junctions = why_of(problem, found.plan)
    tell("reasons and alternatives", 1, 3)
    network = network_why(problem, found.plan, model, CLIMB_SEEDS)
    tell("reasons and alternatives", 2, 3)
    others = _alternatives(bench, found, findings, problem, model)
    tell("reasons and alternatives", 3, 3)
    known = (why.capacity for why in junctions)
    return Explained(
        alternatives=others,
        junctions=junctions,
        network=network,
        delays=_delays(model, found.plan, trial),
        bands=bands(found.plan, prepared.network),
        overloaded=tuple(in_words(capacity) for capacity in known if capacity and capacity.is_overloaded),
        told=(
            *bench.stays(found.plan),
            *prepared.told,
            *told_of(prepared.network, prepared.demand, prepared.study.additional, prepared.data.detectors),
            *(Sentence("counts: {note}", note=note) for note in prepared.data.judged.counts.told),
            *prepared.turning.told,
        ),
    )


def _alternatives(
    bench: Workbench, found: Found, findings: Sequence[Finding], problem: Problem, model: ModelReferee
) -> tuple[Alternative, ...]:
    prepared = bench.prepared
    options, vehicles = prepared.study.file.options, max(1, round(prepared.demand.vehicles))
    trials = max(FEWEST_TRIALS, min(MOST_TRIALS, TRIAL_VEHICLES // vehicles))
    others = alternatives(
        problem,
        model,
        found.plan,
        [*(s.plan for s in (*found.final, *found.standings)), *(c.plan for c in found.candidates)],
        seeds=CLIMB_SEEDS,
        trials=round(trials * options.effort),
        seed=options.seed,
    )
    known = raced(others, (*found.final, *found.standings))
    checked = {found.plan.junctions: findings}
    return tuple(replace(one, errors=_errors(bench, one.plan, checked)) for one in known)


def _delays(model: ModelReferee, plan: Plan, trial: Trial) -> dict[str, Delays]:
    """Return the delay at each junction by the queue model, means over its seeds, beside that of the simulations."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for seed in CLIMB_SEEDS:
        for (junction, _, _), (number, delay_s) in estimate(
            model.streets, model.traffic[seed], plan, model.end_s
        ).by_turn.items():
            sums[junction][0] += number
            sums[junction][1] += delay_s
    simulated = {row.junction: row.delay_plan_s for row in trial.junctions}
    return {
        junction: Delays(
            model_s=sums[junction][1] / sums[junction][0] if sums[junction][0] else None,
            simulated_s=simulated.get(junction),
        )
        for junction in sorted({*sums, *simulated})
    }


def _errors(
    bench: Workbench, plan: Plan, checked: dict[tuple[JunctionPlan, ...], Sequence[Finding]]
) -> tuple[str, ...]:
    found = checked.get(plan.junctions)
    if found is None:
        found = bench.findings(plan)
    return tuple(finding.text for finding in found if finding.is_error)
