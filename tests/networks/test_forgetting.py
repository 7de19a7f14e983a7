"""A network from which knowledge is removed never allows more than the whole one."""

import random
from copy import deepcopy
from pathlib import Path

import pytest
from greenband import networks
from greenband.networks.errors import InputError
from greenband.networks.files import read_xml, xml_bytes
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network

from tests.conftest import SCENARIOS, scenario_network
from tests.networks.built import KINDS, WALKED, build, lamp_pairs
from tests.networks.forget import forget

BUILT = {**KINDS, **WALKED}
REMOVALS = 25  # of each network
BUNDLED = Path(networks.__file__).parent / "arterial" / "arterial.net.xml"


def freed(whole: Network, less: Network) -> list[object]:
    """Return what the second network allows and the first does not: in conflicts, displays, yellows, times."""
    found: list[object] = sorted(lamp_pairs(whole) - lamp_pairs(less) - always_alike(less))
    for junction, after in zip(whole.junctions, less.junctions, strict=True):
        group_of = {lamp: group.id for group in after.groups for lamp in group.links}
        now = {group.id: group_of[group.links[0]] for group in junction.groups}
        if any(now[group.id] != group_of[lamp] for group in junction.groups for lamp in group.links):
            found.append((junction.id, "groups"))
            continue
        for a, b in junction.foes & {pair for pair in junction.foes if (now[pair[0]], now[pair[1]]) in after.foes}:
            pair = now[a], now[b]
            shown = {(x, y) for p, x, q, y in junction.together if (p, q) == (a, b)}
            free = {(x, y) for p, x, q, y in after.together if (p, q) == pair} - shown
            found += [(junction.id, a, b, "together", *sorted(free))] if free else []
            if after.intergreen_s[pair] < junction.intergreen_s[(a, b)]:
                found.append((junction.id, a, b, "intergreen", after.intergreen_s[pair]))
        for group in junction.groups:
            for name in ("yellow_s", "min_green_s"):
                if getattr(after, name)[now[group.id]] < getattr(junction, name)[group.id]:
                    found.append((junction.id, group.id, name))
    return found


def always_alike(network: Network) -> set[tuple[str, int, int]]:
    """Return the pairs of lamps of one group: they show the same in every plan, as they do today."""
    return {(j.id, a, b) for j in network.junctions for group in j.groups for a in group.links for b in group.links}


def forgotten(path: Path, folder: Path, seed: int) -> tuple[int, list[object]]:
    """Return how many networks with less knowledge were read, and what any of them allows beyond the whole."""
    root, whole, read, found = read_xml(path, what="a network", root="net"), read_network(path), 0, []
    for number in range(REMOVALS):
        less, chance = deepcopy(root), random.Random(f"{seed} {number}")
        what = forget(less, chance)
        made = folder / "less.net.xml"
        made.write_bytes(xml_bytes(less))
        try:
            after = read_network(made)
        except InputError:
            continue  # refused, which frees nobody
        read += 1
        found += [(number, what, *part) for part in freed(whole, after)]
    return read, found


@pytest.mark.parametrize("kind", BUILT)
def test_built_networks_allow_no_more_with_less_knowledge(kind, tmp_path):
    read, found = forgotten(build(tmp_path, *BUILT[kind]), tmp_path, seed=len(kind))
    assert not found
    assert read > REMOVALS / 3


@pytest.mark.parametrize("name", ["bundled", *(name for name in SCENARIOS if "4x4" not in name)])
def test_streets_allow_no_more_with_less_knowledge(name, tmp_path):
    path = BUNDLED if name == "bundled" else scenario_network(name)
    read, found = forgotten(path, tmp_path, seed=7)
    assert not found
    assert read > REMOVALS / 3
