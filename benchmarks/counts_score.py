"""How the screening does on sound counts with planted faults."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from greenband.engine.counts.screen import screen
from greenband.engine.counts.table import Verdict
from numpy.typing import NDArray

from .counts_data import Sound
from .counts_faults import Planted, plant

FOUND_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One set, all seeds together. `found_by_kind` holds (found, planted)."""

    name: str
    detectors: int
    days: int
    planted: int
    found: int
    found_by_kind: dict[str, tuple[int, int]]
    accused_bins: int
    sound_bins: int
    us_per_bin: float  # processor time of the screening

    @property
    def accused(self) -> float:
        """Share of sound bins that are not believed."""
        return self.accused_bins / max(1, self.sound_bins)


def score(sound: Sound, seeds: Iterable[int], chance: float) -> Score:
    """Plant faults with each seed, screen, and add up what was found and accused."""
    counts = sound.counts
    there = ~np.isnan(counts.veh)
    tally: dict[str, tuple[int, int]] = {}
    accused = clean = 0
    seconds: list[float] = []
    for seed in seeds:
        veh, planted = plant(counts.veh, chance, np.random.default_rng(seed))
        began_s = time.process_time()
        verdicts = screen(replace(counts, veh=veh)).verdicts
        seconds.append(time.process_time() - began_s)
        untouched = there.copy()
        for fault in planted:
            hit, all_of = tally.get(fault.kind, (0, 0))
            tally[fault.kind] = (hit + is_found(fault, verdicts, there), all_of + 1)
            untouched[fault.detector, fault.day, fault.first : fault.last] = False
        accused += int(np.sum(verdicts[untouched] != Verdict.OBSERVED))
        clean += int(untouched.sum())
    return Score(
        name=sound.name,
        detectors=counts.veh.shape[0],
        days=counts.veh.shape[1],
        planted=sum(all_of for _, all_of in tally.values()),
        found=sum(hit for hit, _ in tally.values()),
        found_by_kind=tally,
        accused_bins=accused,
        sound_bins=clean,
        us_per_bin=min(seconds) * 1e6 / counts.veh.size,
    )


def is_found(fault: Planted, verdicts: NDArray[np.uint8], there: NDArray[np.bool_]) -> bool:
    """Return whether half or more of the bins that a fault spoilt are not believed."""
    place = (fault.detector, fault.day, slice(fault.first, fault.last))
    return bool(np.mean(verdicts[place][there[place]] != Verdict.OBSERVED) >= FOUND_SHARE)
