"""A whole climb from one start, as work that can be sent to another process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ....networks.plan import Plan
from ..junction.sequence_options import SequenceOption, structure_of
from .climb import climb
from .refine import Judge
from .resequence import resequence

# Share of the budget that is left for after the last change of sequences.
LAST_CLIMB = 0.4
# Share of each part that other sequences may take.
SEQUENCES_SHARE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A plan to climb from, with a budget of modelled plans and the seed of the order in which changes are tried."""

    plan: Plan
    trials: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbs:
    """What all climbs of a search share."""

    model: Judge
    options: Mapping[str, Sequence[SequenceOption]]
    period_h: float
    seeds: Sequence[int]

    def top(self, start: Start) -> Plan:
        """Return the plan after two climbs, before each of which every junction may change its sequence of stages."""
        plan = start.plan
        for part, share in enumerate((1 - LAST_CLIMB, LAST_CLIMB)):
            trials = round(share * start.trials)
            most = round(trials * SEQUENCES_SHARE)
            plan, looked = resequence(self.model, plan, self.options, self.seeds, self.period_h, most)
            skeletons = structure_of(plan, self.options) or {}
            plan = climb(self.model, plan, skeletons, self.seeds, trials - looked, start.seed + part)
        return plan
