"""Sound counts spoilt on purpose, a kind of fault at a time: by days, by signal, by what a detector says of itself, by
what its neighbours say, and by steps that are no fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from greenband.engine.counts.relations import Relation, Relations, by_name
from greenband.engine.counts.table import Counts, DetectorVerdict, Signs
from greenband.networks.detector import Detector
from numpy.typing import NDArray

from .counts_faults import LEAST_DUE_VEH, Planted, plant, span

Floats = NDArray[np.float64]

OUTAGE, HELD, QUICK, WITHOUT = "outage", "held on", "chatter told", "contradiction"
PAIR, STREET, STEP = "pair drift", "unbalanced", "level step"
LEAST_DETECTORS = 2  # of a signal
PRESENCE_S = (0.8, 2.0)  # that a vehicle is over a loop
USUAL_QUICK = 0.004  # of vehicles within half a second of the one before
MISSED = 0.03  # of the vehicles, by the other detector of a lane
PARKED = 0.02  # of the vehicles, between the ends of a street
LEAST_DAY_VEH = 300.0  # of a pair or a street
DRIFT, LOSS, LONGEST_DRIFT_DAYS = (1.4, 2.0), (0.25, 0.6), 5
STEPS, STEP_SIDE_DAYS = (1.25, 2.0), 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spoilt:
    """Counts with faults, what belongs together among their detectors, and what was done."""

    counts: Counts
    relations: Relations
    planted: list[Planted]


def days(counts: Counts, chance: float, random: np.random.Generator) -> Spoilt:
    """Spoil days of single detectors."""
    veh, planted = plant(counts.veh, chance, random)
    return Spoilt(counts=replace(counts, veh=veh), relations=by_name(counts.detectors), planted=planted)


def outages(counts: Counts, chance: float, random: np.random.Generator) -> Spoilt:
    """Let whole signals fall silent: all their detectors count 0. Needs detectors named SIGNAL/CHANNEL."""
    relations, veh, planted = by_name(counts.detectors), counts.veh.copy(), []
    signal = np.array(relations.signals)
    for name in sorted(set(relations.signals) - {""}):
        rows = np.flatnonzero(signal == name)
        if rows.size < LEAST_DETECTORS:
            continue
        for n in np.flatnonzero(random.random(len(counts.days)) < chance):
            first, last = span(OUTAGE, counts.bins, random)
            for d in rows:
                part = veh[d, n, first:last]
                if np.nansum(part) >= LEAST_DUE_VEH:
                    planted.append(Planted(kind=OUTAGE, detector=int(d), day=int(n), first=first, last=last))
                veh[d, n, first:last] = np.where(np.isnan(part), np.nan, 0.0)
    return Spoilt(counts=replace(counts, veh=veh), relations=relations, planted=planted)


def told(counts: Counts, chance: float, random: np.random.Generator) -> Spoilt:
    """Spoil what a table says beside its counts: made up for sound traffic, then held on, quick, without occupancy."""
    veh, shape = counts.veh.copy(), counts.veh.shape
    some = np.nan_to_num(veh)
    occupancy = np.minimum(0.95, some * random.uniform(*PRESENCE_S, shape) / counts.interval_s)
    quick = random.binomial(some.astype(np.int64), USUAL_QUICK) / np.maximum(some, 1.0)
    planted = []
    for d, n in np.argwhere(random.random(shape[:2]) < chance):
        kind = (HELD, QUICK, WITHOUT)[int(random.integers(3))]
        first, last = (0, counts.bins) if kind == QUICK else span(kind, counts.bins, random)
        here = (d, n, slice(first, last))
        if np.nansum(veh[here]) < LEAST_DUE_VEH or np.isnan(veh[here]).mean() > 0.5:
            continue
        if kind == HELD:
            veh[here], occupancy[here] = np.where(np.isnan(veh[here]), np.nan, 0.0), 1.0
        elif kind == QUICK:
            more = random.uniform(0.06, 0.4)
            veh[here] = np.rint(veh[here] * (1.0 + more))
            quick[here] += more / (1.0 + more)
        else:
            occupancy[here] = 0.0
        planted.append(Planted(kind=kind, detector=int(d), day=int(n), first=first, last=last))
    signs = Signs(occupancy=occupancy.astype(np.float32), chatter=quick.astype(np.float32))
    return Spoilt(counts=replace(counts, veh=veh, signs=signs), relations=by_name(counts.detectors), planted=planted)


def related(counts: Counts, chance: float, random: np.random.Generator) -> Spoilt:
    """Give each detector another on its lane, and two where its street begins; let one of them count too many or few.

    The other on the lane misses 3 % of the vehicles; of those that enter the street on its two lanes 2 % park.
    """
    size = len(counts.detectors)
    some = np.nan_to_num(counts.veh).astype(np.int64)
    begun = some + random.poisson(PARKED * some)
    left = random.binomial(begun, 0.5)
    there = np.isnan(counts.veh)
    made = [some, random.binomial(some, 1.0 - MISSED), left, begun - left]
    veh = np.concatenate([np.where(there, np.nan, part.astype(np.float64)) for part in made])
    pairs = [Relation(verdict=DetectorVerdict.PAIR_DRIFT, before=(size + d,), after=(d,)) for d in range(size)]
    pairs += [
        Relation(verdict=DetectorVerdict.UNBALANCED, before=(2 * size + d, 3 * size + d), after=(d,))
        for d in range(size)
    ]
    planted: list[Planted] = []
    for d in range(size):
        # Two faults at once in one street are more than its balance can part.
        for n in np.flatnonzero(random.random(len(counts.days)) < 0.5 * chance):
            _drift(veh, int(d), int(n), size, planted, random)
    detectors = tuple(
        Detector(id=f"{one.id}{mark}", lane=f"{one.lane}{mark}", position_m=0.0, kind="approach")
        for mark in ("", "-far", "-left", "-right")
        for one in counts.detectors
    )
    signals = by_name(counts.detectors).signals * 4
    spoilt = replace(counts, detectors=detectors, veh=veh)
    return Spoilt(counts=spoilt, relations=Relations(signals=signals, pairs=tuple(pairs)), planted=planted)


def _drift(veh: Floats, d: int, n: int, size: int, planted: list[Planted], random: np.random.Generator) -> None:
    """Let the far detector of a lane, or one of a street's beginning, count by a wrong factor for some days."""
    pair = bool(random.random() < 0.5)
    row = size + d if pair else (2 + int(random.integers(2))) * size + d
    factor = float(random.uniform(*DRIFT))
    if pair:
        factor = factor if random.random() < 0.5 else 1.0 / factor
    else:  # half of the street: its sum strays by half as much
        factor = factor + 0.2 if random.random() < 0.5 else float(random.uniform(*LOSS)) * 0.8
    for day in range(n, min(n + int(random.integers(1, LONGEST_DRIFT_DAYS + 1)), veh.shape[1])):
        usable = np.nansum(veh[d, day]) >= LEAST_DAY_VEH and np.isnan(veh[d, day]).mean() <= 0.2
        if usable and not any(one.day == day and one.detector % size == d for one in planted):
            veh[row, day] = np.rint(veh[row, day] * factor)
            kind = PAIR if pair else STREET
            planted.append(Planted(kind=kind, detector=row, day=day, first=0, last=veh.shape[2]))


