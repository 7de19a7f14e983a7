"""The table of turns across those who come the other way: how they are shown, and what the rules make of them."""

from __future__ import annotations

from dataclasses import dataclass

from ...rules.left_turns import TurnAcross
from ...rules.shelter import Shown
from ..data import Missing, ReportData
from ..places import approach_side, junction_numbers
from ..words import ABSENT, number, say, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftTurnRow:
    """One turn across, in words."""

    number: int
    junction: str
    turn: str  # 'N, g6'
    today: str
    plan: str
    lanes: str  # of the turn, and to be crossed
    speed: str
    product: str  # with the largest that may yield
    sight: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftTurnsView:
    """The rows, and where the values come from."""

    rows: tuple[LeftTurnRow, ...]
    source: str


def left_turns_view(data: ReportData) -> LeftTurnsView | Missing:
    """Return the turns across in the network's order."""
    if isinstance(data.left_turns, Missing):
        return data.left_turns
    if not data.left_turns:
        return Missing(why=say("no turn crosses those who come the other way"))
    numbers = junction_numbers(data.network)
    return LeftTurnsView(
        rows=tuple(_row(data, turn, numbers[turn.junction]) for turn in data.left_turns),
        source=next((turn.source for turn in data.left_turns if turn.source), ""),
    )


def _row(data: ReportData, turn: TurnAcross, place: int) -> LeftTurnRow:
    facts, junction = turn.facts, data.network.by_junction[turn.junction]
    own = data.plan.by_junction.get(turn.junction)
    sides = " ".join(dict.fromkeys(approach_side(data.network, edge) for edge in turn.from_edges))
    return LeftTurnRow(
        number=place,
        junction=turn.junction,
        turn=f"{sides}, {turn.group}",
        today=_shown(turn.today),
        plan=_shown(turn.shown(junction, own)) if own else ABSENT,
        lanes=f"{facts.turning_lanes} / {facts.opposing_lanes}",
        speed=number(3.6 * facts.speed_m_s, 0) if facts.speed_m_s > 0 else ABSENT,
        product=_product(turn),
        sight=_sight(turn),
        verdict=_verdict(turn),
    )


def _shown(shown: Shown) -> str:
    words = {"none": say("none"), "protected": say("protected"), "permitted": say("permitted"), "both": say("both")}
    return words[shown]


def _product(turn: TurnAcross) -> str:
    product = turn.facts.cross_product
    most = ABSENT if turn.most_product is None else number(turn.most_product, 0)
    return f"{ABSENT if product is None else number(product, 0)} / {most}"


def _sight(turn: TurnAcross) -> str:
    facts = turn.facts
    if facts.sight_m is not None:
        needed = ABSENT if turn.needed_sight_m is None else number(turn.needed_sight_m, 0)
        return f"{number(facts.sight_m, 0)} / {needed} m"
    if facts.sight is not None:
        return say("enough") if facts.sight == "enough" else say("poor")
    return say("not told; yields today") if facts.yields_today else say("not told")


def _verdict(turn: TurnAcross) -> str:
    reasons = "; ".join(map(translated, turn.reasons))
    if turn.facts.may_yield:
        return say("may yield: {why}", why=turn.why)
    if not turn.reasons:
        return say("may yield")
    if turn.stays_protected:
        return say("stays protected: {reasons}", reasons=reasons)
    return say("yields today, though {reasons}", reasons=reasons)
