"""Plans of the bundled street and of the scenarios, for the exporters' tests."""

from pathlib import Path

import numpy as np
from greenband.benchmarks.random_plans import random_plan
from greenband.engine.check.check import checked
from greenband.engine.check.findings import CheckedPlan
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network

from tests.conftest import SCENARIOS, scenario_network

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial" / "arterial.net.xml"
NAMES = ("arterial", *SCENARIOS)  # the bundled street first: it needs no wheel
SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"


def network_of(name: str) -> Network:
    """The bundled street, or the network of a scenario."""
    return read_network(ARTERIAL if name == "arterial" else scenario_network(name))


def running(name: str) -> tuple[CheckedPlan, Network]:
    """The plan that runs today."""
    network = network_of(name)
    return checked(network.running_plan, network), network


def at_random(name: str, seed: int) -> tuple[CheckedPlan, Network]:
    """A random legal plan."""
    network = network_of(name)
    return checked(random_plan(network, np.random.default_rng(seed)), network), network