def steps(counts: Counts, chance: float, random: np.random.Generator) -> Spoilt:
    """Let detectors count by another factor from one day on: no fault, but to be reported, and nothing accused."""
    veh, planted = counts.veh.copy(), []
    size = len(counts.days)
    for d in range(len(counts.detectors)):
        if size <= 2 * STEP_SIDE_DAYS or random.random() > 10.0 * chance:
            continue
        n = int(random.integers(STEP_SIDE_DAYS, size - STEP_SIDE_DAYS))
        factor = float(random.uniform(*STEPS))
        factor = factor if random.random() < 0.5 else 1.0 / factor
        near = veh[d, max(0, n - 14) : n + 14]
        if np.isnan(near).mean() > 0.3 or np.nanmean(near) * counts.bins < LEAST_DAY_VEH:
            continue
        veh[d, n:] = np.rint(veh[d, n:] * factor)
        planted.append(Planted(kind=STEP, detector=d, day=n, first=0, last=0, factor=factor))
    return Spoilt(counts=replace(counts, veh=veh), relations=by_name(counts.detectors), planted=planted)


PASSES: tuple[Callable[[Counts, float, np.random.Generator], Spoilt], ...] = (days, outages, told, related, steps)
KINDS_MORE = (OUTAGE, HELD, QUICK, WITHOUT, PAIR, STREET, STEP)
