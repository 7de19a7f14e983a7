"""The wheel holds what the folders hold, and nothing else."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.house.imports import FOLDERS, installed_name

TOP = Path(__file__).parents[2]
MADE = ("__pycache__", "*.nbi", "*.nbc", "*.egg-info")


def build(kind: str, source: Path, out: Path) -> None:
    """Build a wheel or an sdist with the build tools of this environment."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", out, source]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def built_wheel(source: Path, out: Path) -> list[str]:
    """Build a wheel, and return the names of its files."""
    build("wheel", source, out)
    (wheel,) = out.glob("greenband-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """A copy of what the wheel is built from, so that nothing is written into the checkout."""
    copy = tmp_path_factory.mktemp("source")
    for path in TOP.iterdir():
        if path.is_file() and path.name != ".git":
            shutil.copy(path, copy)
    for folder in (*FOLDERS, "tests", "docs", ".ci"):
        shutil.copytree(TOP / folder, copy / folder, ignore=shutil.ignore_patterns(*MADE))
    return copy


def test_the_wheel_holds_every_file_of_the_folders_and_no_other(source, tmp_path):
    planted = [source / "engine" / "planted" / "deep" / "module.py", source / "engine" / "planted" / "rules.toml"]
    for path in planted:  # a new subfolder must come along by rule, with its data
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    for package in (source / "engine" / "planted", source / "engine" / "planted" / "deep"):
        (package / "__init__.py").write_text("")
    files = {
        str(installed_name(p.relative_to(source))) for f in FOLDERS for p in (source / f).rglob("*") if p.is_file()
    }
    names = {name for name in built_wheel(source, tmp_path) if ".dist-info/" not in name}
    assert files - names == set(), "left out of the wheel"
    assert names - files == set(), "in the wheel without being in the folders"
    assert not any("test" in Path(name).parts for name in names)


def test_the_sdist_has_what_it_takes_to_build_the_same_wheel_and_to_work_on_it(source, tmp_path):
    build("sdist", source, tmp_path)
    (packed,) = tmp_path.glob("greenband-*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    from_sdist, from_source = (set(built_wheel(place, tmp_path / place.name)) for place in (unpacked, source))
    assert from_sdist == from_source
    needed = {"Makefile", "CITATION.cff", "CHANGELOG.md", "mkdocs.yml", "docs/index.md", "docs/pictures/report.png"}
    assert not [name for name in (*needed, "tests/house/test_wheel.py", ".ci/run") if not (unpacked / name).exists()]
