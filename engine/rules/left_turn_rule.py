"""When a turn across those who come the other way may do without protected time: conditions and their reasons.

Federal Highway Administration, Traffic Signal Timing Manual, FHWA-HOP-08-024, 2008, figure 4-11, has the order of the
questions: sight, lanes of the turn, lanes to be crossed, speed, volumes. The volumes' products are those of the Highway
Capacity Manual 2000. What is not known is answered as if it were against the turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ...networks.sentence import Sentence
from .pack import LeftTurn

SAME_M_S = 0.05  # speeds in networks are rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one turn; None where it is not.

    Flows are those of the peak hour of the period, opposing ones with those who go straight on and those who turn off
    to their near side. `yields_today` says whether the running program lets the turn yield at some time. `may_yield` is
    what an engineer decided.
    """

    turning_lanes: int
    opposing_lanes: int
    speed_m_s: float  # of those who come the other way; 0 where it is not known
    left_veh_h: float | None
    opposing_veh_h: float | None
    yields_today: bool
    sight: Literal["enough", "poor"] | None = None
    sight_m: float | None = None
    may_yield: bool | None = None

    @property
    def cross_product(self) -> float | None:
        """Left-turning x opposing veh/h in the peak hour."""
        if self.left_veh_h is None or self.opposing_veh_h is None:
            return None
        return self.left_veh_h * self.opposing_veh_h


def needed_sight_m(rule: LeftTurn, speed_m_s: float, lanes: int) -> float:
    """Return how far one has to see those who come: what they drive in the gap that the turn takes.

    NCHRP Web-Only Document 284, 2020, chapter 4: speed x gap, the gap 0.5 s longer for each further lane.
    """
    return speed_m_s * (rule.sight_gap_s + rule.sight_gap_more_s * max(0, lanes - 1))


def most_product(rule: LeftTurn, lanes: int) -> float:
    """Return the largest product of volumes at which a turn over so many lanes needs no protected time."""
    return rule.cross_products[min(max(lanes, 1), len(rule.cross_products)) - 1]


def reasons_to_protect(rule: LeftTurn | None, facts: Facts) -> tuple[Sentence, ...]:
    """Return why a turn keeps its protected time; none where it may do without. None is a pack without the rule."""
    if facts.may_yield is not None:
        return () if facts.may_yield else (Sentence("junctions.toml says that it does not yield"),)
    if rule is None:
        return (Sentence("the rules pack does not say when it may yield, so it stays as it runs"),)
    return (*_of_the_street(rule, facts), *_of_sight(rule, facts), *_of_volumes(rule, facts))


def _of_the_street(rule: LeftTurn, facts: Facts) -> Iterator[Sentence]:
    if facts.turning_lanes > rule.most_turning_lanes:
        yield Sentence(
            "it turns from {found} lanes, more than {most}", found=facts.turning_lanes, most=rule.most_turning_lanes
        )
    if facts.opposing_lanes > rule.most_opposing_lanes:
        yield Sentence(
            "it crosses {found} lanes, more than {most}", found=facts.opposing_lanes, most=rule.most_opposing_lanes
        )
    if facts.speed_m_s <= 0:
        yield Sentence("how fast those drive who come the other way is not known")
    elif facts.speed_m_s > rule.fastest_m_s + SAME_M_S:
        yield Sentence(
            "those who come the other way may drive {found:.0f} km/h, more than {most:.0f} km/h",
            found=3.6 * facts.speed_m_s,
            most=3.6 * rule.fastest_m_s,
        )


def _of_sight(rule: LeftTurn, facts: Facts) -> Iterator[Sentence]:
    needed_m = needed_sight_m(rule, facts.speed_m_s, facts.opposing_lanes)
    if facts.sight == "poor":
        yield Sentence("junctions.toml calls the sight poor")
    elif facts.sight_m is not None and facts.sight_m < needed_m:
        yield Sentence("one sees {found:.0f} m, and needs {needed:.0f} m", found=facts.sight_m, needed=needed_m)
    elif facts.sight is None and facts.sight_m is None and not facts.yields_today:
        yield Sentence("it never yields today, and nothing says how far one sees")


def _of_volumes(rule: LeftTurn, facts: Facts) -> Iterator[Sentence]:
    product, most = facts.cross_product, most_product(rule, facts.opposing_lanes)
    if product is None:
        yield Sentence("how many turn, and how many come the other way, is not known")
    elif product > most:
        yield Sentence("the product of volumes is {found:.0f}, more than {most:.0f}", found=product, most=most)
