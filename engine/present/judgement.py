"""Whether simulated traffic under today's plan looks like today: the word that every later claim rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from ...networks.sentence import Sentence
from ..studies.file import Gate
from .compare import PlaceMatch, geh
from .vehicle_length import VehicleLength

# Above a GEH of 10 practice takes a fault of model or data for likely. So small a share of a whole city's places is
# named, and refuses nothing; of fewer than 50 places, one does.
GEH_WRONG, ODD_SHARE = 10.0, 0.02
# Two places that disagree and would agree if their names were exchanged.
CROSSED_GEH, UNCROSSED_GEH = 4.0, 2.5
LOCKED_SHARE = 0.34  # of the simulations
# Where streets lock up in simulation and on the street, loops count as few at the end; else they count more there.
LATE_RATIO = 0.8
NAMED = 10


@dataclass(frozen=True, kw_only=True)
class FullEntry:
    """An entry whose loops are covered for longer than its counts explain: more wants in than can be counted.

    `factor` is by how much more traffic than counted was let in until the loops were covered as on the street, if that
    was reached; it is a lower bound, because loops do not see past themselves.
    """

    edge: str
    factor: float


@dataclass(frozen=True, kw_only=True)
class Present:
    """Today in simulation, under the running programs: what was calibrated, and how it compares with what loops saw."""

    places: tuple[PlaceMatch, ...]
    seeds: tuple[int, ...]
    locked: int  # simulations in which streets were locked at the end
    late_ratio: float | None = None  # vehicles over all loops in the last quarter of the period, simulated / counted
    length: VehicleLength | None
    entries: tuple[FullEntry, ...]
    limits: Gate

    @cached_property
    def occupied(self) -> tuple[PlaceMatch, ...]:
        """The approaches whose occupancy is known."""
        return tuple(one for one in self.places if one.kind == "approach" and one.occupancy_agrees is not None)

    @property
    def flow_share(self) -> float:
        """Share of the places whose flow agrees."""
        return sum(one.flow_agrees for one in self.places) / len(self.places) if self.places else 0.0

    @property
    def occupancy_share(self) -> float | None:
        """Share of the approaches whose occupancy agrees; None where no occupancy was counted."""
        return sum(bool(one.occupancy_agrees) for one in self.occupied) / len(self.occupied) if self.occupied else None

    @property
    def reproduced(self) -> bool:
        """Whether the traffic that plans are judged on looks like today's."""
        return not self.faults

    @cached_property
    def faults(self) -> tuple[Sentence, ...]:
        """Why it does not look like today; nothing where it does."""
        return tuple(_faults(self))

    @cached_property
    def odd(self) -> tuple[Sentence, ...]:
        """Single places that are far off, too few among many to doubt the whole."""
        return tuple(_far_off(one) for one in _outliers(self.places)) if _few(self.places) else ()

    @property
    def worst(self) -> tuple[PlaceMatch, ...]:
        """The places that disagree most, at most ten."""
        return tuple(sorted(self.places, key=_strangeness)[:NAMED])


def _strangeness(one: PlaceMatch) -> tuple[float, str, str]:
    off = abs(one.simulated_occupancy - one.counted_occupancy) if one.counted_occupancy is not None else 0.0
    return -max(one.geh / GEH_WRONG, 2.0 * off if one.kind == "approach" else 0.0), one.edge, one.kind


