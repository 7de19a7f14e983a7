"""Folders change as a whole: what a run before left goes, what is somebody else's stays."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest
from greenband.networks.folders import folder_atomically

OURS = ("plan.json", "actuated.json", "alternatives")


def files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def write(folder: Path, content: dict[str, str]) -> None:
    for name, text in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def write_and_raise(folder: Path) -> None:
    write(folder, {"plan.json": "2"})
    raise RuntimeError


@pytest.fixture(params=["exchanged", "one by one", "current"])
def way(request, monkeypatch, tmp_path):
    """The three ways a folder is replaced: by exchange, without it, and the folder that one stands in."""
    if request.param == "one by one":
        monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    if request.param == "current":
        (tmp_path / "out").mkdir()
        monkeypatch.chdir(tmp_path / "out")
    return request.param


@pytest.mark.usefixtures("way")
def test_a_second_run_leaves_nothing_of_the_first_and_all_that_is_somebody_elses(tmp_path):
    out = tmp_path / "out"
    write(out, {"plan.json": "1", "actuated.json": "1", "alternatives/a.json": "1", "notes.txt": "mine", "my/x": "y"})
    with folder_atomically(out, OURS) as folder:
        write(folder, {"plan.json": "2", "alternatives/b.json": "2"})
    assert files(out) == {"plan.json": "2", "alternatives/b.json": "2", "notes.txt": "mine", "my/x": "y"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.usefixtures("way")
def test_a_block_that_raises_leaves_the_folder_as_it_was(tmp_path):
    out = tmp_path / "out"
    write(out, {"plan.json": "1"})
    with pytest.raises(RuntimeError), folder_atomically(out, OURS) as folder:
        write_and_raise(folder)
    assert files(out) == {"plan.json": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_new_folder_can_be_read_by_whom_the_umask_lets(tmp_path):
    with folder_atomically(tmp_path / "a" / "out") as folder:
        write(folder, {"plan.json": "1"})
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "a" / "out").stat().st_mode & 0o777 == 0o777 & ~mask
    assert (tmp_path / "a" / "out" / "plan.json").stat().st_mode & 0o777 == 0o666 & ~mask


KILLED = """
import itertools, os, signal, sys
from pathlib import Path
from greenband.networks.folders import folder_atomically
left = itertools.count(int(sys.argv[2]), -1)
def trace(frame, event, arg):
    if frame.f_code.co_filename.endswith("folders.py") and next(left) == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return trace
sys.settrace(trace)
with folder_atomically(Path(sys.argv[1]), ("plan.json", "actuated.json")) as folder:
    for name in ("plan.json", "evidence.json", "report.html"):
        (folder / name).write_text("new")
"""


@pytest.mark.parametrize("line", range(5, 150, 12))
def test_a_kill_leaves_the_old_folder_or_the_new_one(tmp_path, line):
    out = tmp_path / "out"
    old = {"plan.json": "old", "actuated.json": "old", "evidence.json": "old", "report.html": "old", "mine": "mine"}
    write(out, old)
    subprocess.run([sys.executable, "-c", KILLED, str(out), str(line)], check=False, timeout=60)
    new = {"plan.json": "new", "evidence.json": "new", "report.html": "new", "mine": "mine"}
    assert files(out) in (old, new)


def test_a_folder_that_is_a_file_is_an_error_of_the_system(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OSError, match="out"), folder_atomically(tmp_path / "out") as folder:
        write(folder, {"plan.json": "1"})
    assert (tmp_path / "out").read_text() == "a file"
