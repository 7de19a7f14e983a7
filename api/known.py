"""A study that has been read, and what is known of its periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .engine.chain.prepare import Prepared, prepare
from .engine.studies.file import Period, Study
from .networks.errors import InputError
from .networks.network import Network

PeriodOf = str | Period | tuple[str, str] | None


@dataclass(frozen=True, kw_only=True)
class KnownStudy:
    """A study folder that has been read. What was computed of a period is kept and not computed again.

    A period is named as in study.toml, or given as two times of day ("07:30", "07:45"); None is the first of them.
    """

    study: Study = field(repr=False)
    network: Network = field(repr=False)
    _known: dict[tuple[Period, date], Prepared] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The study's name."""
        return self.study.file.name

    @property
    def periods(self) -> tuple[str, ...]:
        """The names of the study's periods."""
        return tuple(period.name for period in self.study.file.periods)

    @property
    def true_routes(self) -> tuple[Path, ...]:
        """The route files that a study of simulated streets keeps for the judge; empty for all others."""
        return tuple(self.study.folder / name for name in self.study.file.truth.routes)

    def period(self, period: PeriodOf = None) -> Period:
        """Return a period. Raises InputError for an unknown name or times that are none."""
        if isinstance(period, Period):
            return period
        if not isinstance(period, tuple):
            return self.study.period(period)
        begin, end = period
        try:
            return Period.model_validate({"name": "own", "begin": begin, "end": end})
        except ValidationError as error:
            raise refused("the period", period, error, "give two times as ('07:30', '07:45')") from error

    def prepared(self, period: PeriodOf = None, day: date | None = None) -> Prepared:
        """Return the engine's own knowledge of a period: counts, forecast, demand. Raises InputError."""
        chosen, wanted = self.period(period), day or self.study.file.day
        if (chosen, wanted) not in self._known:
            of_day = replace(self.study, file=self.study.file.model_copy(update={"day": wanted}))
            self._known[chosen, wanted] = prepare(of_day, chosen)
        return self._known[chosen, wanted]


def refused(where: str, found: Any, error: ValidationError, fix: str) -> InputError:
    """Return what is wrong with values that somebody gave."""
    first: Sequence[Any] = error.errors()
    return InputError(where=where, found=repr(found)[:200], rule=f"{first[0]['loc']}: {first[0]['msg']}", fix=fix)
