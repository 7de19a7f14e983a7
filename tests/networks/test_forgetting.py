"""A network from which knowledge is removed never allows more than the whole one."""

import random
from copy import deepcopy
from pathlib import Path

import pytest
from greenband import networks
from greenband.benchmarks.forget.freed import freed
from greenband.benchmarks.forget.removals import forget
from greenband.networks.errors import InputError
from greenband.networks.files import read_xml, xml_bytes
from greenband.networks.sumo.net import read_network

from tests.conftest import SCENARIOS, scenario_network
from tests.networks.built import KINDS, WALKED, build

BUILT = {**KINDS, **WALKED}
REMOVALS = 25  # of each network
BUNDLED = Path(networks.__file__).parent / "arterial" / "arterial.net.xml"


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
