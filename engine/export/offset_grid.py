"""Offsets of a running program that are finer than what a format holds: rounded, and told.

The whole junction moves by at most half a step against its neighbours. What its lamps show within the cycle, and so
every yellow and every intergreen, stays.
"""

from __future__ import annotations

from dataclasses import replace

from ...networks.network import Network
from ...networks.plan import JunctionPlan, Plan, whole_ms
from .exporter import Loss

SECOND_MS = 1000


def on_offset_grid(plan: JunctionPlan, grid_ms: int, format_name: str) -> tuple[JunctionPlan, tuple[Loss, ...]]:
    """Return the plan with its offset on a grid, the nearest point (of two, the later), and what that changed."""
    offset_ms = whole_ms(plan.offset_s)
    if offset_ms % grid_ms == 0:
        return plan, ()
    rounded = plan.with_offset((offset_ms + grid_ms // 2) // grid_ms * grid_ms / 1000)
    what = f"offsets of {format_name} are multiples of {grid_ms / 1000:g} s: they are rounded, the lamps of a junction"
    return rounded, (Loss(junction=plan.junction, groups=(), what=f"{what} move together"),)


def with_whole_offsets(plan: Plan, network: Network) -> tuple[Plan, tuple[Loss, ...]]:
    """Return a plan with whole seconds as offsets, but for those that run today, and what that changed.

    Programs of other hours that were imported have offsets in tenths, which no plan but the running one may have.
    """
    rounded = [_whole(own, network) for own in plan.junctions]
    made = replace(plan, junctions=tuple(own for own, _ in rounded))
    return made, tuple(loss for _, losses in rounded for loss in losses)


def _whole(plan: JunctionPlan, network: Network) -> tuple[JunctionPlan, tuple[Loss, ...]]:
    junction = network.by_junction.get(plan.junction)
    if junction is None or whole_ms(plan.offset_s) == whole_ms(junction.running.offset_s):
        return plan, ()
    return on_offset_grid(plan, SECOND_MS, "plans")
