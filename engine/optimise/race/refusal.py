"""What the gate would say of a plan in the final: plans that it would refuse give way to those that it would not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ....networks.plan import Plan
from ....networks.sentence import Sentence
from ....simulation.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a plan would be refused although delay falls, and the junctions at which some movement loses too much."""

    reasons: tuple[Sentence, ...]
    junctions: frozenset[str] = frozenset()


# Asked with the runs of a plan and of the running plan, with the same seeds in the same order.
Refuse = Callable[[Sequence[Run], Sequence[Run]], Refusal | None]
# Return a plan that should lock up less, stop less, or take less from a movement; None where there is none.
Slower = Callable[[Plan], Plan | None]
Revert = Callable[[Plan, frozenset[str]], Plan | None]
