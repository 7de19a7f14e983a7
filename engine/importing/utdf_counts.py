"""Counts that a street with a UTDF file's volumes would show: what its loops would count, drawn day by day.

The file has hourly volumes, not counts. The chain from counts to a plan starts from counts, so these are made of the
volumes, evenly over the hour, with the chance of a Poisson draw. Nobody has measured them, and the study says so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from ...networks.detector import Detector
from .utdf_plain import ways
from .utdf_streets import Streets

INTERVAL_S = 300
DAYS = 10


def lane_flows(streets: Streets, growth: dict[tuple[str, str], float]) -> dict[str, tuple[float, float]]:
    """Return for each lane the vehicles per hour at its end and its start; `growth` is a factor by node and column."""
    at_end: dict[str, float] = {}
    into: dict[str, float] = {}
    for street, index, movement, target, _ in ways(streets):
        lanes = sum(movement in turns for turns in street.turns)
        veh_h = (movement.volume_veh_h or 0.0) * growth.get((movement.intid, movement.column), 1.0) / lanes
        at_end[f"{street.id}_{index}"] = at_end.get(f"{street.id}_{index}", 0.0) + veh_h
        into[target] = into.get(target, 0.0) + veh_h
    found = {}
    for street in streets.streets.values():
        leaving = sum(at_end.get(f"{street.id}_{k}", 0.0) for k in range(len(street.turns)))
        entering = into.get(street.id, leaving)
        for place in range(len(street.turns)):
            lane = f"{street.id}_{place}"
            end = at_end.get(lane, entering / len(street.turns) if leaving == 0 else 0.0)
            found[lane] = end, entering / len(street.turns)
    return found


def counts_csv(
    loops: Sequence[Detector], flows: dict[str, tuple[float, float]], day: date, begin_s: int, end_s: int, seed: int
) -> bytes:
    """Return the table of counts of ten working days before a day."""
    rng = np.random.default_rng(seed)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("detector", "start", "interval_s", "count"))
    days: list[date] = []
    while len(days) < DAYS:
        day -= timedelta(days=1)
        days += [day] if day.weekday() < 5 else []
    for past in reversed(days):
        for loop in loops:
            at_end, at_start = flows.get(loop.lane, (0.0, 0.0))
            mean = (at_end if loop.kind == "approach" else at_start) * INTERVAL_S / 3600
            counts = rng.poisson(mean, (end_s - begin_s) // INTERVAL_S)
            for k, count in enumerate(counts):
                time = begin_s + k * INTERVAL_S
                start = f"{past.isoformat()}T{time // 3600:02d}:{time % 3600 // 60:02d}:00"
                writer.writerow((loop.id, start, INTERVAL_S, int(count)))
    return text.getvalue().encode()
