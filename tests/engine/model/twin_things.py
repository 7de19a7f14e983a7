"""Lanes, ways and cars of the twin of the queue simulation as objects with lists.

The tables say how long things take and what lies where; they are shared with the product. How time is stepped through,
who goes and who waits, is not.
"""

from collections import Counter
from dataclasses import dataclass, field

NEVER = 1 << 30
ROLLING = 9
TIMED, YIELDING, FULL = "timed", "yielding", "full"


@dataclass(frozen=True)
class Stage:
    turn: int  # -1 on the last edge
    edge: int
    lanes: frozenset  # places from which the route goes on
    free: float


@dataclass(eq=False)
class Car:
    number: int
    depart: int
    space: int
    pace: float
    counted: bool
    route: list
    stage: int = 0
    arrival: int = 0
    entry: int = 0
    stops: int = 0
    loss: float = 0.0
    credited: float = 0.0
    phase: int = 0  # outside, under way, arrived

    @property
    def at(self):
        return self.route[self.stage]

    def lost(self, tick, free_further):
        return tick - self.depart - (self.at.free - self.route[0].free + free_further) * self.pace


@dataclass(frozen=True)
class Gone:
    """A car that left: its room is back from `back` on, and never before that of those who left before it."""

    left: int
    back: int
    space: int


@dataclass(eq=False)
class Lane:
    length: int = 0
    flowing: int = 0
    free: float = 0.0
    drag: float = 0.0
    place: int = 0
    edge: int = -1
    box_of: "Way | None" = None
    pocket: "Lane | None" = None  # who waits in it blocks this lane
    cars: list = field(default_factory=list)
    gone: list = field(default_factory=list)
    returned: int = 0  # of those gone, how many rooms are back
    due: int = NEVER
    state: str = TIMED
    asleep: "tuple[Lane, int, int] | None" = None  # lane without room, whose room has to come back there, since when
    nth: int = ROLLING
    way: "Way | None" = None  # of the head; None where it has to change lanes
    last_in: int = -NEVER
    last_out: int = -NEVER
    last_arrival: int = -NEVER


@dataclass(eq=False)
class Way:
    number: int
    row: object  # times
    turn: int
    group: int
    targets: frozenset
    lane: Lane
    box: "Lane | None" = None
    foes: list = field(default_factory=list)
    last_cross: int = -NEVER


@dataclass(eq=False)
class Town:
    lanes: list  # street lanes, then boxes
    by_edge: list  # lanes of each edge
    changeable: list  # whether an edge is long enough to change lanes on it
    ways: list
    way_from: dict  # (turn, place of the lane) -> way
    gates: list
    cars: list
    lit: list  # per turn: whether a signal governs it
    rule: object
    starts: object
    kinds: list  # per group: for each tick of its cycle None, "g" or "G"; with its offset
    turn_delay: list
    turn_cars: list
    seen: Counter = field(default_factory=Counter)  # how often each rule came into play


def bits(number, count=32):
    return frozenset(k for k in range(count) if (int(number) >> k) & 1)
