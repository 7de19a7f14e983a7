"""The type check sees through imports between the folders: a name that is not there makes it fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
FOLDERS = ("api", "kernels", "networks", "simulation", "engine", "benchmarks")


def type_check(top: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", top / ".ci" / "types"],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def house(tmp_path) -> Path:
    """A house with the project's type check and settings, and one module to import."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(TOP / ".ci" / "types", tmp_path / ".ci")
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "networks" / "plan.py").write_text("class Plan:\n    cycle_s: int = 60\n")
    return tmp_path


def test_imports_between_the_folders_are_resolved(house):
    planted = house / "engine" / "planted.py"
    planted.write_text("from ..networks.plan import Plan\n\nCYCLE_S: int = Plan().cycle_s\n")
    right = type_check(house)
    assert right.returncode == 0, right.stdout + right.stderr

    planted.write_text(
        "from ..networks.plan import Plam\nfrom ..networks.plane import Plan\n\nC: str = Plan().cycle_s\n"
    )
    wrong = type_check(house)
    assert wrong.returncode != 0
    assert 'has no attribute "Plam"' in wrong.stdout
    assert '"greenband.networks.plane"' in wrong.stdout  # the words differ where greenband is also installed

    planted.write_text("from ..networks.plan import Plan\n\nCYCLE_S: str = Plan().cycle_s\n")
    assert "Incompatible types" in type_check(house).stdout, "Plan has become Any on its way between the folders"
