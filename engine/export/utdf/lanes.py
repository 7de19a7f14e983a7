"""Lane groups for UTDF: which lanes make which turn, and which phases serve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....networks import lamps
from ....networks.junction import Junction, Movement
from ....networks.network import Network
from ....networks.utdf.sections import Records
from ....networks.utdf.signals import PERMITTED_RECORDS, PHASE_RECORDS, UNCONTROLLED
from ..compass import Turn
from ..exporter import CannotHold

if TYPE_CHECKING:
    from ..rings.held_rings import Held
    from .streets import Numbers

LEFT = ("U", "L2", "L")
IDEAL_FLOW = "1900"  # Synchro's default


def group_of_turns(junction: Junction) -> dict[tuple[str, str], str]:
    """Return the group that governs each turn: where there are several, the first."""
    return {(m.from_edge, m.to_edge): m.groups[0] for m in junction.movements if m.groups}


def lanes_of(one: Held, network: Network, numbers: Numbers) -> dict[str, Records]:
    """Return the [Lanes] records of each node of a signal.

    Raises CannotHold if a turn has lamps that show different times on different lanes, or more than four phases.
    """
    _require_one_signal(one)
    groups = group_of_turns(one.junction)
    movements = {(m.from_edge, m.to_edge): m for m in one.junction.movements}
    found: dict[str, Records] = {}
    for turn in numbers.turns[one.junction.id]:
        records = found.setdefault(numbers.of_node[turn.node], {})
        siblings = [t for t in numbers.turns[one.junction.id] if t.from_edge == turn.from_edge]
        edge = network.edges[turn.from_edge]
        values = {
            "Up Node": numbers.of_node[edge.from_node],
            "Dest Node": numbers.of_node[network.edges[turn.to_edge].to_node],
            **_lane_use(turn, siblings, movements),
            "IdealFlow": IDEAL_FLOW,
            **_phases(one, groups.get((turn.from_edge, turn.to_edge)), turn),
        }
        if turn.column.endswith("T"):
            values |= {"Speed": f"{edge.speed_m_s * 3.6:.0f}", "Distance": f"{edge.length_m:.1f}"}
        for name, value in values.items():
            records.setdefault(name, {})[turn.column] = value
    return found


def _require_one_signal(one: Held) -> None:
    for movement in one.junction.movements:
        shown = {one.plan.by_group[group].windows for group in movement.groups}
        if len(shown) > 1:
            raise CannotHold(
                where=f"junction {one.junction.id}, from {movement.from_edge} to {movement.to_edge}",
                found=f"groups {', '.join(movement.groups)} show different times on lanes of one movement",
                rule="in UTDF a movement has one signal",
                fix="leave the junction out with --junction, or export to a format of signal groups",
            )


def _lane_use(turn: Turn, siblings: list[Turn], movements: dict[tuple[str, str], Movement]) -> dict[str, str]:
    """Return how many lanes a turn has and with which turns its lanes are shared, as Synchro counts them.

    A lane of several turns belongs to the one through, else to the leftmost; `Shared` says with whom.
    """
    makes: dict[str, list[str]] = {}
    for other in siblings:
        for lane in movements[(other.from_edge, other.to_edge)].lanes:
            makes.setdefault(lane, []).append(other.column[2:])
    own = turn.column[2:]
    order = ("T", "L", "R", "L2", "R2", "U")
    mine = [turns for turns in makes.values() if own in turns and min(turns, key=order.index) == own]
    others = {other for turns in mine for other in turns if other != own}
    shared = (1 if others & set(LEFT) else 0) + (2 if others - set(LEFT) - {"T"} else 0)
    return {"Lanes": str(len(mine)), "Shared": str(shared) if mine else ""}


def _phases(one: Held, group: str | None, turn: Turn) -> dict[str, str]:
    """Return the phases of a turn: permitted where its lamps yield, protected where they do not."""
    if group is None or group in one.rings.steady or group in one.rings.dark:
        return {"Phase1": str(UNCONTROLLED)}
    numbers = sorted(phase.number for phase in one.rings.phases_of.get(group, ()))
    if len(numbers) > len(PHASE_RECORDS):
        raise CannotHold(
            where=f"junction {one.junction.id}, {turn.column}",
            found=f"group {group} is green in {len(numbers)} phases",
            rule=f"in UTDF a movement has at most {len(PHASE_RECORDS)} phases",
            fix="plan with fewer stages, or export to a format of signal groups",
        )
    yields = [number for number in numbers if _yields(one, group, number)]
    keeps = [number for number in numbers if number not in yields]
    return {
        **{name: str(number) for name, number in zip(PHASE_RECORDS, keeps, strict=False)},
        **{name: str(number) for name, number in zip(PERMITTED_RECORDS, yields, strict=False)},
    }


def _yields(one: Held, group: str, number: int) -> bool:
    """Whether a group yields at the start of its green in a phase."""
    phase = next(p for p in one.rings.phases if p.number == number)
    shown = one.plan.by_group[group].display_at(phase.start_ms / 1000, one.plan.cycle_s)
    return shown == lamps.PERMITTED
