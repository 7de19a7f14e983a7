"""Routes from turn counts by SUMO's own `routeSampler.py`, and what it really made of them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from ..networks.errors import InputError
from ..networks.files import read_xml, xml_bytes
from ..networks.types import Turn
from .binaries import sumo_home
from .process import LOG, execute
from .scenario import DEMAND_ROOTS

TOOL = "routeSampler.py"
CANDIDATES, COUNTS, MADE = "candidates.rou.xml", "turns.xml", "made.rou.xml"
# The tool says that all is well also of no vehicle at all. So far may the number of vehicles be off, and all turns
# together; and so many turns must have a GEH of 5 or less, as calibrated models must.
MOST_VEHICLES_OFF, MOST_TURNS_OFF = 0.05, 0.10
GOOD_GEH, LEAST_GOOD = 5.0, 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCounts:
    """Whole vehicles that make each turn in each stretch of time; `starts_s` also has the last one's end."""

    starts_s: tuple[float, ...]
    veh: Mapping[Turn, tuple[int, ...]]

    @property
    def total_veh(self) -> int:
        """All turns of all vehicles."""
        return sum(map(sum, self.veh.values()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampledRoutes:
    """A route file, its vehicles, and how the turns in it fit those asked for."""

    content: bytes
    vehicles: int
    asked_veh: NDArray[np.int64]  # (turns,) over the whole time
    made_veh: NDArray[np.int64]

    @property
    def geh(self) -> NDArray[np.float64]:
        """GEH of each turn as if the time were an hour: the root of 2 (m - c)² / (m + c).

        UK Design Manual for Roads and Bridges, volume 12, section 2, part 1, chapter 4.
        """
        off, both = self.made_veh - self.asked_veh, self.made_veh + self.asked_veh
        return np.asarray(np.sqrt(2.0 * off**2 / np.maximum(both, 1)))

    @property
    def off(self) -> float:
        """What the turns are off, summed, over all turns asked for."""
        return float(np.abs(self.made_veh - self.asked_veh).sum() / max(int(self.asked_veh.sum()), 1))


def routes_by_turns(counts: TurnCounts, candidates: bytes, vehicles: float, folder: Path, seed: int) -> SampledRoutes:
    """Return routes, chosen among candidates, whose turns add up to the counts; the files go through `folder`.

    Parameters
    ----------
    counts : TurnCounts
        What is to be met. The tool books all turns of a vehicle where it departs.
    candidates : bytes
        A route file whose vehicles name their edges: the ways that anybody takes.
    vehicles : float
        How many there should be: turns alone would also be met by many short trips.
    folder : Path
        A folder for the tool's files.
    seed : int
        Of its choice and of the departures.

    Raises
    ------
    InputError
        SUMO's tools are not installed, or the counts have no vehicle.
    RuntimeError
        The tool crashed, or its routes are off by more than 5 % of the vehicles or 10 % of the turns: what it does
        not say itself.
    """
    if counts.total_veh == 0:
        raise InputError(
            where="the turn counts", found="no vehicle", rule="routes need counts above zero", fix="look at the counts"
        )
    (folder / CANDIDATES).write_bytes(candidates)
    (folder / COUNTS).write_bytes(turn_counts_xml(counts))
    execute(_command(counts, seed), folder, inputs=f"{TOOL}, {folder / COUNTS}")
    made = folder / MADE
    if not made.is_file():
        raise RuntimeError(f"{TOOL} wrote no routes; it said:\n{(folder / LOG).read_text(errors='replace')}")
    # Without its comments, which hold the date: the same inputs give the same bytes.
    found = fit_of(counts, xml_bytes(read_xml(made, what="the routes that the tool made", root=DEMAND_ROOTS)))
    _require_totals(found, vehicles)
    return found


def turn_counts_xml(counts: TurnCounts) -> bytes:
    """Return SUMO's form of turn counts: `edgeRelation` elements in intervals."""
    root = etree.Element("data")
    for k, (begin_s, end_s) in enumerate(pairwise(counts.starts_s)):
        interval = etree.SubElement(root, "interval", id="turns", begin=f"{begin_s:.2f}", end=f"{end_s:.2f}")
        for (origin, target), veh in counts.veh.items():
            # A turn that nobody takes is a count too: left out, the tool could send anybody along it.
            interval.append(etree.Element("edgeRelation", {"from": origin, "to": target, "count": str(veh[k])}))
    return xml_bytes(root)


def _command(counts: TurnCounts, seed: int) -> list[str]:
    home = sumo_home()
    tool = home / "tools" / TOOL if home else None
    if tool is None or not tool.is_file():
        raise InputError(
            where=f"SUMO's tool {TOOL}",
            found="not installed",
            rule="routes by turns are chosen by it",
            fix="install it with: pip install eclipse-sumo, or use --method sampler",
        )
    return [
        sys.executable,
        str(tool),
        f"--route-files={CANDIDATES}",
        f"--turn-files={COUNTS}",
        "--turn-attribute=count",
        f"--output-file={MADE}",
        '--attributes=departLane="best" departSpeed="max"',
        "--optimize=full",
        f"--seed={seed}",
    ]


def fit_of(counts: TurnCounts, content: bytes) -> SampledRoutes:
    """Return a route file, whose vehicles name their edges, with what its turns make of the counts."""
    root = etree.fromstring(content)
    made: Counter[Turn] = Counter()
    for route in root.iter("route"):
        made.update(pairwise((route.get("edges") or "").split()))
    return SampledRoutes(
        content=content,
        vehicles=sum(1 for _ in root.iter("vehicle")),
        asked_veh=np.array([sum(veh) for veh in counts.veh.values()], dtype=np.int64),
        made_veh=np.array([made[turn] for turn in counts.veh], dtype=np.int64),
    )


def _require_totals(found: SampledRoutes, vehicles: float) -> None:
    wrong = abs(found.vehicles - vehicles) / max(vehicles, 1.0)
    good = float((found.geh <= GOOD_GEH).mean())
    if wrong > MOST_VEHICLES_OFF or found.off > MOST_TURNS_OFF or good < LEAST_GOOD:
        raise RuntimeError(
            f"{TOOL} made {found.vehicles} vehicles where {vehicles:.0f} were asked for; its turns are off by "
            f"{100 * found.off:.1f} % in all, and {100 * good:.0f} % of them have a GEH of {GOOD_GEH:g} or less"
        )