def _faults(present: Present) -> Iterator[Sentence]:
    limits = present.limits
    if not present.places:
        yield Sentence("No loop was observed often enough to tell whether the traffic looks like today's.")
        return
    if present.flow_share < limits.present_flow_share:
        yield Sentence(
            "Under today's plan our traffic agrees with {agree:.0%} of the counts (GEH below 5), where {asked:.0%} are "
            "asked for; furthest off: {worst}.",
            agree=present.flow_share,
            asked=limits.present_flow_share,
            worst=_named(sorted(present.places, key=lambda one: -one.geh)[:3]),
        )
    yield from _crossed(present.places)
    yield from _silent(present.places)
    yield from () if _few(present.places) else map(_far_off, _outliers(present.places))
    share = present.occupancy_share
    if share is not None and share < limits.present_occupancy_share:
        yield Sentence(
            "Under today's plan {agree:.0%} of the approaches are occupied as on the street, where {asked:.0%} are "
            "asked for; furthest off: {worst}. Look whether the programs on file are those that run, and whether "
            "queues reach the streets from elsewhere.",
            agree=share,
            asked=limits.present_occupancy_share,
            worst=_occupied(sorted(present.occupied, key=_occupancy_off)[:3]),
        )
    as_the_street = present.late_ratio is not None and present.late_ratio >= LATE_RATIO
    if present.locked > LOCKED_SHARE * len(present.seeds) and not as_the_street:
        yield Sentence(
            "Under today's plan our traffic locks up in {locked} of {seeds} simulations, and on the street loops count "
            "on to the end.",
            locked=present.locked,
            seeds=len(present.seeds),
        )


def _silent(places: Sequence[PlaceMatch]) -> Iterator[Sentence]:
    for one in sorted(places, key=lambda one: -one.geh):
        if one.silent and not one.flow_agrees:
            yield Sentence(
                "{place}: its loops counted nobody on any day, and our traffic has {simulated:.0f} veh/h there. State "
                "it under closures if the street is closed; else look at the detectors {loops}.",
                place=one.edge,
                simulated=one.simulated_veh_h,
                loops=", ".join(one.loops),
            )


def _outliers(places: Sequence[PlaceMatch]) -> list[PlaceMatch]:
    far = [one for one in places if one.geh > GEH_WRONG and not one.silent]
    return sorted(far, key=lambda one: -one.geh)


def _few(places: Sequence[PlaceMatch]) -> bool:
    return len(_outliers(places)) <= ODD_SHARE * len(places)


def _far_off(one: PlaceMatch) -> Sentence:
    return Sentence(
        "{place} ({loops}): {counted:.0f} veh/h counted, {simulated:.0f} veh/h in our traffic (GEH {geh:.0f}). "
        "Look whether the detectors lie there, and whether the street is as the network says.",
        place=one.edge,
        loops=", ".join(one.loops),
        counted=one.counted_veh_h,
        simulated=one.simulated_veh_h,
        geh=one.geh,
    )


def _crossed(places: Sequence[PlaceMatch]) -> Iterator[Sentence]:
    """Yield pairs that would agree if their names were exchanged; one with several such partners has them by chance."""
    strange = [one for one in places if one.geh > CROSSED_GEH]
    pairs = [(a, b) for a, b in combinations(strange, 2) if a.kind == b.kind and _agree_exchanged(a, b)]
    partners = Counter(id(one) for pair in pairs for one in pair)
    for a, b in pairs:
        if partners[id(a)] == partners[id(b)] == 1:
            yield Sentence(
                "Detectors {a} and {b} may be named crosswise: our traffic has {a_made:.0f} and {b_made:.0f} veh/h "
                "there, and they count {a_counted:.0f} and {b_counted:.0f} veh/h.",
                a=", ".join(a.loops),
                b=", ".join(b.loops),
                a_made=a.simulated_veh_h,
                b_made=b.simulated_veh_h,
                a_counted=a.counted_veh_h,
                b_counted=b.counted_veh_h,
            )


def _agree_exchanged(a: PlaceMatch, b: PlaceMatch) -> bool:
    exchanged = (geh(a.simulated_veh_h, b.counted_veh_h), geh(b.simulated_veh_h, a.counted_veh_h))
    return max(exchanged) < UNCROSSED_GEH


def _named(places: Sequence[PlaceMatch]) -> str:
    return ", ".join(
        f"{one.edge} {one.kind} {one.counted_veh_h:.0f} / {one.simulated_veh_h:.0f} veh/h" for one in places
    )


def _occupied(places: Sequence[PlaceMatch]) -> str:
    return ", ".join(
        f"{', '.join(one.loops)} {one.counted_occupancy:.0%} / {one.simulated_occupancy:.0%}" for one in places
    )


def _occupancy_off(one: PlaceMatch) -> float:
    return -abs(one.simulated_occupancy - (one.counted_occupancy or 0.0))
