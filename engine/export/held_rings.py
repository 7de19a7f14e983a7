"""All junctions of a plan as rings: what the exporters to formats of phases start from."""

from __future__ import annotations

from dataclasses import dataclass

from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.plan import JunctionPlan
from ..check.findings import CheckedPlan
from .carry_greens import carried
from .exporter import CannotHold, ExportOptions, Loss, plans_of_junctions
from .make_rings import ring_barrier
from .ring_barrier import Limits, RingBarrier

CARRIED = "yellow between two greens of the same group: the lamps stay green there, as was asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A junction with the plan as the format holds it, and the same as rings."""

    junction: Junction
    plan: JunctionPlan
    rings: RingBarrier


def held_rings(
    checked: CheckedPlan, network: Network, options: ExportOptions, limits: Limits
) -> tuple[tuple[Held, ...], tuple[Loss, ...]]:
    """Return each junction asked for in rings, and the losses.

    Raises CannotHold with every junction that cannot be held, and which groups stand in the way there.
    """
    held: list[Held] = []
    losses: list[Loss] = []
    refused: list[CannotHold] = []
    for plan in plans_of_junctions(checked.plan, options):
        try:
            one, lost = _held(plan, network.by_junction[plan.junction], checked.plan.name, options, limits)
        except CannotHold as reason:
            refused.append(reason)
        else:
            held.append(one)
            losses += lost
    if refused:
        raise together(refused)
    return tuple(held), tuple(losses)


def together(refused: list[CannotHold]) -> CannotHold:
    """Return several reasons as one."""
    if len(refused) == 1:
        return refused[0]
    return CannotHold(
        where=f"{len(refused)} junctions",
        found="; ".join(f"{reason.where}: {reason.found}" for reason in refused),
        rule=refused[0].rule,
        fix=f"{refused[0].fix}; or name the other junctions with --junction",
    )


def _held(
    plan: JunctionPlan, junction: Junction, name: str, options: ExportOptions, limits: Limits
) -> tuple[Held, list[Loss]]:
    try:
        rings, losses = ring_barrier(plan, junction, limits)
        return Held(junction=junction, plan=plan, rings=rings), list(losses)
    except CannotHold as reason:
        changed, groups = carried(plan, junction, name) if options.carry_greens else (plan, ())
        if not groups:
            raise _with_hint(reason, plan, junction) if not options.carry_greens else reason from None
    rings, losses = ring_barrier(changed, junction, limits)
    return Held(junction=junction, plan=changed, rings=rings), [
        *losses,
        Loss(junction=junction.id, groups=groups, what=CARRIED),
    ]


def _with_hint(reason: CannotHold, plan: JunctionPlan, junction: Junction) -> CannotHold:
    """Return the reason, naming the groups with a yellow between two greens where leaving it out would be safe."""
    try:
        _, groups = carried(plan, junction, "")
    except CannotHold:
        return reason
    if not groups:
        return reason
    names = ", ".join(groups)
    return CannotHold(
        where=reason.where,
        found=f"{reason.found}; groups {names} show yellow right between two greens, where a phase stays green",
        rule=reason.rule,
        fix=f"{reason.fix}; or ask for --carry-greens, which leaves these yellows out",
    )
