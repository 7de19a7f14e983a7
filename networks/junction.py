"""A signalised junction as values: lanes, movements, signal groups, and which of them may not meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from .plan import JunctionPlan

Kind = Literal["vehicle", "pedestrian", "unused"]
Keep = Literal["plan", "sequence", "turns"]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane of an edge."""

    id: str
    edge: str
    index: int  # from the kerb, 0 first
    length_m: float
    speed_m_s: float
    vehicles: bool  # whether cars may use it: those are counted and planned for
    others: bool = False  # whether only other motor vehicles may, as on a bus lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """The way from one approach edge to one exit edge through a junction."""

    from_edge: str
    to_edge: str
    direction: str  # SUMO's letter: s straight, l left, r right, t turn-around, L and R partly left and right
    lanes: tuple[str, ...]  # approach lanes from which it may be made
    groups: tuple[str, ...]  # signal groups that govern it


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalGroup:
    """Lamps that always show the same: the links of one approach that the running program never tells apart."""

    id: str
    kind: Kind
    links: tuple[int, ...]  # places in the state strings of the program
    from_edges: tuple[str, ...]  # approach edges; for pedestrians, the vehicle edges that the crossing crosses
    length_m: float = 0.0  # of the longest crossing; 0 for vehicles
    rail: bool = False  # trams or trains alone: their signals have no yellow of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTimes:
    """The least times that a controller has for the phase that serves a group; 0 for those that it has not.

    A phase with a walk lets people go with its green. They have no lamps of their own in the network.
    """

    min_green_s: float = 0.0
    walk_s: float = 0.0
    dont_walk_s: float = 0.0
    min_split_s: float = 0.0

    @property
    def least_green_s(self) -> float:
        """The shortest green: no less than people need who begin to walk with it."""
        return max(self.min_green_s, self.walk_s + self.dont_walk_s if self.walk_s else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftTurnOrder:
    """What an engineer says of a group that turns across those who come the other way; None for what is left open.

    `sight_m` is how far one sees those who come; `may_yield` decides whether it may do without protected time, `why` is
    the reason for that.
    """

    sight: Literal["enough", "poor"] | None = None
    sight_m: float | None = None
    may_yield: bool | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Junction:
    """A signal and all that it governs.

    `foes` holds each unordered pair of groups whose paths cross or merge, both ways round. `together` holds, for foes,
    the pairs of displays that the running program shows at once (group, display, group, display), both ways round:
    there one of the two yields. `intergreen_s[(a, b)]` is the least time from the end of green of `a` to the start of
    green of `b`. `yellow_s[a]` is how long `a` shows yellow after a green, and `min_green_s[a]` its shortest green.
    `keeps` is what of the running plan no other may change: all of it, its stages and their order, or protected turns.
    `guessed` are the foes that the file does not name, but that what is known cannot rule out. `notes` are sentences on
    what was guessed and on what of the running program is unsafe.
    `phase_times` is what the controller has for groups, where it is known; `min_green_s` is never below it.
    `left_turns` is what an engineer says of groups that turn across those who come the other way; `sheltered` holds the
    groups that have to keep a time of green without the groups named with them: `rules.left_turns` finds them.
    """

    id: str
    size: int  # lamps in the state string
    groups: tuple[SignalGroup, ...]
    movements: tuple[Movement, ...]
    foes: frozenset[Pair]
    together: frozenset[tuple[str, str, str, str]]
    intergreen_s: dict[Pair, float]
    yellow_s: dict[str, float]
    min_green_s: dict[str, float]
    running: JunctionPlan
    keeps: frozenset[Keep] = frozenset()
    guessed: frozenset[Pair] = frozenset()
    notes: tuple[str, ...] = ()
    phase_times: Mapping[str, PhaseTimes] = field(default_factory=dict)
    left_turns: Mapping[str, LeftTurnOrder] = field(default_factory=dict)
    sheltered: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def by_group(self) -> dict[str, SignalGroup]:
        """The groups by name."""
        return {group.id: group for group in self.groups}

    @cached_property
    def serves_vehicles(self) -> bool:
        """Whether any movement of vehicles is governed."""
        return any(group.kind == "vehicle" for group in self.groups)
