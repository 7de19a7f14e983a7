"""Small networks of every kind that the safety check has to know, built by netconvert, and one imported from UTDF."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from greenband import networks
from greenband.networks.errors import InputError

from .layouts import Layout, bus_lanes, circle, crossing, level_crossing, one_signal_two_nodes, one_ways, row, tee
from .street import build

CROSSINGS = ("--sidewalks.guess", "--sidewalks.guess.from-permissions", "--crossings.guess")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is drawn, and the options that netconvert gets."""

    layout: Callable[[random.Random], Layout]
    options: tuple[str, ...] = ()
    change: Callable[[Layout, random.Random], None] | None = None


KINDS: dict[str, Kind] = {
    "no internal links": Kind(layout=crossing, options=("--no-internal-links", "--no-turnarounds")),
    "no internal links, one-way streets": Kind(layout=one_ways, options=("--no-internal-links",)),
    "on the left": Kind(layout=crossing, options=("--lefthand", *CROSSINGS)),
    "NEMA": Kind(layout=crossing, options=("--tls.default-type", "NEMA", "--no-turnarounds")),
    "actuated": Kind(layout=row, options=("--tls.default-type", "actuated", *CROSSINGS)),
    "delay-based": Kind(layout=crossing, options=("--tls.default-type", "delay_based")),
    "crossings": Kind(layout=crossing, options=CROSSINGS),
    "crossings on a row": Kind(layout=row, options=("--tls.allred.time", "2", *CROSSINGS)),
    "bike lanes": Kind(layout=crossing, options=("--bikelanes.guess", "--no-turnarounds")),
    "bus lanes": Kind(layout=crossing, change=bus_lanes),
    "rail": Kind(layout=level_crossing, options=("--no-turnarounds",)),
    "roundabout": Kind(layout=circle, options=("--roundabouts.guess",)),
    "joined nodes": Kind(layout=row, options=("--junctions.join", "--junctions.join-dist", "30")),
    "one signal, two nodes": Kind(layout=one_signal_two_nodes, options=CROSSINGS),
    "T": Kind(layout=tee, options=("--no-turnarounds",)),
    "T with crossings": Kind(layout=tee, options=("--no-turnarounds", *CROSSINGS)),
    "lamps shared": Kind(layout=crossing, options=("--tls.group-signals",)),
    "approach after approach": Kind(layout=crossing, options=("--tls.layout", "incoming")),
}
UTDF = "UTDF import"
MOST_DRAWS = 20


def every_kind(folder: Path, seed: int = 1, each: int = 2) -> dict[str, Path]:
    """Return networks of every kind by name, some of each, built in a folder."""
    made: dict[str, Path] = {}
    for name, kind in KINDS.items():
        for number in range(each):
            path = _built(folder, kind, f"{len(made)}", random.Random(f"{seed} {name} {number}"))
            made[f"{name} {number + 1}"] = path
    made[UTDF] = _imported(folder / "utdf")
    return made


def _built(folder: Path, kind: Kind, name: str, rng: random.Random) -> Path:
    for _ in range(MOST_DRAWS):
        layout = kind.layout(rng)
        if kind.change is not None:
            kind.change(layout, rng)
        made = build(folder, layout, kind.options, name)
        if made is not None and _can_be_planned(made):
            return made
    raise InputError(
        where="benchmark checks", found="no network", rule="netconvert builds a network of each kind", fix="report this"
    )


def _can_be_planned(network: Path) -> bool:
    from greenband.networks.sumo.net import read_network

    try:
        return bool(read_network(network).junctions)
    except InputError:
        return False


def _imported(folder: Path) -> Path:
    """Return the network that is imported from the bundled arterial's UTDF."""
    from greenband.engine.check.check import checked
    from greenband.engine.export.exporter import export_as
    from greenband.engine.importing.utdf_study import NETWORK, import_utdf
    from greenband.networks.sumo.net import read_network

    network = read_network(Path(networks.__file__).parent / "arterial" / "arterial.net.xml")
    folder.mkdir()
    (folder / "streets.csv").write_bytes(export_as("utdf", checked(network.running_plan, network), network).content)
    import_utdf(folder / "streets.csv", folder / "study")
    return folder / "study" / NETWORK
