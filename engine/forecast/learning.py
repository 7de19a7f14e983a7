"""Sums of a ridge regression that learns as time goes on, over the kernels that do the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...kernels.forecast_ridge import Lesson, Sums, coefficients, learn
from ...networks.types import Floats, Floats32


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """How far a regression trusts a series' own past; see `kernels.forecast_ridge`."""

    ridge: float
    pool: float
    block_pool: float
    half_life: float  # after so many observations an old one weighs half
    huber: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Belief:
    """Coefficients believed before anything was seen, as if from so many observations of features of such squares."""

    coefficients: Floats
    squares: Floats
    observations: float  # of all series and blocks together; they fade as real ones do


class Regression:
    """A ridge regression of many series in blocks of the day, fed in the order of time."""

    def __init__(self, series: int, blocks: int, features: int, prior: Prior, belief: Belief | None = None) -> None:
        self._prior = prior
        self._sums = Sums(
            moments=np.zeros((series, blocks, features, features), dtype=np.float32),
            products=np.zeros((series, blocks, features), dtype=np.float32),
            weights=np.zeros((series, blocks), dtype=np.float32),
        )
        self._before = np.zeros((series, blocks, features))
        if belief is not None:
            share = belief.observations / (series * blocks)
            self._sums.moments[:] = share * np.diag(belief.squares)
            self._sums.products[:] = share * belief.squares * belief.coefficients
            self._sums.weights[:] = share

    def step(
        self,
        features: Floats32,
        targets: Floats32,
        importance: Floats32,
        block: NDArray[np.int64],
        *,
        every: int = 1,
        late: bool = False,
    ) -> Floats32:
        """Predict observations from what was learned from earlier steps, then learn from them.

        Parameters
        ----------
        features, targets, importance, block
            As in `kernels.forecast_ridge.Lesson`.
        every : int
            Only each so manieth observation teaches.
        late : bool
            Predict from the steps before the last one: for forecasts that may not know the latest targets.

        Returns
        -------
        (S, N) float32
        """
        prior = self._prior
        latest = coefficients(self._sums, prior.ridge, prior.pool, prior.block_pool)
        answer = self._before if late else latest
        self._before = latest
        keep = 0.5 ** (features.shape[1] / prior.half_life)
        lesson = Lesson(features=features, targets=targets, importance=importance, block=block)
        found = learn(self._sums, lesson, answer, every, keep, prior.huber)
        return np.asarray(found)
