"""The safety check of any plan of a study, with the volumes of its period wherever they decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.types import Turn
from ..check.findings import CheckedPlan, Finding, seal
from ..rules.left_turns import peak_hour_veh_h
from ..studies.check_plan import check_for
from ..studies.file import Period, Study

RULE = "left_turn"


def findings_of(study: Study, plan: Plan, network: Network, period: Period | str | None = None) -> tuple[Finding, ...]:
    """Return all that is wrong with a plan of a study. Raises InputError where its files cannot be read.

    Counts are read and forecast only if the plan takes protected time from a turn across, so that volumes decide. They
    are those of its period: `period`, or what a plan file says of it; where neither names one of the study's, of every
    turn those of the busiest. A study without counts has none: then such a plan has an error.
    """
    findings = check_for(study, plan, network)
    if study.counts is None or not any(finding.rule == RULE and finding.is_error for finding in findings):
        return findings
    return check_for(study, plan, network, _busiest(study, _periods(study, period)))


def checked_plan(study: Study, plan: Plan, network: Network, period: Period | str | None = None) -> CheckedPlan:
    """Return the plan as one that may be simulated and written. Raises PlanRefused with all findings."""
    return seal(plan, findings_of(study, plan, network, period))


def _periods(study: Study, named: Period | str | None) -> Iterable[Period]:
    if isinstance(named, Period):
        return (named,)
    known = study.file.periods
    return [period for period in known if named in (period.label, period.name)] or _of_label(named) or known


def _of_label(label: str | None) -> list[Period]:
    """Return the period of a label such as 'own 07:30–07:45', which is none of the study's."""
    name, _, times = (label or "").rpartition(" ")
    begin, _, end = times.partition("–")
    try:
        return [Period.model_validate({"name": name or "own", "begin": begin, "end": end})]
    except ValidationError:
        return []


def _busiest(study: Study, periods: Iterable[Period]) -> Mapping[Turn, float]:
    from .prepare import prepare

    found: dict[Turn, float] = {}
    for period in periods:
        for turn, flow in peak_hour_veh_h(prepare(study, period).demand).items():
            found[turn] = max(flow, found.get(turn, 0.0))
    return found
