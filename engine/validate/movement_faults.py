"""Movements that lose too much under a plan, and the one that loses most, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...networks.sentence import Sentence
from ..studies.file import Gate
from ..studies.objective import BUSY_MOVEMENT_VEH
from .movement_table import Row

WORST_MOVEMENT_RATIO = 2.0


def losing_too_much(rows: Sequence[Row], limits: Gate) -> Iterator[Row]:
    """Yield each busy movement that loses more than the study allows and more than doubles its delay."""
    for row in _busy(rows):
        if row.loss_s is None or row.delay_running_s is None or row.delay_plan_s is None:
            continue
        if row.loss_s > limits.worst_movement_s and row.delay_plan_s > WORST_MOVEMENT_RATIO * row.delay_running_s:
            yield row


def movement_faults(rows: Sequence[Row], limits: Gate) -> Iterator[Sentence]:
    """Give a sentence for each of them."""
    for row in losing_too_much(rows, limits):
        yield Sentence(
            "{movement} waits {delay_s:.0f} s per vehicle, under the running plan {running_s:.0f} s. No movement "
            "may lose more than {most_s:.0f} s and more than double.",
            movement=_name(row),
            delay_s=row.delay_plan_s,
            running_s=row.delay_running_s,
            most_s=limits.worst_movement_s,
        )


def movement_in_words(rows: Sequence[Row]) -> Iterator[Sentence]:
    """Give a sentence for the busy movement that loses most, or gains least."""
    losing = [(row.loss_s, row) for row in _busy(rows) if row.loss_s is not None]
    if losing:
        loss_s, row = max(losing, key=lambda pair: pair[0])
        yield Sentence(
            "{movement} {verb}: {loss_s:+.1f} s per vehicle ({vehicles:.0f} vehicles).",
            movement=_name(row),
            verb=Sentence("loses most") if loss_s > 0 else Sentence("gains least"),
            loss_s=loss_s,
            vehicles=row.vehicles_running,
        )


def _busy(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if max(row.vehicles_plan, row.vehicles_running) >= BUSY_MOVEMENT_VEH]


def _name(row: Row) -> Sentence:
    return Sentence(
        "The movement from {from_edge} to {to_edge} at junction {junction}",
        from_edge=row.from_edge,
        to_edge=row.to_edge,
        junction=row.junction,
    )
