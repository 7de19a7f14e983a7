"""A plan made for another network is bad input to every command that reads a plan, and nothing is written."""

import shutil
from pathlib import Path

import greenband as gb
import pytest
from greenband.benchmarks.register.made_register import made_evidence
from greenband.engine.studies.file import read_study
from greenband.engine.studies.network import network_of
from greenband.engine.studies.provenance import origin_of
from greenband.networks.errors import InputError
from greenband.networks.plan_file import plan_json

from tests.engine.commands.command_line import greenband

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"
FORMATS = ("sumo", "utdf", "ntcip", "vissim", "gmns", "rsmp", "gbt20999", "sheet", "sheet-pdf")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A study, a plan made for it before one speed in its network changed, and evidence of the plan."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ARTERIAL, folder / "study", ignore=shutil.ignore_patterns("truth", "plain"))
    net = next((folder / "study").glob("*.net.xml"))
    study = read_study(folder / "study")
    network = network_of(study)
    about = {"study": study.file.name, "period": study.file.periods[0].label}
    plan = plan_json(network.running_plan, network, about)
    (folder / "plan.json").write_bytes(plan)
    net.write_text(net.read_text().replace('speed="13.89"', 'speed="13.88"', 1))
    origin = origin_of(read_study(folder / "study"))
    (folder / "evidence.json").write_bytes(made_evidence(plan, about=about, inputs_sha256=origin.sha256))
    assert greenband("key", "new", folder / "root", "--quiet") == 0
    who = ("--by", "Root", "--key", folder / "root", "--register", folder / "r.sqlite", "--quiet")
    assert greenband("register", "init", "--name", "Desk", *who) == 0
    return folder


def refused(desk, capsys, command, *options):
    capsys.readouterr()
    assert greenband(command, desk / "study", desk / "plan.json", *options) == 2
    assert "network_sha256" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "estimate", "validate"])
def test_judging_refuses_it(desk, capsys, command):
    refused(desk, capsys, command)


@pytest.mark.parametrize("name", FORMATS)
def test_every_export_refuses_it_and_writes_nothing(desk, capsys, tmp_path, name):
    refused(desk, capsys, "export", "--format", name, "--out", tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_the_register_refuses_it(desk, capsys):
    who = ("--by", "Root", "--key", desk / "root", "--why", "because", "--register", desk / "r.sqlite")
    refused(desk, capsys, "submit", "--recheck", "2099-01-01", *who)


def test_a_later_plan_of_the_day_is_held_to_it_too(desk, capsys, tmp_path):
    (desk / "today.json").write_bytes(_today(desk))
    later = ("--from", "06:00", "--later", f"{desk / 'plan.json'}@15:00", "--out", tmp_path / "out")
    capsys.readouterr()
    assert greenband("export", desk / "study", desk / "today.json", "--format", "ntcip", *later) == 2
    assert "network_sha256" in capsys.readouterr().err


def test_the_api_refuses_it(desk):
    with pytest.raises(InputError, match="hash"):
        gb.read_plan(desk / "plan.json", gb.open_study(desk / "study"))


def _today(desk) -> bytes:
    network = network_of(read_study(desk / "study"))
    return plan_json(network.running_plan, network, {})
