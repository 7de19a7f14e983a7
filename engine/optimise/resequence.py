"""Other sequences of stages for a plan, signal by signal, as long as the queue model likes them better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from ...networks.plan import Plan
from .options import Option, with_option
from .refine import Judge

# A sequence is worth changing the lamps for only if it takes off this share of the delay.
LEAST_GAIN = 0.002


def resequence(
    model: Judge, plan: Plan, options: Mapping[str, Sequence[Option]], seeds: Sequence[int], period_h: float
) -> Plan:
    """Return the plan with the sequences that the model likes best, found by steepest descent.

    In each round every other sequence of every signal is tried at good splits for the plan's cycle, coordinated
    as before, and the one that helps most is taken.
    """
    best_s = fmean(model.costs([plan], seeds)[0])
    choices = [option for of_signal in options.values() if len(of_signal) > 1 for option in of_signal]
    while True:
        tried = [new for option in choices if (new := with_option(plan, option, period_h)) is not None]
        delays = [fmean(delays) for delays in model.costs(tried, seeds)]
        if not delays or min(delays) >= best_s * (1 - LEAST_GAIN):
            return plan
        best_s = min(delays)
        plan = tried[delays.index(best_s)]
