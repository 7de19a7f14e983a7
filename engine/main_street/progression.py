"""Which greens along a street follow each other at the speed limit: arithmetic on spans of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...networks.plan import JunctionPlan, whole_ms

Span = tuple[float, float]  # start and end [s]


def green_spans(plan: JunctionPlan, groups: Iterable[str], begin_s: float, end_s: float) -> list[Span]:
    """Return when any of the groups is green between two times after midnight, cut to them, in order."""
    cycle_ms, begin_ms, end_ms = whole_ms(plan.cycle_s), whole_ms(begin_s), whole_ms(end_s)
    spans = []
    for group in groups:
        for green in plan.greens(group) if group in plan.by_group else ():
            zero_ms = whole_ms(plan.offset_s) + whole_ms(green.start_s)
            length_ms = whole_ms(green.length_s)
            start_ms = begin_ms - length_ms + (zero_ms - begin_ms + length_ms) % cycle_ms
            while start_ms < end_ms:
                spans.append((max(start_ms, begin_ms), min(start_ms + length_ms, end_ms)))
                start_ms += cycle_ms
    return [(a / 1000, b / 1000) for a, b in _merged(spans) if b > a]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def overlaps(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """Return where spans of both lists meet."""
    met = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return sorted((start, end) for start, end in met if end > start)


def shifted(spans: Sequence[Span], by_s: float) -> list[Span]:
    """Return the spans moved in time."""
    return [(start + by_s, end + by_s) for start, end in spans]


def link_bands(upstream: Sequence[Span], downstream: Sequence[Span], travel_s: float) -> list[Span]:
    """Return when a vehicle may leave upstream on green and, at the speed limit, arrive downstream on green."""
    return overlaps(upstream, shifted(downstream, -travel_s))


def through_bands(greens: Sequence[Sequence[Span]], arrivals_s: Sequence[float]) -> list[Span]:
    """Return when a vehicle may pass the first junction and meet green at every one, `arrivals_s` later."""
    bands = list(greens[0])
    for spans, arrival_s in zip(greens[1:], arrivals_s[1:], strict=True):
        bands = overlaps(bands, shifted(spans, -arrival_s))
    return bands


def bandwidth_s(plans: Sequence[JunctionPlan], groups: Sequence[Iterable[str]], arrivals_s: Sequence[float]) -> float:
    """Return the width of the widest through band, 0 if none; nan where the cycles differ, so that none lasts.

    J. D. C. Little, M. D. Kelson and N. H. Gartner, MAXBAND, Transportation Research Record 795, 1981, define the band
    so: the stretch of each cycle in which a vehicle at the design speed passes all junctions.
    """
    cycles = {whole_ms(plan.cycle_s) for plan in plans}
    if len(cycles) != 1:
        return float("nan")
    cycle_s = plans[0].cycle_s
    greens = [
        green_spans(plan, members, 0.0, 3 * cycle_s + arrival_s)
        for plan, members, arrival_s in zip(plans, groups, arrivals_s, strict=True)
    ]
    widths = [end - start for start, end in through_bands(greens, arrivals_s)]
    return min(max(widths, default=0.0), cycle_s)
