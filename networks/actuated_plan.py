"""Actuated programs as values: stages that last between a shortest and a longest green, as detectors call for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from .plan import Interval, Plan

Mode = Literal["free", "coordinated", "nema"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A stretch of a lane, up to the stop line, in which vehicles are counted: by video, radar or loops in a row.

    `loop_m` is how long the loop at the stop line is, which tells the gap between vehicles.
    """

    name: str
    lane: str
    length_m: float
    loop_m: float
    speed_m_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A zone that calls for a stage, with the share of its vehicles that this stage would let go."""

    zone: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Lamps that stand together, `state` with one letter per lamp, and when they may end.

    A stage stands for `min_green_s` at least and, once another is called for, `max_green_s` at most. In coordination
    it ends at `force_off_s` of the cycle at the latest and not before `yield_s`; None where nothing binds it. `walks`
    are the pedestrian lamps whose buttons call for it. `passage_s` is the gap between vehicles that ends it.
    """

    name: str
    state: str
    min_green_s: float
    max_green_s: float
    calls: tuple[Call, ...]
    walks: tuple[int, ...] = ()
    passage_s: float | None = None
    yield_s: float | None = None
    force_off_s: float | None = None
    planned_s: float | None = None  # how long it stands in the fixed-time plan it came from


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is shown from the end of one stage to the start of another; always in full."""

    before: int
    after: int
    intervals: tuple[Interval, ...]

    @property
    def length_s(self) -> float:
        """How long the change takes."""
        return sum(part.length_s for part in self.intervals)


@dataclass(frozen=True, slots=True, kw_only=True)
class RingPhase:
    """A phase of a NEMA program: green, then yellow for all that was green, then red clearance, all in full.

    `side` is 0 for the stretch between two barriers that the coordinated phases end, 1 for the other. The green lasts
    `min_green_s` at least, and ends when no vehicle has been on its detectors for `passage_s`, or at `force_off_s`
    after the start of the first coordinated green. A phase with `recall` comes in every cycle, others when called for.
    A phase whose `state` is all red only keeps its ring company.
    """

    number: int
    ring: int
    side: int
    state: str
    min_green_s: float
    max_green_s: float
    yellow_s: float
    red_s: float
    passage_s: float
    force_off_s: float
    recall: bool
    coordinated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """When a free-running stage yields to another, by the vehicles n that call for each.

    It yields where n of the other > `factor` * n of its own + `surplus`, or where fewer than `empty` are left to it and
    somebody calls for the other.
    """

    factor: float
    surplus: float
    empty: float
    zone_m: float


@dataclass(frozen=True, kw_only=True)
class ActuatedJunction:
    """The actuated program of a junction.

    Free-running, a stage may follow any other for which there is a change, `weights` saying when. In coordination
    stages keep their order; `cycle_s` and `offset_s` are those of the fixed-time plan it came from. A NEMA program has
    `phases`, ring by ring in their order, instead of stages and changes; its offset is the start of the first of its
    coordinated greens (TS 2).
    """

    junction: str
    mode: Mode
    zones: tuple[Zone, ...]
    stages: tuple[Stage, ...]
    changes: tuple[Change, ...]
    weights: Weights | None = None
    cycle_s: float | None = None
    offset_s: float | None = None
    phases: tuple[RingPhase, ...] = ()

    @cached_property
    def change(self) -> dict[tuple[int, int], Change]:
        """The changes by the places of the stages before and after."""
        return {(change.before, change.after): change for change in self.changes}


@dataclass(frozen=True, kw_only=True)
class ActuatedPlan:
    """Actuated programs of the junctions that have one, and the fixed-time plan of which the others keep theirs."""

    name: str
    junctions: tuple[ActuatedJunction, ...]
    fixed: Plan

    @cached_property
    def by_junction(self) -> dict[str, ActuatedJunction]:
        """The actuated programs by the junction's name."""
        return {one.junction: one for one in self.junctions}
