"""What was guessed of a network, left out, or is unsafe in its programs is told by every command that reads."""

import json
import shutil
from pathlib import Path

import pytest
from greenband.engine.chain import plan_study as spine
from greenband.networks.sumo.net import read_network

from tests.engine.commands.command_line import greenband
from tests.networks.built import CROSS, ONE_WAY_EDGES, build

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"
UNSAFE = "UNSAFE TODAY, junction {}: groups"


class SearchBegins(Exception):
    """Raised in place of the search."""


def all_green(network, signal, folder):
    size = read_network(network).by_junction[signal].size
    states = ((40, "G" * size), (3, "y" * size), (17, "r" * size))
    phases = "".join(f'<phase duration="{seconds}" state="{state}"/>' for seconds, state in states)
    path = folder / "green.add.xml"
    path.write_text(f'<additional><tlLogic id="{signal}" type="static" programID="g">{phases}</tlLogic></additional>')
    return path


@pytest.fixture
def street(tmp_path):
    return build(tmp_path, CROSS, ONE_WAY_EDGES, ("--no-turnarounds",))


def test_an_import_tells_of_protected_greens_at_once(street, tmp_path, capsys):
    program = all_green(street, "m", tmp_path)
    assert greenband("import", street, "--additional", program, "--out", tmp_path / "study") == 0
    assert UNSAFE.format("m") in capsys.readouterr().out
    assert greenband("import", street, "--additional", program, "--out", tmp_path / "again", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert any(sentence.startswith(UNSAFE.format("m")) for sentence in told["reading"])
    assert greenband("import", street, "--out", tmp_path / "safe", "--json") == 0
    assert json.loads(capsys.readouterr().out)["reading"] == []


def test_a_new_study_tells_what_was_guessed(street, tmp_path, capsys):
    text = street.read_text()
    street.write_text("\n".join(line for line in text.splitlines() if "<request " not in line))
    assert greenband("study", "new", tmp_path / "study", "--net", street) == 0
    assert "does not tell whether groups" in capsys.readouterr().out


def test_a_run_tells_before_it_searches(tmp_path, monkeypatch):
    study = tmp_path / "study"
    shutil.copytree(ARTERIAL, study)
    all_green(study / "arterial.net.xml", "J1", study)
    text = (study / "study.toml").read_text()
    (study / "study.toml").write_text('additional = ["green.add.xml"]\n' + text)

    def begins(_prepared):
        raise SearchBegins

    monkeypatch.setattr(spine, "set_up", begins)
    heard = []
    with pytest.raises(SearchBegins):
        spine.plan_study(study, hear=heard.append)
    assert any(sentence.startswith(UNSAFE.format("J1")) for sentence in heard)
    assert not any(UNSAFE.format("J2") in sentence for sentence in heard)
