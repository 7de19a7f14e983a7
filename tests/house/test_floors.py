"""The floors of engine/: each folder may import those on floors below its own, and no folder is a heap."""

from collections import Counter
from pathlib import Path

import pytest

from tests.house.imports import FOLDERS, House, folder_of, read_house
from tests.house.test_arrows import OTHERS, circle, planted

TOP = Path(__file__).parents[2]
# From the top down. Folders on one floor know nothing of each other.
FLOORS = (
    {"cli"},
    {"commands"},
    {"results", "package"},
    {"report", "register"},
    {"actuated", "calibrate"},
    {"chain"},
    {"present"},
    {"optimise", "movements", "validate"},
    {"forecast"},
    {"studies", "export"},
    {"counts", "model", "main_street", "importing", "check"},
    {"rules"},
)
FLOOR_OF = {folder: -number for number, floor in enumerate(FLOORS) for folder in floor}
MOST_MODULES = 25
LOOSE = {"cli.py", "__init__.py"}


def room_of(module: str) -> str | None:
    """Return the folder of engine/ in which a module lies (of the command line itself, its name), or None."""
    parts = module.split(".")
    return parts[2] if parts[1:2] == ["engine"] and len(parts) > 2 else None


def upward(house: House) -> list[str]:
    """Return the imports that lead up, or across a floor."""
    found = []
    for i in house.imports:
        own, other = room_of(i.module), room_of(i.target)
        if own is None or other is None or own == other:
            continue
        if FLOOR_OF[other] >= FLOOR_OF[own]:
            found.append(f"{i.module}, line {i.line}: {own}/ may not import {i.target}")
    return found


def inner_rooms(parent: str):
    """Return what tells the room below a folder in which a module lies; the folder's own modules belong to none."""
    depth = parent.count(".") + 1

    def place(module: str) -> str:
        parts = module.split(".")
        inside = module.startswith(f"{parent}.") and len(parts) > depth + 1
        return ".".join(parts[: depth + 1]) if inside else module

    return place


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(TOP)


def test_every_folder_of_engine_has_a_floor(house):
    rooms = {room for name in house.modules if (room := room_of(name)) is not None}
    assert rooms == set(FLOOR_OF)


def test_no_folder_of_engine_imports_upwards(house):
    assert not upward(house)


def test_no_circle_between_the_folders_of_engine(house):
    assert circle(house, lambda module: room_of(module) or folder_of(module)) is None


def test_no_circle_between_the_rooms_of_a_folder(house):
    packages = {name.rpartition(".")[0] for name in house.modules if name.count(".") > 2}
    round_about = {parent: circle(house, inner_rooms(parent)) for parent in packages}
    assert not {parent: found for parent, found in round_about.items() if found}


def test_nothing_lies_loose_on_top_of_engine():
    assert {path.name for path in (TOP / "engine").glob("*.py")} == LOOSE


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_folder_is_a_heap(folder):
    modules = Counter(path.parent for path in (TOP / folder).rglob("*.py"))
    assert not {str(place.relative_to(TOP)): n for place, n in modules.items() if n > MOST_MODULES}


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("engine/validate/trial.py", "from ..optimise.race import referee"),
        ("engine/optimise/race/referee.py", "from ...chain.plan_study import f"),
        ("engine/counts/read.py", "from ..model import queues"),
        ("engine/rules/pack.py", "def f():\n    from ..check.check import check"),
    ],
)
def test_a_planted_upward_import_is_caught(tmp_path, module, line):
    files = {"engine/optimise/race/referee.py": "", "engine/chain/plan_study.py": "", "engine/model/queues.py": ""}
    files |= {"engine/check/check.py": "", "engine/counts/read.py": ""}
    others = {name: text for name, text in OTHERS.items() if not name.startswith("engine/")}
    assert len(upward(planted(tmp_path, {**others, **files, module: line}))) == 1


def test_a_planted_circle_of_rooms_is_caught(tmp_path):
    there, back = "from ..b.two import g", "from ..a.one import f"
    house = planted(tmp_path, {"engine/optimise/a/one.py": there, "engine/optimise/b/two.py": back})
    assert circle(house, inner_rooms("greenband.engine.optimise"))
