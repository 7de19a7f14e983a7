"""All junctions of a plan as rings: what the exporters to formats of phases start from."""

from __future__ import annotations

from dataclasses import dataclass

from ....networks.junction import Junction
from ....networks.network import Network
from ....networks.plan import JunctionPlan, whole_ms
from ...check.findings import CheckedPlan
from ..carry_greens import made_or_carried
from ..exporter import CannotHold, ExportOptions, Loss, plans_of_junctions
from .make_rings import ring_barrier
from .ring_barrier import Phase, RingBarrier, RingLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A junction with the plan as the format holds it, and the same as rings."""

    junction: Junction
    plan: JunctionPlan
    rings: RingBarrier

    def clearance_ms(self, phase: Phase) -> int:
        """Return the pedestrian clearance after a phase's walk: what its walkers' foes need, within the green left."""
        needs = [whole_ms(need) for (a, _), need in self.junction.intergreen_s.items() if a in phase.walks]
        needed = -(-max(needs, default=0) // 1000) * 1000
        return min(phase.green_ms - phase.walk_ms, needed) if phase.walk_ms else 0


def held_rings(
    checked: CheckedPlan, network: Network, options: ExportOptions, limits: RingLimits
) -> tuple[tuple[Held, ...], tuple[Loss, ...]]:
    """Return each junction asked for in rings, and the losses.

    Raises CannotHold with every junction that cannot be held, and which groups stand in the way there.
    """
    held: list[Held] = []
    losses: list[Loss] = []
    refused: list[CannotHold] = []
    for plan in plans_of_junctions(checked.plan, options):
        try:
            one, lost = _held(plan, network.by_junction[plan.junction], options, limits)
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
    plan: JunctionPlan, junction: Junction, options: ExportOptions, limits: RingLimits
) -> tuple[Held, tuple[Loss, ...]]:
    (rings, losses), used, carried = made_or_carried(
        plan, junction, options, lambda shown: ring_barrier(shown, junction, limits)
    )
    return Held(junction=junction, plan=used, rings=rings), (*losses, *carried)
