"""How the screening does on sound counts with planted faults."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from greenband.engine.counts.screen import Screened, screen
from greenband.engine.counts.table import DetectorVerdict
from numpy.typing import NDArray

from .counts_data import Sound
from .counts_faults import KINDS, Planted
from .counts_plant import KINDS_MORE, PASSES, STEP, Spoilt, days

FOUND_SHARE = 0.5
STEP_DAYS, STEP_RATIO = 2, 0.2  # how near a step is reported to where and how large it was
ALL_KINDS = (*KINDS, *KINDS_MORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One set, all seeds together. `found_by_kind` holds (found, planted) detector-days; steps are no faults.

    Bins are those of the pass that spoils days of single detectors; `elsewhere` is the share accused in all others,
    where detectors are made up beside the real ones.
    """

    name: str
    detectors: int
    days: int
    found_by_kind: dict[str, tuple[int, int]]
    accused_bins: int
    sound_bins: int
    elsewhere: float
    us_per_bin: float  # processor time of the screening

    @property
    def planted(self) -> int:
        """Detector-days with a fault."""
        return sum(all_of for kind, (_, all_of) in self.found_by_kind.items() if kind != STEP)

    @property
    def found(self) -> int:
        """Of these, those that were found."""
        return sum(hit for kind, (hit, _) in self.found_by_kind.items() if kind != STEP)

    @property
    def accused(self) -> float:
        """Share of sound bins that are not believed."""
        return self.accused_bins / max(1, self.sound_bins)


def score(sound: Sound, seeds: Iterable[int], chance: float) -> Score:
    """Plant faults of every kind with each seed, screen, and add up what was found and accused."""
    tally: dict[str, tuple[int, int]] = {}
    accused, clean = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)  # in the first pass, in all others
    seconds: list[float] = []
    for seed in seeds:
        for spoil in PASSES:
            spoilt = spoil(sound.counts, chance, np.random.default_rng(seed))
            if not spoilt.planted:
                continue
            began_s = time.process_time()
            screened = screen(spoilt.counts, spoilt.relations)
            if spoil is days:
                seconds.append(time.process_time() - began_s)
            for fault in spoilt.planted:
                hit, all_of = tally.get(fault.kind, (0, 0))
                tally[fault.kind] = (hit + is_found(fault, spoilt, screened), all_of + 1)
            untouched = _untouched(spoilt)
            accused[int(spoil is not days)] += np.sum(screened.verdicts[untouched] != DetectorVerdict.OBSERVED)
            clean[int(spoil is not days)] += untouched.sum()
    return Score(
        name=sound.name,
        detectors=sound.counts.veh.shape[0],
        days=sound.counts.veh.shape[1],
        found_by_kind={kind: tally[kind] for kind in ALL_KINDS if kind in tally},
        accused_bins=int(accused[0]),
        sound_bins=int(clean[0]),
        elsewhere=float(accused[1] / max(1, clean[1])),
        us_per_bin=min(seconds, default=float("nan")) * 1e6 / sound.counts.veh.size,
    )


def _untouched(spoilt: Spoilt) -> NDArray[np.bool_]:
    sound = ~np.isnan(spoilt.counts.veh)
    for fault in spoilt.planted:
        sound[fault.detector, fault.day, fault.first : fault.last] = False
    return sound


def is_found(fault: Planted, spoilt: Spoilt, screened: Screened) -> bool:
    """Return whether half or more of the bins that a fault spoilt are not believed, or a step was reported."""
    if fault.kind == STEP:
        return _is_reported(fault, spoilt, screened)
    place = (fault.detector, fault.day, slice(fault.first, fault.last))
    return bool(np.mean(screened.verdicts[place] != DetectorVerdict.OBSERVED) >= FOUND_SHARE)


def _is_reported(fault: Planted, spoilt: Spoilt, screened: Screened) -> bool:
    name, day = spoilt.counts.detectors[fault.detector].id, spoilt.counts.days[fault.day]
    return any(
        step.detector == name
        and abs((step.day - day).days) <= STEP_DAYS
        and abs(np.log(step.ratio / fault.factor)) <= STEP_RATIO
        for step in screened.expected.steps
    )
