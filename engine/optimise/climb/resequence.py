"""Other sequences of stages for a plan, junction by junction, as long as the queue model likes them better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from ....networks.plan import Plan
from ..junction.sequence_options import SequenceOption, with_option
from ..junction.splits import cost_of
from .refine import Judge

# A sequence is worth changing the lamps for only if it takes off this share of the delay.
LEAST_GAIN = 0.002


def resequence(
    model: Judge,
    plan: Plan,
    options: Mapping[str, Sequence[SequenceOption]],
    seeds: Sequence[int],
    period_h: float,
    most: int,
) -> tuple[Plan, int]:
    """Return the plan with sequences that the model likes better, and how many plans it was asked about.

    One junction after another, other sequences are tried at good splits for the plan's cycle, coordinated as before.
    The best is taken if it helps; so on, round after round, until a round changes nothing or `most` plans were looked
    at. Where not all can be tried, each junction's most promising by formula are.
    """
    junctions = [junction for junction, of_junction in options.items() if len(of_junction) > 1]
    each = most // len(junctions) if junctions else 0
    if not each:
        return plan, 0
    best_s, looked, idle, place = fmean(model.costs([plan], seeds)[0]), 1, 0, 0
    while idle < len(junctions):
        junction = junctions[place % len(junctions)]
        tried = _others(plan, options[junction], period_h, each)[: most - looked]
        if not tried and looked >= most:
            break
        costs = [fmean(costs) for costs in model.costs(tried, seeds)]
        looked, place, idle = looked + len(tried), place + 1, idle + 1
        if costs and min(costs) < best_s * (1 - LEAST_GAIN):
            best_s, idle = min(costs), 0
            plan = tried[costs.index(best_s)]
    return plan, looked


def _others(plan: Plan, options: Sequence[SequenceOption], period_h: float, most: int) -> list[Plan]:
    """Return the plan with other sequences at one junction, those of least delay by formula first."""
    found = []
    for place, option in enumerate(options):
        made = with_option(plan, option, period_h)
        if made is not None:
            new, lengths_s = made
            found.append((cost_of(option.skeleton, option.streams, lengths_s, period_h), place, new))
    return [new for _, _, new in sorted(found, key=lambda one: one[:2])[:most]]
