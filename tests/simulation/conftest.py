"""Small streets that the simulation tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.simulation.streets import EDGES, NODES, RING_EDGES, RING_NODES, make_network


@pytest.fixture(scope="session")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two one-way streets that cross at one signal, `m`; lamps: 0 and 1 from the south, 2 and 3 from the west."""
    return make_network(tmp_path_factory.mktemp("crossing"), NODES, EDGES)


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A one-way block of four signals; only corner `a` has a way out."""
    return make_network(tmp_path_factory.mktemp("ring"), RING_NODES, RING_EDGES)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def write_file(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content)
        return path

    return write_file
