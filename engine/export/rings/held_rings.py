"""All junctions of a plan as rings: what the exporters to formats of phases start from."""

from __future__ import annotations

from dataclasses import dataclass

from ....networks.junction import Junction, PhaseTimes
from ....networks.network import Network
from ....networks.plan import JunctionPlan, whole_ms
from ...check.findings import CheckedPlan
from ..carry_greens import made_or_carried
from ..exporter import CannotHold, ExportOptions, Loss, plans_of_junctions
from ..offset_grid import on_offset_grid
from .make_rings import ring_barrier
from .ring_barrier import Phase, RingBarrier, RingLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A junction with the plan as the format holds it, and the same as rings."""

    junction: Junction
    plan: JunctionPlan
    rings: RingBarrier

    def min_green_ms(self, phase: Phase) -> int:
        """Return a phase's minimum green: the controller's own where it is known, else the longest of its groups'.

        Never more than the green itself.
        """
        own = self.junction.phase_times
        least = [own[g].min_green_s if g in own else self.junction.min_green_s.get(g, 0.0) for g in phase.groups]
        return min(phase.green_ms, max(map(whole_ms, least), default=0))

    def walk_ms(self, phase: Phase) -> int:
        """Return a phase's walk: the plan's, or else the controller's for people who have no lamps in the network."""
        return phase.walk_ms if phase.walks else self._stated_ms(phase)[0]

    def min_split_ms(self, phase: Phase) -> int:
        """Return a phase's least split: the controller's where it is known, else the split."""
        return max((whole_ms(times.min_split_s) for times in self._stated(phase)), default=0) or phase.split_ms

    def clearance_ms(self, phase: Phase) -> int:
        """Return the clearance after a phase's walk: the plan's, or else the controller's.

        The plan's is what its walkers' foes need, within the green left.
        """
        if not phase.walks:
            return self._stated_ms(phase)[1]
        needs = [whole_ms(need) for (a, _), need in self.junction.intergreen_s.items() if a in phase.walks]
        needed = -(-max(needs, default=0) // 1000) * 1000
        return min(phase.green_ms - phase.walk_ms, needed) if phase.walk_ms else 0

    def _stated(self, phase: Phase) -> list[PhaseTimes]:
        """Return the controller's times for the groups whose green starts with a phase."""
        times = {group: self.junction.phase_times.get(group) for group in phase.groups}
        starts = {group: {whole_ms(green.start_s) for green in self.plan.greens(group)} for group in phase.groups}
        return [found for group, found in times.items() if found is not None and phase.start_ms in starts[group]]

    def _stated_ms(self, phase: Phase) -> tuple[int, int]:
        """Return the controller's walk and clearance for a phase; none where its green is too short for them."""
        walking = [times for times in self._stated(phase) if times.walk_s]
        walk = max((whole_ms(times.walk_s) for times in walking), default=0)
        clear = max((whole_ms(times.dont_walk_s) for times in walking), default=0)
        return (walk, clear) if walk + clear <= phase.green_ms else (0, 0)

    def lost_walks(self) -> tuple[Loss, ...]:
        """Return the groups with a walk of the controller's that no phase has room for."""
        held = {g for phase in self.rings.phases if self.walk_ms(phase) for g in phase.groups}
        lost = tuple(g for g, times in self.junction.phase_times.items() if times.walk_s and g not in held)
        what = "walks of the controller that fit into none of the phases which the plan makes"
        return (Loss(junction=self.junction.id, groups=lost, what=what),) if lost else ()


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
    plan, rounded = on_offset_grid(plan, limits.offset_ms, limits.format_name)
    (rings, losses), used, carried = made_or_carried(
        plan, junction, options, lambda shown: ring_barrier(shown, junction, limits)
    )
    one = Held(junction=junction, plan=used, rings=rings)
    return one, (*losses, *carried, *rounded, *one.lost_walks())
