"""The network of a study: as its files say, and with the limits that the rules and the study set."""

from __future__ import annotations

from ...networks.network import Network
from ...networks.sumo.net import read_network
from ..rules.derive import with_rules
from ..rules.pack import Pack, read_pack
from .file import Study
from .junctions import Wishes, read_wishes, with_crossings, with_wishes


def network_as_built(study: Study) -> Network:
    """Return the network of a study with the programs that run, their limits, and crossings as measured."""
    return _as_built(study)[0]


def network_of(study: Study, pack: Pack | None = None) -> Network:
    """Return the network of a study, with the limits that its programs, the rules pack and `junctions.toml` set.

    The pack is the study's own where none is given, which saves reading it twice.
    """
    network, wishes = _as_built(study)
    pack = pack or pack_of(study)
    strict = network if pack.is_empty else with_rules(network, pack)
    return with_wishes(strict, wishes)


def pack_of(study: Study) -> Pack:
    """Return the rules pack of a study."""
    return read_pack(study.file.rules, study.folder)


def _as_built(study: Study) -> tuple[Network, dict[str, Wishes]]:
    network = read_network(study.network, study.additional)
    wishes = read_wishes(study.folder, network)
    return with_crossings(network, wishes), wishes
