"""A turn across those who come the other way, as the check sees it."""

from __future__ import annotations

from dataclasses import dataclass

from ...networks.sentence import Sentence

LEAST_MS = 5000  # a lead shorter than this is no protected time, unless its green is a protected one


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTurn:
    """A group that turns across, and the groups of those who come the other way and go straight on.

    `against` says why it may never yield, `of_volumes` why volumes ask for protected time; `decided` that an engineer
    lets it yield. `today_ms` is its longest protected time today, 0 where it has none to keep; `yields_today` whether
    it yields today.
    """

    group: str
    opposing: frozenset[str]
    against: tuple[Sentence, ...]
    of_volumes: tuple[Sentence, ...]
    volumes_known: bool
    decided: bool
    today_ms: int
    yields_today: bool
