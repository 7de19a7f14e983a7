"""What the command line loads before it knows what is asked of it."""

import subprocess
import sys

import pytest

HEAVY = {
    *("numba", "polars", "ortools", "scipy", "libsumo", "sumolib", "traci", "plotly", "jinja2"),
    *("sqlalchemy", "alembic", "cryptography", "pydantic", "numpy", "lxml"),
}
PROBE = """
import sys
{do}
print("LOADED", *sorted(name for name in sys.modules if "." not in name))
"""
ASK_FOR_HELP = """
from greenband.engine.cli import main
sys.argv = ["greenband", "--help"]
try:
    main()
except SystemExit:
    pass
"""


def loaded_by(do: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(do=do)], check=True, capture_output=True, text=True, timeout=60
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize(
    "do", ["import greenband", "import greenband.engine.cli", ASK_FOR_HELP], ids=["api", "import", "help"]
)
def test_the_command_line_loads_nothing_heavy_before_it_works(do):
    assert loaded_by(do) & HEAVY == set()


def test_the_probe_sees_a_heavy_import():
    assert "scipy" in loaded_by("import scipy.stats")
