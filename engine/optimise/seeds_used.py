"""The seeds with which a search drew traffic, by step."""

from __future__ import annotations

from collections.abc import Iterable

from ...networks.seeds import CLIMB_SEEDS, PROOF_SEEDS, REFINE_SEEDS
from .race.race import Standing
from .search import Found


def seeds_used(found: Found) -> dict[str, tuple[int, ...]]:
    """Return the seeds of each step of a search, in the order of the steps; of those that simulate, as they ran."""
    finals = _of(found.final)
    steps = {
        "climb": CLIMB_SEEDS,
        "race": _of(found.standings),
        "refinement": REFINE_SEEDS if found.changes or found.standings else (),
        "final": tuple(seed for seed in finals if seed not in PROOF_SEEDS),
        "proof": tuple(seed for seed in finals if seed in PROOF_SEEDS),
        "further rounds": _of(standing for one in found.rounds for standing in one.standings),
    }
    return {step: seeds for step, seeds in steps.items() if seeds}


def _of(standings: Iterable[Standing]) -> tuple[int, ...]:
    return tuple(sorted({seed for standing in standings for seed in standing.delay_s}))
