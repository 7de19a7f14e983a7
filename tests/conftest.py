"""What tests of every folder share."""

import importlib.util
from pathlib import Path

import pytest

SCENARIOS = (
    "arterial4x4",
    "cologne1",
    "cologne3",
    "cologne8",
    "grid4x4",
    "ingolstadt1",
    "ingolstadt7",
    "ingolstadt21",
)


def scenario_network(name: str) -> Path:
    """Return the network file of a scenario of the sumo-rl wheel, or skip the test where the wheel is absent."""
    spec = importlib.util.find_spec("sumo_rl")
    if spec is None or spec.origin is None:
        pytest.skip("the sumo-rl wheel, which carries the scenario networks, is not installed")
    return Path(spec.origin).parent / "nets" / "RESCO" / name / f"{name}.net.xml"
