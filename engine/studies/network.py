"""The network of a study: as its files say, and with the limits that the rules and the study set."""

from __future__ import annotations

from ...networks.network import Network
from ...networks.sumo.net import read_network
from ..rules.derive import with_rules
from ..rules.pack import read_pack
from .file import Study
from .junctions import read_wishes, with_crossings, with_wishes


def network_as_built(study: Study) -> Network:
    """Return the network of a study with the programs that run, their limits, and crossings as measured."""
    network = read_network(study.network, study.additional)
    return with_crossings(network, read_wishes(study.folder, network))


def network_of(study: Study) -> Network:
    """Return the network of a study, with the limits that its programs, the rules pack and `junctions.toml` set."""
    network, pack = network_as_built(study), read_pack(study.file.rules, study.folder)
    strict = network if pack.is_empty else with_rules(network, pack)
    return with_wishes(strict, read_wishes(study.folder, network))
