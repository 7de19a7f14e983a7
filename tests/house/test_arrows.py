"""The arrows between the folders: who may import whom."""

from collections.abc import Callable, Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house.imports import FOLDERS, House, folder_of, read_house

TOP = Path(__file__).parents[2]
MAY_IMPORT = {
    "kernels": set(),
    "networks": set(),
    "simulation": {"networks", "kernels"},
    "engine": {"networks", "kernels", "simulation"},
    "api": {"networks", "kernels", "simulation", "engine"},
    "benchmarks": {"networks", "kernels", "simulation", "engine", "api"},
}
SIMULATOR = {"sumo", "sumolib", "libsumo", "traci"}
# A package that must never lead to these, however long the way: folders of ours, or packages of others.
NEVER_LEADS_TO = {
    "greenband.engine.check": {"greenband.engine.optimise", "greenband.simulation", "ortools", *SIMULATOR},
    "greenband.kernels": {"ortools", "polars", "lxml", "pathlib", *SIMULATOR},
}


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(TOP)


def wrong_arrows(house: House) -> list[str]:
    found = []
    for i in house.imports:
        own, other = folder_of(i.module), folder_of(i.target)
        if other is not None and other != own and other not in MAY_IMPORT[own]:
            found.append(f"{i.module}, line {i.line}: {own}/ may not import {i.target}")
        if i.target.split(".")[0] in FOLDERS:
            found.append(f"{i.module}, line {i.line}: '{i.target}' is anybody's name; say greenband.{i.target}")
        if other is not None and not i.relative and own != "benchmarks":
            found.append(f"{i.module}, line {i.line}: import {i.target} relatively, so that the line shows the folder")
    return found


def forbidden_ways(house: House, start: str, never: Iterable[str]) -> list[str]:
    asked = house.reached_from(start)
    return [
        f"{start} leads to {name}, asked for by {by}"
        for name, by in sorted(asked.items())
        for bad in never
        if name == bad or name.startswith(f"{bad}.")
    ]


def circle(house: House, place: Callable[[str], str]) -> list[str] | None:
    """Return a circle among the places of modules (their folders, or they themselves), if there is one."""
    arrows: dict[str, set[str]] = {}
    for i in house.imports:
        if i.target in house.modules and place(i.module) != place(i.target):
            arrows.setdefault(place(i.module), set()).add(place(i.target))
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def itself(module: str) -> str:
    return module


PLACES = pytest.mark.parametrize("place", [folder_of, itself], ids=["folders", "modules"])


def test_no_folder_imports_one_that_it_may_not(house):
    assert not wrong_arrows(house)


@pytest.mark.parametrize("start", NEVER_LEADS_TO)
def test_no_way_leads_where_it_must_not(house, start):
    assert any(name.startswith(start) for name in house.modules)
    assert not forbidden_ways(house, start, NEVER_LEADS_TO[start])


@PLACES
def test_no_circles(house, place):
    assert circle(house, place) is None


def planted(top: Path, files: dict[str, str]) -> House:
    """A house of these files."""
    for name, source in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return read_house(top)


OTHERS = {
    "kernels/queue.py": "",
    "networks/plan.py": "",
    "engine/study.py": "",
    "benchmarks/streets.py": "",
    "api/__init__.py": "",
    "api/plans.py": "",
}


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("kernels/queue.py", "from ..networks.plan import Plan"),
        ("kernels/queue.py", "from .. import networks"),
        ("networks/plan.py", "def f():\n    from ..kernels import queue"),
        ("simulation/run.py", "from ..engine.study import run"),
        ("engine/study.py", "from ..benchmarks import streets"),
        ("engine/commands/run.py", "from ...benchmarks.streets import streets"),
        ("engine/commands/__init__.py", "from ...benchmarks.streets import streets"),
        ("engine/study.py", "import importlib\nimportlib.import_module('greenband.benchmarks.streets')"),
        ("engine/study.py", "from importlib import import_module\nimport_module('..benchmarks.streets', __package__)"),
        ("engine/study.py", "from greenband.networks.plan import Plan"),
        ("engine/study.py", "from ..plans import read"),
        ("simulation/run.py", "from .. import open_study"),
        ("api/plans.py", "from .benchmarks.streets import streets"),
        ("benchmarks/streets.py", "import networks.plan"),
        ("benchmarks/streets.py", "from kernels import queue"),
    ],
)
def test_a_planted_wrong_import_is_caught(tmp_path, module, line):
    assert len(wrong_arrows(planted(tmp_path, {**OTHERS, module: line}))) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("engine/study.py", "from ..networks.plan import Plan"),
        ("simulation/run.py", "from ..kernels import queue"),
        ("benchmarks/streets.py", "from greenband.engine.study import run"),
        ("benchmarks/streets.py", "import greenband"),
        ("api/plans.py", "from .engine.study import run"),
        ("kernels/queue.py", "import numpy as np"),
    ],
)
def test_a_right_import_is_let_through(tmp_path, module, line):
    assert not wrong_arrows(planted(tmp_path, {**OTHERS, module: line}))


def test_a_long_way_to_the_solver_is_caught(tmp_path):
    files = {
        "engine/check/rules.py": "from ..findings import Finding",
        "engine/findings.py": "def f():\n    from .helper import g",
        "engine/helper.py": "from ortools.sat.python import cp_model",
    }
    house = planted(tmp_path, files)
    assert forbidden_ways(house, "greenband.engine.check", {"ortools"})
    assert not forbidden_ways(house, "greenband.engine.check", {"greenband.simulation"})


def test_a_way_through_what_a_package_does_when_imported_is_caught(tmp_path):
    files = {
        "engine/check/rules.py": "from ..sums.plain import add",
        "engine/sums/plain.py": "",
        "engine/sums/__init__.py": "import libsumo",
    }
    assert forbidden_ways(planted(tmp_path, files), "greenband.engine.check", SIMULATOR)


@PLACES
def test_a_planted_circle_is_caught(tmp_path, place):
    there, back = "from ...simulation.b import two", "from ...engine.a.one import f"
    files = {"engine/a/one.py": there, "simulation/b/two.py": back}
    assert circle(planted(tmp_path / "round", files), place)
    assert not circle(planted(tmp_path / "straight", {**files, "simulation/b/two.py": ""}), place)
