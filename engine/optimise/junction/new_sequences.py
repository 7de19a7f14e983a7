"""Sequences of stages worth trying at a junction, among all that serve everybody, by a quick formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise, permutations

import numpy as np

from ....kernels.delay import hcm_delay
from ....networks import lamps
from ....networks.junction import Junction
from ....networks.types import Floats, Turn
from .few_stages import few_stages
from .new_stages import compatible_stages, sheltering_stage
from .skeleton import Skeleton
from .stages import is_safe, keeps_shelter, stages_of
from .streams import FULL_WEIGHT, streams_of
from .switching import Displays, switching

# Cycles at which sequences are compared [s], and steps in which green is dealt out to the stages.
CYCLES_S = (50, 70, 100)
STEP_S = 2
MOST_STAGES_IN_CYCLE = 4
MOST_STAGES_AT_ALL = 5  # where no fewer serve everybody and keep what the rules keep
PERIOD_H = 1.0


def promising_sequences(
    junction: Junction, flow_veh_h: Mapping[Turn, float], most: int
) -> tuple[tuple[Displays, ...], ...]:
    """Return the sequences of running and new stages with least delay by a quick formula, the best first.

    Every group that is green today is green in each of them, once or more. A sequence in which a turn that yields
    turns red while those it yields to stay green is left out: who waits there for a gap takes their end for his own
    (the yellow trap: Federal Highway Administration, Traffic Signal Timing Manual, 2008, section 4.3). So is one in
    which a turn across loses protected time that the rules keep (`Junction.sheltered`). Where there are very many
    stages, only some of the new ones are looked at (`few_stages`). Rounds have four stages at most, five where no four
    do all that.
    """
    stages, today = _stages(junction)
    sheltering = [[keeps_shelter(junction, stage, group) for group in junction.sheltered] for stage in stages]
    served = {group for stage in stages_of(junction) for group, shown in stage.items() if shown in lamps.GREENS}
    table = _Table(junction, stages, flow_veh_h)
    greens = [{g for g, shown in stage.items() if shown in lamps.GREENS} for stage in stages]
    places = few_stages(stages, today, table.weight, table.flow / table.saturation, needed=sheltering)

    def lawful(order: tuple[int, ...]) -> bool:
        return (
            served <= set().union(*(greens[k] for k in order))
            and all(any(of_turn) for of_turn in zip(*(sheltering[k] for k in order), strict=True))
            and not any(_traps(junction, stages[a], stages[b]) for a, b in pairwise((*order, order[0])))
        )

    found: list[tuple[float, tuple[int, ...]]] = []
    for longest in (MOST_STAGES_IN_CYCLE, MOST_STAGES_AT_ALL):
        found = found or [(table.cost(order), order) for order in _orders(places, longest) if lawful(order)]
    best = sorted(found)[:most]
    return tuple(tuple(stages[k] for k in order) for cost, order in best if np.isfinite(cost))


def _stages(junction: Junction) -> tuple[tuple[Displays, ...], int]:
    """Return the safe stages of today and then the new ones, and how many are today's.

    Where none gives a turn across the protected time that it has to keep, one that does is put together for it.
    """
    safe = tuple(stage for stage in stages_of(junction) if is_safe(junction, stage))
    stages = [*safe, *(stage for stage in compatible_stages(junction) if stage not in safe)]
    for group in junction.sheltered:
        if stages and not any(keeps_shelter(junction, stage, group) for stage in stages):
            stages += [stage] if (stage := sheltering_stage(junction, group)) is not None else []
    return tuple(stages), len(safe)


def _orders(places: Sequence[int], longest: int) -> Iterator[tuple[int, ...]]:
    """Yield every round of two to four stages once; of four, two may be the same stage, shown twice a cycle.

    Of a `longest` beyond four, the rounds of so many different stages.
    """
    sizes = range(2, min(len(places), longest) + 1) if longest <= MOST_STAGES_IN_CYCLE else [longest]
    for size in sizes:
        for chosen in combinations(places, size):
            yield from ((chosen[0], *rest) for rest in permutations(chosen[1:]))
    for twice in places if longest <= MOST_STAGES_IN_CYCLE else ():
        for one, other in combinations([k for k in places if k != twice], 2):
            yield twice, one, twice, other


def _traps(junction: Junction, before: Displays, after: Displays) -> bool:
    """Whether a turn that yields ends while a stream that it yields to stays green."""
    return any(
        before[a] == lamps.PERMITTED
        and after[a] == lamps.RED
        and before[b] == lamps.PROTECTED
        and after[b] == lamps.PROTECTED
        for a, b in junction.foes
    )


class _Table:
    """What each stage serves and each change takes, worked out once for a junction."""

    def __init__(self, junction: Junction, stages: Sequence[Displays], flow_veh_h: Mapping[Turn, float]) -> None:
        states = tuple(_state(junction, stage) for stage in stages)
        still = Skeleton(
            junction=junction, states=states, fixed_s=(None,) * len(states), running_s=(1.0,) * len(states), limits=()
        )
        streams = streams_of(still, flow_veh_h)
        self.junction, self.stages = junction, stages
        self.weight: Floats = np.array([stream.weights for stream in streams], dtype=np.float64) / FULL_WEIGHT
        self.bonus_s: Floats = np.array([stream.bonus_tenths for stream in streams]) / FULL_WEIGHT
        self.flow: Floats = np.array([stream.flow_veh_h for stream in streams]) / 3600
        self.saturation: Floats = np.array([stream.saturation_veh_h for stream in streams]) / 3600
        self.changes: dict[tuple[int, int], float] = {}

    def change_s(self, a: int, b: int) -> float:
        """Return how long the change from one stage to another takes."""
        if (a, b) not in self.changes:
            self.changes[(a, b)] = switching(self.junction, self.stages[a], self.stages[b]).length_s
        return self.changes[(a, b)]

    def cost(self, order: Sequence[int]) -> float:
        """Return the least delay of a sequence over some cycles [veh s / s]; infinite where none has room for it."""
        if not self.flow.size:
            return float("inf")
        changes_s = np.array([self.change_s(a, b) for a, b in pairwise((*order, order[0]))])
        weight = self.weight[:, list(order)]
        during = np.minimum(weight, np.roll(weight, -1, axis=1)) @ changes_s
        least_s = np.array([self._least_s(k) for k in order])
        rooms_s = [(cycle_s, cycle_s - changes_s.sum() - least_s.sum()) for cycle_s in CYCLES_S]
        return min(
            (self._dealt(weight, during + self.bonus_s, least_s, room_s, cycle_s) for cycle_s, room_s in rooms_s),
            default=float("inf"),
        )

    def _least_s(self, stage: int) -> float:
        """Return a green as short as the groups that only this stage may serve allow, half of it where others may."""
        greens = [self.junction.min_green_s[g] for g, shown in self.stages[stage].items() if shown in lamps.GREENS]
        return max(1.0, min(greens, default=1.0))

    def _dealt(self, weight: Floats, always_s: Floats, least_s: Floats, room_s: float, cycle_s: float) -> float:
        """Deal the room of a cycle to the stages, each step where it helps most."""
        if room_s < 0:
            return float("inf")
        lengths_s = least_s.copy()
        best = float(self._delays((weight @ lengths_s + always_s)[None], cycle_s)[0])
        for _ in range(int(room_s // STEP_S)):
            green_s = weight @ lengths_s + always_s
            costs = self._delays(green_s + STEP_S * weight.T, cycle_s)
            k = int(np.argmin(costs))
            lengths_s[k] += STEP_S
            best = float(costs[k])
        return best

    def _delays(self, green_s: Floats, cycle_s: float) -> Floats:
        """Return the delay of each row of greens [veh s / s]: in one call, which costs more than a row."""
        rows = len(green_s)
        green_s = np.clip(green_s, 0.1, cycle_s - 0.01).ravel()
        flow, saturation = np.tile(self.flow, rows), np.tile(self.saturation, rows)
        delay_s = hcm_delay(flow, saturation, green_s, float(cycle_s), PERIOD_H).reshape(rows, -1)
        return np.sum(self.flow * delay_s, axis=1)


def _state(junction: Junction, stage: Displays) -> str:
    letters = [lamps.RED] * junction.size
    for group in junction.groups:
        for link in group.links:
            letters[link] = stage[group.id]
    return "".join(letters)
