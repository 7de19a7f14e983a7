"""Every file of a study lies in its folder, and every file that was read is in the evidence."""

from hashlib import sha256
from pathlib import Path

import pytest
from greenband.engine.studies.file import read_study
from greenband.engine.studies.provenance import origin_of
from greenband.networks.errors import InputError

TOML = """schema = 1
name = "s"
network = "n.net.xml"
additional = ["a.add.xml"]
day = "2026-03-05"
{more}
[[periods]]
name = "p"
begin = "07:00"
end = "08:00"
{last}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "study"
    inside.mkdir()
    for name in ("n.net.xml", "a.add.xml", "detectors.csv", "own.toml", "junctions.toml"):
        (inside / name).write_text(name)
    return inside


def write(folder: Path, more: str = "", last: str = "") -> Path:
    (folder / "study.toml").write_text(TOML.format(more=more, last=last))
    return folder


@pytest.mark.parametrize(
    ("more", "last"),
    [('rules = "../own.toml"', ""), ("", '[truth]\nroutes = ["../r.rou.xml"]'), ('rules = "/x.toml"', "")],
)
def test_a_file_that_the_study_names_outside_its_folder_is_refused(folder: Path, more: str, last: str) -> None:
    with pytest.raises(InputError, match="one folder"):
        read_study(write(folder, more, last))


def test_every_file_is_in_the_hashes_two_of_one_name_apart(folder: Path) -> None:
    one, two = folder.parent / "one" / "r.rou.xml", folder.parent / "two" / "r.rou.xml"
    for path in (one, two):
        path.parent.mkdir()
        path.write_text(path.parent.name)
    found = origin_of(read_study(write(folder, 'rules = "own.toml"')), [one, two]).sha256
    expected = {name: (folder / name).read_bytes() for name in sorted(path.name for path in folder.iterdir())}
    expected |= {"r.rou.xml": one.read_bytes(), "r.rou.xml (2)": two.read_bytes()}
    assert found == {name: sha256(content).hexdigest() for name, content in expected.items()}
