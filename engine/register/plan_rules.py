"""The rules on plans: from which state an entry leads to which, by whom, and bound to what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .bodies import Export, Other, PlanBody, Review, Submit, Validate
from .words import FOUR_EYES, FROM, TO

if TYPE_CHECKING:
    from .entry import Entry
    from .standing import Person, PlanStanding, RegisterState


class RuleBroken(Exception):
    """An entry that may not stand here; `who` tells that the person is what is wrong with it."""

    def __init__(self, found: str, *, who: bool = False) -> None:
        super().__init__(found)
        self.found, self.who = found, who


def next_standing(
    entry: Entry, body: PlanBody, person: Person, before: PlanStanding, standing: RegisterState, *, whole: bool
) -> PlanStanding:
    """Return where the plan stands after an entry.

    `whole` tells that all plans of the register are known, and not this one alone.

    Raises
    ------
    RuleBroken
        The plan is in another state; the entry is not about its evidence; author and approver would be one person;
        two plans of one period would be on the street.
    """
    if before.state not in FROM[entry.kind]:
        wanted = " or ".join(sorted(FROM[entry.kind]))
        raise RuleBroken(f"the plan is {before.state}; '{entry.kind}' asks for a plan that is {wanted}")
    if entry.kind in FOUR_EYES and person.name in before.authors:
        raise RuleBroken(f"{person.name} brought the plan in, and so cannot {entry.kind} it", who=True)
    after = replace(before, state=TO.get(entry.kind, before.state))
    if isinstance(body, Validate):
        return _brought_in(after, body, person)
    if (body.inputs, body.evidence, tuple(body.seeds)) != (before.inputs, before.evidence, before.seeds):
        raise RuleBroken("it speaks of other inputs, evidence or seeds than those the plan was brought in with")
    if isinstance(body, Submit):
        return replace(after, recheck_on=body.recheck_on, authors=before.authors | {person.name})
    if isinstance(body, Review):
        return replace(after, recheck_on=body.recheck_on or before.recheck_on)
    if isinstance(body, Export):
        return _exported(after, body, standing, whole=whole)
    if isinstance(body, Other):
        _same_scope(before, body, standing, whole=whole)
    if entry.kind == "approve":
        return replace(after, approver=person.name, approved_at=entry.number)
    return after


def _brought_in(plan: PlanStanding, body: Validate, person: Person) -> PlanStanding:
    if plan.study and plan.scope != (body.study, body.period):
        raise RuleBroken(f"the plan was brought in for {plan.study}, {plan.period}")
    return replace(
        plan,
        name=body.plan_name,
        study=body.study,
        period=body.period,
        inputs=body.inputs,
        evidence=body.evidence,
        seeds=tuple(body.seeds),
        recheck_on=None,
        authors=plan.authors | {person.name},
        approver=None,
        approved_at=None,
    )


def _exported(plan: PlanStanding, body: Export, standing: RegisterState, *, whole: bool) -> PlanStanding:
    others = [other.plan for other in standing.on_the_street(plan.scope) if other.plan != plan.plan]
    if whole and others:
        raise RuleBroken(f"plan {others[0]} is on the street for {plan.study}, {plan.period}")
    return replace(plan, files=(*plan.files, *(file.sha256 for file in body.files)))


def _same_scope(plan: PlanStanding, body: Other, standing: RegisterState, *, whole: bool) -> None:
    if whole and (body.other == plan.plan or standing.plan(body.other).scope != plan.scope):
        raise RuleBroken("the other plan it names is none of this study and period")
