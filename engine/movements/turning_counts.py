"""The turning counts of a study: files of any format whose columns are turns, laid upon the turns of the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from ...networks.errors import InputError
from ...networks.network import Network
from ...networks.sentence import Sentence
from ...networks.types import Turn
from ..counts.table import JudgedCounts
from ..export.compass import Turn as Way
from ..export.compass import turns_at
from ..forecast.day import DetectorForecast
from ..studies.file import Study
from ..studies.turning import TurningCounts
from .compass_match import matched
from .measured import MeasuredApproach, level_of
from .turning_rows import turning_rows

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
        turns = _turns_of_sites(network, part, rows, str(study.folder / part.file))
        more, left = _approaches(rows, turns, part.file, forecast)
        found += more
        told += _placed(turns, part) if more else []
        told += left
        if not more:
            told.append(
                Sentence("{file} has no turning counts of half the period or more: it is not used.", file=part.file)
            )
    levels = {one.day: level_of(judged, forecast, one.day) for one in found}
    return TurningCounted(
        approaches=tuple(_with_level(one, levels[one.day]) for one in found), told=(*_used(found), *told)
    )


def _turns_of_sites(
    network: Network, part: TurningCounts, rows: pl.DataFrame, where: str
) -> Mapping[str, Mapping[str, Turn]]:
    """Return the turns of the network by column (NBL) for each site.

    Raises InputError if no site is in the network, or it is not clear which approach a name of the compass means.
    """
    sites = set(rows["site"])
    by_node: dict[str, list[Way]] = {}
    for junction in network.by_junction:
        for turn in turns_at(junction, network):
            for name in {turn.node, junction}:
                by_node.setdefault(name, []).append(turn)
    known = {site: node for site, node in part.sites.items() if site in sites}
    wrong = [node for node in part.sites.values() if node not in by_node]
    if wrong:
        raise _no_site(where, f"the junction '{wrong[0]}'", by_node)
    if not part.sites:
        known = {site: site for site in sites if site in by_node}
    if sites and not known:
        raise _no_site(where, "turning counts of " + ", ".join(sorted(sites)[:LISTED]), by_node)
    if part.approaches and len(known) > 1:
        raise _several_sites(where, known)
    return {
        site: matched(by_node[node], _counted(rows, site), network, part.approaches, f"{where}, site {site}")
        for site, node in known.items()
    }


def _counted(rows: pl.DataFrame, site: str) -> dict[str, list[str]]:
    """Return the turns of each approach of a site on which anybody was counted."""
    some = rows.filter((pl.col("site") == site) & (pl.col("veh") > 0))
    pairs = some.select("approach", "turn").unique(maintain_order=True)
    found: dict[str, list[str]] = {}
    for approach, turn in pairs.iter_rows():
        found.setdefault(approach, []).append(turn)
    return found


def _placed(turns: Mapping[str, Mapping[str, Turn]], part: TurningCounts) -> list[Sentence]:
    """Return which edge each approach of a file was taken for."""
    return [
        Sentence(
            "{file}: at {site}, approaches are named by the compass; by where they lie, {pairs}.",
            file=part.file,
            site=site,
            pairs=", ".join(f"{name} = {edge}" for name, edge in sorted({(c[:2], t[0]) for c, t in ways.items()})),
        )
        for site, ways in sorted(turns.items())
        if ways
    ]


def _several_sites(where: str, known: Mapping[str, str]) -> InputError:
    return InputError(
        where=where,
        found="approaches for several sites: " + ", ".join(sorted(known)[:LISTED]),
        rule='approaches = { NB = "edge" } is said of a file with one site',
        fix="split the file by sites",
    )


def _no_site(where: str, found: str, there: Iterable[str]) -> InputError:
    return InputError(
        where=where,
        found=found,
        rule="a site of turning counts is a signal of the network: " + ", ".join(sorted(there)[:LISTED]),
        fix='say which is which in study.toml: sites = { "1234" = "J1" }',
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
