"""The spine: from detector counts to a plan with evidence, step by step."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.progress import Hear, Tell, silent, unheard
from ...networks.sentence import Sentence, in_a_row
from ...simulation.measure.pairs import PairedComparison
from ...simulation.scenario import Scenario
from ..check.findings import Finding
from ..main_street.trajectories import Trajectories
from ..optimise.search import Found
from ..present.judgement import Present
from ..studies.file import Gate, Period, Study, read_study, with_effort, with_objective
from ..validate.further_verdict import Further, judged_further
from ..validate.gate import OF_EACH_LOOK, Verdict, gate_of, level_of
from ..validate.trial import Trial, joined, try_plan, validation_seeds
from .drive_street import drive_street
from .explain import Explained, explain
from .find_plan import find_plan
from .further_trials import try_further
from .prepare import Prepared, prepare
from .reproduce import reproduce
from .scenarios import forecast_scenarios, true_scenario
from .workbench import Workbench, set_up


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a study: the plan, how it was found, what the trial showed, and what the gate said.

    Evidence, report and command line read it and work nothing out again: `bench` has the data, the problem and the
    queue model, `findings` all that the safety check says of the plan. `search_s` is how long the search took; it is
    reported only.
    """

    bench: Workbench
    found: Found
    findings: tuple[Finding, ...]
    trial: Trial
    verdict: Verdict
    search_s: float
    further: Further | None = None  # trials beyond the trial; none for the running plan itself
    explained: Explained = field(default_factory=Explained)
    trajectories: Trajectories | None = None  # vehicles on the main street, for the report's picture

    @property
    def prepared(self) -> Prepared:
        """What was known about the period before a plan was sought."""
        return self.bench.prepared


def plan_study(
    folder: Path,
    *,
    period: str | None = None,
    objective: str | None = None,
    effort: float | None = None,
    thorough: bool = False,
    minutes: float | None = None,
    tell: Tell = silent,
    hear: Hear = unheard,
    executor: Executor | None = None,
) -> Outcome:
    """Return a validated plan for a period of a study; nothing is written.

    counts → verdict on the data → forecast → movements → plan → safety check → trial on many seeds → gate. True
    routes are never opened: the traffic of every simulation is drawn from the forecast. An `objective`, one of
    `OBJECTIVES`, stands in for the study's own, and so does an `effort` of the search. With `thorough` the further
    trials (other demand, other days, the switch) are made in full, however long they take. With `minutes`, the search
    goes on in further rounds until so much time has passed since the call; then the plan depends on the machine.
    `hear` is told, before the search, what of the network was guessed, made into something else, left out, or is
    unsafe today.

    Raises
    ------
    InputError
        Something in the study cannot be used.
    """
    until_s = None if minutes is None else monotonic() + 60 * minutes
    study = with_effort(with_objective(read_study(folder), objective), effort)
    prepared = prepare(study, study.period(period), tell)
    for sentence in prepared.network.reading:
        hear(sentence)
    return plan_prepared(prepared, thorough=thorough, until_s=until_s, tell=tell, executor=executor)


def plan_prepared(
    prepared: Prepared,
    *,
    thorough: bool = False,
    until_s: float | None = None,
    tell: Tell = silent,
    executor: Executor | None = None,
) -> Outcome:
    """Return a validated plan for a period whose demand is known; as `plan_study`, which makes that first.

    `until_s` is a reading of the monotonic clock: as long as it is not reached, further rounds of the search begin.
    """
    began_s = monotonic()
    if prepared.present is None:
        prepared = reproduce(prepared, tell=tell, executor=executor)
    bench = set_up(prepared)
    found = find_plan(bench, until_s=until_s, tell=tell, executor=executor)
    search_s = monotonic() - began_s
    found, findings = _safe(bench, found)
    trial, verdict = _try_until_clear(prepared, found, findings, tell=tell, executor=executor)
    outcome = Outcome(bench=bench, found=found, findings=findings, trial=trial, verdict=verdict, search_s=search_s)
    decided = _keep_running(outcome) if verdict.decision in ("unclear", "worse") else outcome
    decided = _with_further(decided, thorough=thorough, tell=tell, executor=executor)
    return replace(
        decided,
        verdict=as_the_present_allows(decided.verdict, prepared.present),
        explained=explain(bench, decided.found, decided.findings, decided.trial, tell=tell),
        trajectories=drive_street(prepared, decided.trial, tell),
    )


def as_the_present_allows(verdict: Verdict, present: Present | None) -> Verdict:
    """Return the gate's verdict, or that nothing is clear where plans were tried on traffic that is not today's."""
    if present is None or present.reproduced or verdict.decision == "unsafe":
        return verdict
    headline = Sentence("Our traffic under today's plan does not look like today, so no plan is called better on it.")
    return Verdict(passed=False, decision="unclear", reasons=(headline, *present.faults, *verdict.reasons))


def _safe(bench: Workbench, found: Found) -> tuple[Found, tuple[Finding, ...]]:
    """Return what was found with all that the safety check says of it; the running plan stays where it finds errors.

    The search asks the check before it simulates a plan, so that this is a second look. What runs today may break a
    stricter pack: that is the gate's to say.
    """
    findings = bench.findings(found.plan)
    errors = [finding.text for finding in findings if finding.is_error]
    if found.kept_running or not errors:
        return found, findings
    running = replace(bench.prepared.network.running_plan, name="running")
    reason = Sentence(
        "the plan that won the search is unsafe, so the running plan is kept: {reasons:open}",
        reasons=in_a_row(errors[:1]),
    )
    stays = replace(found, plan=running, kept_running=True, reason=reason)
    return stays, bench.findings(running)


