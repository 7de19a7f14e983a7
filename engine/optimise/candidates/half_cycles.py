"""Plans in which light junctions run at half the common cycle, as starts for the climb: who does, and what it costs.

Half the cycle is half the wait where green is long enough all the same, and such a junction still meets the platoons
of every cycle; double cycling is one of the choices of TRANSYT (D. I. Robertson, RRL Report LR 253, 1969).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from ....networks.sentence import Sentence
from ....simulation.fan_out import fan_out
from ..junction.quick_splits import quick_splits
from ..junction.splits import Splits, best_splits, cost_of
from ..offsets.links import platoons_between, tables_of
from .candidates import Candidate, Problem, streams_of_days, with_offsets
from .half_choice import Floats, Halving, who_to_halve

# Of the cycles scanned, so many are looked at, those that promise most; none nearly the same as another.
MOST_CYCLES, LEAST_APART_S = 2, 8


def half_cycle_candidates(
    scans: Sequence[tuple[Problem, Sequence[Candidate]]], effort: float, executor: Executor | None = None
) -> list[Candidate]:
    """Return plans with light junctions at half the common cycle, for the cycles that promise most; often none."""
    found = fan_out(_Halved(effort=effort), _most_promising(scans), executor)
    return sorted((one for one in found if one is not None), key=lambda candidate: candidate.cost or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Halved:
    """The work for one cycle, as something that can be sent to another process."""

    effort: float

    def __call__(self, job: tuple[Problem, Candidate]) -> Candidate | None:
        return with_halves(*job, self.effort)


def _most_promising(scans: Sequence[tuple[Problem, Sequence[Candidate]]]) -> list[tuple[Problem, Candidate]]:
    """Return the problems and candidates of the cycles whose cost would be least if nothing were lost on the links."""
    ranked: list[tuple[float, int, Problem, Candidate]] = []
    for problem, scanned in scans:
        for candidate in scanned if len(problem.skeletons) > 1 else ():
            saved = _could_save(problem, candidate)
            if saved is not None:
                ranked.append(((candidate.cost or 0.0) - saved, len(ranked), problem, candidate))
    chosen: list[tuple[Problem, Candidate]] = []
    for _, _, problem, candidate in sorted(ranked, key=lambda one: one[:2]):
        near = any(abs((candidate.cycle_s or 0) - (other.cycle_s or 0)) < LEAST_APART_S for _, other in chosen)
        if not near and len(chosen) < MOST_CYCLES:
            chosen.append((problem, candidate))
    return chosen


def _could_save(problem: Problem, candidate: Candidate) -> float | None:
    """Return what half cycles would take off the cost of the splits alone, by quick splits. [veh s / s]

    None where no junction can have half the cycle, or every one would rather: then a shorter common one is better.
    """
    saved = []
    for junction, whole in candidate.splits.items():
        skeleton, streams = problem.skeletons[junction], problem.streams[junction]
        lengths_s = quick_splits(skeleton, streams, whole.cycle_s // 2, problem.period_h) if _even(whole) else None
        if lengths_s is not None:
            saved.append(whole.cost - cost_of(skeleton, streams, lengths_s, problem.period_h))
    gains = [gain for gain in saved if gain > 0]
    return sum(gains) if saved and len(gains) < len(candidate.splits) else None


def _even(splits: Splits) -> bool:
    return splits.cycle_s % 2 == 0


def with_halves(problem: Problem, candidate: Candidate, effort: float) -> Candidate | None:
    """Return the candidate with those junctions at half its cycle for which that makes the whole cheaper, or None.

    Who is halved is found by descent, and not proven. The bound is that of plans with the same junctions halved. Where
    all would be, nobody is: that is a common cycle, which others try.
    """
    halving = halving_of(problem, candidate, effort)
    if not halving.half:
        return None
    halved = who_to_halve(halving)
    if not halved or len(halved) == len(halving.whole):
        return None
    splits = {
        junction: halving.half[junction] if junction in halved else own for junction, own in halving.whole.items()
    }
    name = Sentence(
        "cycle {cycle_s} s, {halved} of {signals} signals at {half_s} s",
        cycle_s=halving.cycle_s,
        halved=len(halved),
        signals=len(splits),
        half_s=halving.cycle_s // 2,
    )
    found = with_offsets(problem, splits, halving.cycle_s, effort, name)
    return replace(found, halved=halved) if (found.cost or 0.0) < (candidate.cost or 0.0) else None


def halving_of(problem: Problem, candidate: Candidate, effort: float) -> Halving:
    """Return what there is to decide about the junctions of a candidate of one even cycle."""
    half = {}
    for junction, whole in candidate.splits.items():
        skeleton, streams = problem.skeletons[junction], problem.streams[junction]
        found = best_splits(skeleton, streams, whole.cycle_s // 2, problem.period_h, effort) if _even(whole) else None
        if found is not None:
            half[junction] = found
    cycle_s = candidate.cycle_s or 0
    tables = _tables(problem, candidate.splits, half, cycle_s) if half else {}
    return Halving(cycle_s=cycle_s, whole=candidate.splits, half=half, tables=tables)


def _tables(
    problem: Problem, whole: Mapping[str, Splits], half: Mapping[str, Splits], cycle_s: int
) -> dict[tuple[str, str], dict[tuple[bool, bool], Floats]]:
    """Return the tables of each pair of junctions, mean over the days, for each choice of who of the two is halved."""
    lengths = {
        False: {junction: own.lengths_s for junction, own in whole.items()},
        True: {junction: half.get(junction, own).lengths_s for junction, own in whole.items()},
    }
    days = streams_of_days(problem)
    found: dict[tuple[str, str], dict[tuple[bool, bool], Floats]] = {}
    for streams, day_veh_h in days:
        for first in (False, True):
            platoons = platoons_between(problem.network, problem.skeletons, lengths[first], streams, day_veh_h, cycle_s)
            for second in (False, True):
                for table in tables_of(platoons, problem.skeletons, lengths[second], streams, cycle_s):
                    of_pair = found.setdefault((table.from_junction, table.to_junction), {})
                    part = (table.delay - table.delay.mean()) / len(days)
                    of_pair[(first, second)] = of_pair.get((first, second), np.zeros(cycle_s)) + part
    return found
