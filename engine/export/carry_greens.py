"""Leaving out a yellow that stands right between two greens of the same group, as a controller's overlap would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from ...networks import lamps
from ...networks.junction import Junction
from ...networks.plan import GroupPlan, JunctionPlan, Window, whole_ms
from ..check.check import check_junction
from .exporter import CannotHold, ExportOptions, Loss

CARRIED = "yellow between two greens of the same group: the lamps stay green there, as was asked for"
Made = TypeVar("Made")


def made_or_carried(
    plan: JunctionPlan, junction: Junction, options: ExportOptions, make: Callable[[JunctionPlan], Made]
) -> tuple[Made, JunctionPlan, tuple[Loss, ...]]:
    """Return what `make` makes of a plan; if it cannot and that is asked for, of the plan with greens carried.

    The plan that was used comes with it, and the loss. Raises CannotHold as `make` does, saying where carrying helps.
    """
    try:
        return make(plan), plan, ()
    except CannotHold as reason:
        try:
            changed, groups = carried(plan, junction)
        except CannotHold as unsafe:
            raise (unsafe if options.carry_greens else reason) from None
        if not groups:
            raise
        if not options.carry_greens:
            raise _with_hint(reason, groups) from None
    return make(changed), changed, (Loss(junction=junction.id, groups=groups, what=CARRIED),)


def _with_hint(reason: CannotHold, groups: tuple[str, ...]) -> CannotHold:
    names = ", ".join(groups)
    return CannotHold(
        where=reason.where,
        found=f"{reason.found}; groups {names} show yellow right between two greens, which this format cannot",
        rule=reason.rule,
        fix=f"{reason.fix}; or ask for --carry-greens, which leaves these yellows out",
    )


def carried(plan: JunctionPlan, junction: Junction) -> tuple[JunctionPlan, tuple[str, ...]]:
    """Return the plan with such yellows made green, and the groups that it changes.

    Raises CannotHold if the changed plan does not pass the safety check that every plan passes.
    """
    groups = tuple(_carried(group, whole_ms(plan.cycle_s)) for group in plan.groups)
    changed = tuple(new.group for new, old in zip(groups, plan.groups, strict=True) if new != old)
    made = replace(plan, groups=groups)
    errors = [finding for finding in check_junction("", made, junction) if finding.is_error] if changed else []
    if errors:
        raise CannotHold(
            where=f"junction {junction.id}",
            found=f"with the yellows between two greens left out, this: {errors[0].text}",
            rule="a changed plan passes the same check as the plan itself",
            fix="plan without a yellow between two greens, or export to a format of signal groups",
        )
    return made, changed


def _carried(group: GroupPlan, cycle_ms: int) -> GroupPlan:
    greens = {whole_ms(w.start_s): w for w in group.windows if w.display in lamps.GREENS}
    windows = [_green_if_followed(window, greens, cycle_ms) for window in group.windows]
    return group if windows == list(group.windows) else GroupPlan(group=group.group, windows=_joined(windows))


def _green_if_followed(window: Window, greens: dict[int, Window], cycle_ms: int) -> Window:
    after = greens.get((whole_ms(window.start_s) + whole_ms(window.length_s)) % cycle_ms)
    if window.display not in lamps.YELLOWS or after is None:
        return window
    before = [
        g for start, g in greens.items() if (start + whole_ms(g.length_s) - whole_ms(window.start_s)) % cycle_ms == 0
    ]
    yields = any(green.display == lamps.PERMITTED for green in (after, *before))
    return replace(window, display=lamps.PERMITTED if yields else lamps.PROTECTED)


def _joined(windows: list[Window]) -> tuple[Window, ...]:
    """Return the windows with neighbours of one display made one, except across the end of the cycle."""
    found: list[Window] = []
    for window in sorted(windows):
        last = found[-1] if found else None
        touches = last is not None and whole_ms(last.start_s) + whole_ms(last.length_s) == whole_ms(window.start_s)
        if last is not None and touches and last.display == window.display:
            length_ms = whole_ms(last.length_s) + whole_ms(window.length_s)
            found[-1] = replace(last, length_s=length_ms / 1000)
        else:
            found.append(window)
    return tuple(found)
