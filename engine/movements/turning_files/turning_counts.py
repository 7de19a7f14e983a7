"""The turning counts of a study: files of any format whose columns are turns, laid upon the turns of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from ....networks.network import Network
from ....networks.sentence import Sentence
from ....networks.types import Turn
from ...counts.table import JudgedCounts
from ...forecast.day import DetectorForecast
from ...studies.file import Study
from ..measured import MeasuredApproach, level_of
from .turning_rows import turning_rows
from .turning_sites import placed, turns_of_sites

LEAST_SHARE = 0.5  # of the period that must have been counted
LISTED = 8


@dataclass(frozen=True, kw_only=True)
class TurningCounted:
    """Turning counts as measured approaches, and sentences on what could not be used."""

    approaches: tuple[MeasuredApproach, ...] = ()
    told: tuple[Sentence, ...] = ()


def turning_counted(study: Study, network: Network, judged: JudgedCounts, forecast: DetectorForecast) -> TurningCounted:
    """Return what the study's turning counts say of the forecast's period. Raises InputError for a wrong file."""
    found: list[MeasuredApproach] = []
    told: list[Sentence] = []
    for part in study.file.turning_counts:
        rows = turning_rows(study, part, forecast.begin_s, forecast.end_s)
        turns = turns_of_sites(network, part, rows, str(study.folder / part.file))
        more, left = _approaches(rows, turns, part.file, forecast)
        found += more
        told += placed(turns, part) if more else []
        told += left
        if not more:
            told.append(
                Sentence("{file} has no turning counts of half the period or more: it is not used.", file=part.file)
            )
    levels = {one.day: level_of(judged, forecast, one.day) for one in found}
    return TurningCounted(
        approaches=tuple(_with_level(one, levels[one.day]) for one in found), told=(*_used(found), *told)
    )


def _approaches(
    rows: pl.DataFrame, turns: Mapping[str, Mapping[str, Turn]], file: str, forecast: DetectorForecast
) -> tuple[list[MeasuredApproach], list[Sentence]]:
    found: list[MeasuredApproach] = []
    told: list[Sentence] = []
    for (site, approach, day), part in rows.group_by(["site", "approach", "day"], maintain_order=True):
        columns = turns.get(str(site))
        if columns is None or float(part["share"].max()) < LEAST_SHARE:  # type: ignore[arg-type]
            continue
        veh = {f"{approach}{turn}": float(n / s) for turn, n, s in part.select("turn", "veh", "share").iter_rows()}
        ways = {columns[name]: n for name, n in veh.items() if name in columns}
        for name, n in veh.items():
            if n > 0 and name not in columns:
                told.append(_no_way(file, str(site), name, n))
        if len({edge for edge, _ in ways}) == 1:
            edge = next(iter(ways))[0]
            source = f"{site}/{approach}"
            found.append(MeasuredApproach(from_edge=edge, day=day, veh=ways, source=source))
    return found, told


def _no_way(file: str, site: str, name: str, veh: float) -> Sentence:
    return Sentence(
        "{file} counts {veh:.0f} vehicles on {site}/{turn}, a turn that the network has not: they are left out.",
        file=file,
        veh=veh,
        site=site,
        turn=name,
    )


def _with_level(one: MeasuredApproach, level: float | None) -> MeasuredApproach:
    return MeasuredApproach(from_edge=one.from_edge, day=one.day, veh=one.veh, source=one.source, level=level)


def _used(found: Sequence[MeasuredApproach]) -> list[Sentence]:
    if not found:
        return []
    days: list[date] = sorted({one.day for one in found})
    return [
        Sentence(
            "Turning counts of {approaches} approaches on {days} are part of the estimate: {turns} turns were counted.",
            approaches=len({one.source for one in found}),
            days=", ".join(map(str, days[:LISTED])),
            turns=sum(len(one.veh) for one in found),
        )
    ]
