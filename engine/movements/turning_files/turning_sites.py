"""Which junction of the network each site of a file of turning counts is, and which edges its approaches are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from ....networks.errors import InputError
from ....networks.network import Network
from ....networks.sentence import Sentence
from ....networks.types import Turn
from ...export.compass import Turn as Way
from ...export.compass import turns_at
from ...studies.turning import TurningCounts
from .compass_match import matched

LISTED = 8


def turns_of_sites(
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


def placed(turns: Mapping[str, Mapping[str, Turn]], part: TurningCounts) -> list[Sentence]:
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