def _try_until_clear(
    prepared: Prepared, found: Found, findings: Sequence[Finding], *, tell: Tell, executor: Executor | None
) -> tuple[Trial, Verdict]:
    """Return the trial and the gate's decision: with more seeds, up to a limit, while it is unclear or wide."""
    options = prepared.study.file.options
    looks = max(1, min(max(OF_EACH_LOOK), (options.most_seeds or 3 * options.seeds) // options.seeds))
    trial = try_on_forecast(prepared, found.plan, tell=tell, executor=executor)
    for look in range(looks):
        trial = replace(trial, level=level_of(looks))
        verdict = gate_of(trial, findings, prepared.study.file.gate, kept=found.kept_running)
        clear = verdict.decision != "unclear" and _narrow(trial.comparison, prepared.study.file.gate.interval_s)
        if clear or look == looks - 1:
            break
        done = len(trial.comparison.seeds)
        trial = joined(trial, try_on_forecast(prepared, found.plan, after=done, tell=tell, executor=executor))
    return trial, verdict


def _with_further(outcome: Outcome, *, thorough: bool, tell: Tell, executor: Executor | None) -> Outcome:
    """Return the outcome with the further trials and what they mean for the gate; the running plan needs none."""
    if outcome.found.kept_running:
        return outcome
    further = try_further_on_forecast(outcome.prepared, outcome.trial, thorough=thorough, tell=tell, executor=executor)
    failing = outcome.prepared.study.file.gate.demand_factors
    return replace(outcome, further=further, verdict=judged_further(outcome.verdict, further, failing))


def try_further_on_forecast(
    prepared: Prepared, trial: Trial, *, thorough: bool, tell: Tell = silent, executor: Executor | None = None
) -> Further:
    """Return what the plan of a trial does beyond it, in traffic drawn from the forecast; see `try_further`."""

    def scenarios(seed: int, scale: float, folder: Path) -> Scenario:
        return forecast_scenarios(
            prepared.study, prepared.network, prepared.demand, [seed], folder, scale, walkers=True
        )[seed]

    return try_further(
        prepared.study,
        prepared.network,
        trial,
        scenarios,
        prepared=prepared,
        thorough=thorough,
        tell=tell,
        executor=executor,
    )


def try_further_on_routes(
    study: Study,
    network: Network,
    period: Period,
    trial: Trial,
    routes: Sequence[Path],
    *,
    warm_up_s: int,
    tell: Tell = silent,
    executor: Executor | None = None,
) -> Further:
    """Return what the plan of a trial does beyond it, on given routes: more and less of them, and the switch."""

    def scenarios(_seed: int, scale: float, _folder: Path) -> Scenario:
        return replace(true_scenario(study, period, routes, warm_up_s), scale=scale)

    return try_further(study, network, trial, scenarios, thorough=True, tell=tell, executor=executor)


def _narrow(comparison: PairedComparison, interval_s: float | None) -> bool:
    """Whether the interval reaches no further from its mean than the study wants."""
    if interval_s is None or comparison.low_s is None or comparison.high_s is None:
        return interval_s is None
    mean_s = comparison.mean_difference_s
    return max(mean_s - comparison.low_s, comparison.high_s - mean_s) <= interval_s


def _keep_running(outcome: Outcome) -> Outcome:
    """Return the outcome in which the running plan stays, because the trial did not show the new one to be better."""
    network, trial = outcome.prepared.network, outcome.trial
    running = network.running_plan
    reason = Sentence(
        "the plan that won the search did not hold in the trial, so the running plan is kept: {reasons:open}",
        reasons=in_a_row(outcome.verdict.reasons),
    )
    same = Trial(
        plan=running,
        traffic=trial.traffic,
        plan_runs=trial.running_runs,
        running_runs=trial.running_runs,
    )
    findings = outcome.bench.findings(running)
    verdict = gate_of(same, findings, Gate(), kept=True)
    found = replace(outcome.found, plan=running, kept_running=True, reason=reason)
    return replace(outcome, found=found, findings=findings, trial=same, verdict=verdict)


def try_on_forecast(
    prepared: Prepared,
    plan: Plan,
    *,
    seeds: int | None = None,
    after: int = 0,
    tell: Tell = silent,
    executor: Executor | None = None,
) -> Trial:
    """Try a plan on traffic drawn from the forecast, with seeds that no step before has used.

    The first `after` of the validation's seeds are left out: a trial before had them.
    """
    wanted = validation_seeds(seeds or prepared.study.file.options.seeds, after)
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        scenarios = forecast_scenarios(
            prepared.study, prepared.network, prepared.demand, wanted, Path(name), walkers=True
        )
        return try_plan(prepared.network, plan, scenarios, "forecast traffic", tell=tell, executor=executor)


def try_on_routes(
    study: Study,
    network: Network,
    period: Period,
    plan: Plan,
    routes: Sequence[Path],
    *,
    seeds: int,
    warm_up_s: int = 0,
    tell: Tell = silent,
    executor: Executor | None = None,
) -> Trial:
    """Try a plan on given routes: the judge's view, which the planner never has."""
    scenarios = dict.fromkeys(validation_seeds(seeds), true_scenario(study, period, routes, warm_up_s))
    return try_plan(network, plan, scenarios, "true routes", tell=tell, executor=executor)
