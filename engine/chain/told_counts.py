"""What a reader must be told of the counts behind a plan: what was inferred, closed, or is old."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ...networks.sentence import Sentence
from ..movements.inferred import InferredFlow
from ..studies.closures import Closure
from ..studies.file import clock

OLD_DAYS = 365
MOST_NAMED = 12


def counts_told(
    inferred: Sequence[InferredFlow],
    closures: Sequence[Closure],
    counted: Sequence[date],
    day: date,
    uncounted: Sequence[str] = (),
) -> tuple[Sentence, ...]:
    """Return sentences on a plan for `day` from counts of the days `counted`; `uncounted` edges are closed on it."""
    return (*_inferred(inferred), *_closed(closures, counted, day, uncounted), *_old(counted, day))


def _inferred(inferred: Sequence[InferredFlow]) -> Iterator[Sentence]:
    for one in inferred[:MOST_NAMED]:
        yield Sentence(
            "On no day is there a usable count of {where} at {hours} ({detectors}): {flow:.0f} veh/h are inferred "
            "there, {q10:.0f} to {q90:.0f} on 8 days of 10, from {source}.",
            where=one.where,
            hours=", ".join(f"{clock(begin)}–{clock(end)}" for begin, end in one.spans_s),
            detectors=", ".join(one.detectors),
            flow=one.flow_veh_h,
            q10=one.q10_veh_h,
            q90=one.q90_veh_h,
            source=_source(one),
        )
    if len(inferred) > MOST_NAMED:
        yield Sentence(
            "At {number} more ends of streets nobody counted; evidence.json lists what is inferred there.",
            number=len(inferred) - MOST_NAMED,
        )


def _source(one: InferredFlow) -> Sentence:
    if one.told_by:
        return Sentence(
            "their other hours, the days of {like} and the streets around",
            like=", ".join(one.told_by),
        )
    return Sentence("the streets around and others like it")


def _closed(
    closures: Sequence[Closure], counted: Sequence[date], day: date, uncounted: Sequence[str]
) -> Iterator[Sentence]:
    for closure in closures:
        days = sum(closure.holds_on(known) for known in counted)
        edges = ", ".join(closure.edges)
        if days:
            yield Sentence(
                "{edges}: closed from {begin} to {end}; {days} days of counts are left out there.",
                edges=edges,
                begin=closure.from_.isoformat(),
                end=closure.to.isoformat(),
                days=days,
            )
        if closure.holds_on(day):
            yield Sentence(
                "{edges}: closed on {day}, the day that is planned: no traffic there, because the study says so and "
                "not by a count. Nobody knows which way that traffic goes instead: all other streets are forecast as "
                "on a day on which it is open.",
                edges=edges,
                day=day.isoformat(),
            )
    if uncounted:
        yield Sentence(
            "{edges}: closed on {day}, and without a detector: what is forecast there is not taken out of the "
            "estimate.",
            edges=", ".join(uncounted),
            day=day.isoformat(),
        )


def _old(counted: Sequence[date], day: date) -> Iterator[Sentence]:
    before = [known for known in counted if known < day]
    if before and (day - max(before)).days > OLD_DAYS:
        yield Sentence(
            "The last counts before {day} are of {last}, {years:.1f} years earlier: streets may have changed since.",
            day=day.isoformat(),
            last=max(before).isoformat(),
            years=(day - max(before)).days / 365.25,
        )
