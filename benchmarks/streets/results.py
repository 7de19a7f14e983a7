"""The figures of a table: each peer against the running program, pair by pair, and over all scenarios."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from greenband.simulation.measure.confidence import student_t

from .judge import Failure, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one peer did in one scenario; the figures are None where it crashed, and `crashed` tells its last word.
    `gate` is what its own gate said, where it has one.

    The interval holds the mean of (its delay - the running program's) over the seeds at 95 %, paired.
    """

    peer: str
    title: str
    sees: str
    planning_s: float | None
    note: str = ""
    gate: str = ""
    crashed: str | None = None
    median_s: float | None = None
    mean_s: float | None = None
    difference_s: float | None = None
    low_s: float | None = None
    high_s: float | None = None
    ratio: float | None = None
    stops: float | None = None
    unserved: float | None = None
    gridlocked: tuple[int, ...] = ()
    delays_s: tuple[float, ...] = ()
    teleports: int = 0
    collisions: int = 0
    wall_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The table of one scenario; `trips` wanted to leave in its period with the first seed."""

    scenario: str
    seeds: tuple[int, ...]
    trips: int
    rows: tuple[Row, ...]

    def row(self, peer: str) -> Row | None:
        """Return a peer's row, or None if it did not take part."""
        return next((row for row in self.rows if row.peer == peer), None)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON knows them."""
        return asdict(self)


def with_figures(row: Row, plan: Sequence[Outcome | Failure], running: Sequence[Outcome]) -> Row:
    """Return a peer's row with its figures; crashed if a single seed failed, for then the pairs are not complete."""
    failed = [one for one in plan if isinstance(one, Failure)]
    done = [one for one in plan if isinstance(one, Outcome)]
    if failed:
        seeds = ", ".join(str(one.seed) for one in failed)
        return _changed(row, crashed=f"{failed[0].reason} (seed {seeds})")
    if [one.seed for one in done] != [one.seed for one in running]:
        raise ValueError("a paired comparison needs the same seeds in the same order")
    delays = np.array([one.mean_delay_s for one in done])
    running_s = np.array([one.mean_delay_s for one in running])
    low_s, high_s = student_t(delays - running_s)
    return _changed(
        row,
        median_s=float(np.median(delays)),
        mean_s=float(delays.mean()),
        difference_s=float((delays - running_s).mean()),
        low_s=low_s,
        high_s=high_s,
        ratio=float(np.median(delays) / np.median(running_s)) if np.median(running_s) > 0 else None,
        stops=float(np.mean([one.stops_per_vehicle for one in done])),
        unserved=float(np.mean([one.unserved for one in done])),
        gridlocked=tuple(one.seed for one in done if one.gridlocked),
        delays_s=tuple(float(delay) for delay in delays),
        teleports=sum(one.teleports for one in done),
        collisions=sum(one.collisions for one in done),
        wall_s=sum(one.wall_s for one in done),
    )


def _changed(row: Row, **figures: Any) -> Row:
    return Row(**(asdict(row) | figures))


def geometric_mean(values: Iterable[float]) -> float | None:
    """Return the n-th root of the product of n positive numbers; None for no number."""
    logarithms = [math.log(value) for value in values]
    return math.exp(math.fsum(logarithms) / len(logarithms)) if logarithms else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A peer over all scenarios: `ratio` is the geometric mean of its ratios of medians where it has one."""

    peer: str
    title: str
    ratio: float | None
    worst_ratio: float | None
    scenarios: int
    crashed: int
    clearly_better: int
    clearly_worse: int
    gridlocked: int


def summarise(results: Sequence[Result]) -> list[Summary]:
    """Return one summary per peer, in the order of the rows."""
    order = {row.peer: row.title for result in results for row in result.rows}
    return [
        _summary(peer, title, [row for result in results if (row := result.row(peer))]) for peer, title in order.items()
    ]


def _summary(peer: str, title: str, rows: Sequence[Row]) -> Summary:
    ratios = [row.ratio for row in rows if row.ratio is not None]
    return Summary(
        peer=peer,
        title=title,
        ratio=geometric_mean(ratios),
        worst_ratio=max(ratios, default=None),
        scenarios=len(ratios),
        crashed=sum(row.crashed is not None for row in rows),
        clearly_better=sum(row.high_s is not None and row.high_s < 0 for row in rows),
        clearly_worse=sum(row.low_s is not None and row.low_s > 0 for row in rows),
        gridlocked=sum(len(row.gridlocked) for row in rows),
    )
