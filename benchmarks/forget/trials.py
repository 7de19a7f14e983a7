"""Removals of knowledge from one network after another."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from greenband.networks.errors import InputError
from greenband.networks.files import read_xml, xml_bytes
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network

from ..wild.places import Place, all_places
from .freed import freed
from .removals import forget


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One network: how many removals, how many networks were refused then, and what was allowed after which."""

    name: str
    safe: bool  # what runs today
    removals: int
    refused: int
    freed: tuple[str, ...]


def readable_places(files: Sequence[Path]) -> list[tuple[Place, Network]]:
    """Return the networks with signals that the wheels carry and that are named, as far as they can be read."""
    found = []
    for place in all_places(files):
        try:
            if not place.is_scenario:
                found.append((place, read_network(place.path)))
        except InputError:
            continue
    return found


def tried(place: tuple[Place, Network], removals: int, seed: int) -> Tried:
    """Return what came of some removals; each draws on its number alone."""
    about, whole = place
    root, refused, found = read_xml(about.path, what="a network", root="net"), 0, []
    with tempfile.TemporaryDirectory(prefix="greenband-forget-") as folder:
        for number in range(removals):
            less, made = deepcopy(root), Path(folder) / "less.net.xml"
            what = forget(less, random.Random(f"{seed} {number}"))
            made.write_bytes(xml_bytes(less))
            try:
                more = freed(whole, read_network(made))
            except InputError:
                refused += 1
                continue
            found += [f"removal {number} ({', '.join(what)}): {more[0]}"] if more else []
    unsafe = any("UNSAFE TODAY" in sentence for sentence in whole.reading)
    return Tried(name=about.name, safe=not unsafe, removals=removals, refused=refused, freed=tuple(found))
