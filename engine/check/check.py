"""The safety check of a whole plan: the second pair of eyes, with no code in common with the optimiser.

It looks at the plan as groups and windows, whoever made it. Its limits are those of the `Junction` that the plan was
made with and, where they are given, those that the check worked out itself: of each, the stricter holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.plan import JunctionPlan, Plan, Window
from ...networks.sentence import Sentence
from . import conflict_rules, lamp_rules, left_turn_rules, meeting_rules, sequence_rules, timing_rules
from .circle import to_ms
from .findings import CheckedPlan, Finding, seal
from .junction_view import Look, placed, runs_today, say
from .own.limits import OwnLimits
from .own.orders import changed
from .own.view import laxer, strictest

RULES = (
    *timing_rules.RULES,
    *lamp_rules.RULES,
    *sequence_rules.RULES,
    *conflict_rules.RULES,
    *meeting_rules.RULES,
    *left_turn_rules.RULES,
)
# What a controller cannot hold but runs today anyway is no reason to refuse the plan that runs today.
FORM = frozenset(("cycle", "offset", "grid", "red"))


def checked(plan: Plan, network: Network, own: Sequence[OwnLimits] = ()) -> CheckedPlan:
    """Return the plan as one that may be simulated and written. Raises PlanRefused with all findings."""
    return seal(plan, check(plan, network, own))


def check(plan: Plan, network: Network, own: Sequence[OwnLimits] = ()) -> tuple[Finding, ...]:
    """Return everything that is wrong with a plan, not only the first thing; errors and warnings.

    `own` is the check's own view of the junctions (`own_limits`); without it, the network's alone holds.

    The rules are those of `rule_list.RULE_LIST`; `docs/rules.md` has them as a table.
    """
    found, by_junction = list(_presence(plan, network)), {limits.junction: limits for limits in own}
    for junction in network.junctions:
        junction_plan = plan.by_junction.get(junction.id)
        if junction_plan is not None:
            found += check_junction(plan.name, junction_plan, junction, by_junction.get(junction.id))
    return (*found, *_one_cycle(plan, network))


def check_junction(
    plan_name: str, plan: JunctionPlan, junction: Junction, own: OwnLimits | None = None
) -> tuple[Finding, ...]:
    """Return what is wrong with the plan of one junction."""
    found: list[Finding] = []
    if own is None:
        look = Look(plan_name=plan_name, junction=junction, plan=plan)
    else:
        found += laxer(Look(plan_name=plan_name, junction=junction, plan=plan), own)
        look = Look(
            plan_name=plan_name,
            junction=strictest(junction, own),
            plan=plan,
            limits=own.limits,
            protected=own.protected,
            across=own.across,
            on_road=own.driven,
            on_foot=own.walked,
            left_turns=own.left_turns,
        )
    found += changed(look, own.keeps) if own is not None and own.keeps is not None else ()
    found += [*_groups(look), *(finding for rule in RULES for finding in rule(look))]
    return tuple(_as_today(finding) if _runs_today(finding, look) else finding for finding in found)


def _presence(plan: Plan, network: Network) -> Iterator[Finding]:
    known, counts = network.by_junction, Counter(p.junction for p in plan.junctions)
    for name in sorted({*known, *counts}):
        if name not in known:
            yield _about(plan, name, Sentence("the junction is not in the network. Leave it out."))
        elif counts[name] != 1:
            text = Sentence("the junction has {plans} plans. Each junction has one. Give it one.", plans=counts[name])
            yield _about(plan, name, text)


def _about(plan: Plan, junction: str, text: Sentence) -> Finding:
    return Finding(
        junction=junction,
        rule="presence",
        groups=(),
        second_s=None,
        found=None,
        required=None,
        severity="error",
        text=placed(junction, plan.name, text),
    )


def _groups(look: Look) -> Iterator[Finding]:
    known, counts = look.junction.by_group, Counter(group.group for group in look.plan.groups)
    for name in sorted({*known, *counts}):
        if name not in known:
            text = Sentence("group {group} is not at this junction. Leave it out.", group=name)
            yield look.finding("presence", text, groups=(name,))
        elif counts[name] != 1:
            text = Sentence(
                "group {group} has {plans} plans. Each group has one. Give it one.", group=name, plans=counts[name]
            )
            yield look.finding("presence", text, groups=(name,), found=counts[name], required=1)


def _one_cycle(plan: Plan, network: Network) -> Iterator[Finding]:
    """Warn of junctions whose cycle is not the common one, a whole part or a multiple of it: their offsets drift."""
    cycles_ms = {p.junction: to_ms(p.cycle_s) for p in plan.junctions if p.junction in network.by_junction}
    if not cycles_ms:
        return
    counts = Counter(cycles_ms.values())
    common_ms = max(counts, key=lambda ms: (counts[ms], ms))
    for name, cycle_ms in sorted(cycles_ms.items()):
        if common_ms % cycle_ms and cycle_ms % common_ms:
            look = Look(plan_name=plan.name, junction=network.by_junction[name], plan=plan.by_junction[name])
            yield look.finding(
                "coordination",
                Sentence(
                    "the cycle lasts {cycle}, that of most junctions {common}. Its offset to them changes from cycle "
                    "to cycle. Give it the common cycle, or leave it uncoordinated on purpose.",
                    cycle=say(cycle_ms),
                    common=say(common_ms),
                ),
                found=cycle_ms / 1000,
                required=common_ms / 1000,
                severity="warning",
            )


def _runs_today(finding: Finding, look: Look) -> bool:
    """Whether a finding on form tells of exactly what runs today."""
    plan, running = look.plan, look.junction.running
    if finding.rule not in FORM or to_ms(plan.cycle_s) != to_ms(running.cycle_s):
        return False
    if finding.rule == "offset":
        return to_ms(plan.offset_s) == to_ms(running.offset_s)
    return all(_windows(plan, group) == _windows(running, group) for group in look.groups)


def _windows(plan: JunctionPlan, group: str) -> list[Window]:
    return sorted(plan.by_group[group].windows)


def _as_today(finding: Finding) -> Finding:
    return replace(finding, severity="warning", text=runs_today(finding.text))
