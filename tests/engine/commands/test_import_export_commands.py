"""`greenband import` and `greenband export` from the command line: exit codes, what is written, what is not."""

import json
import shutil
from pathlib import Path

import pytest
from greenband.networks.plan_file import plan_json
from greenband.networks.sumo.net import read_network

from tests.engine.commands.command_line import greenband
from tests.networks.test_utdf import sample

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial" / "arterial.net.xml"


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """The bundled street, imported from SUMO, with the plan that runs."""
    folder = tmp_path_factory.mktemp("import") / "study"
    assert greenband("import", ARTERIAL, "--out", folder, "--quiet") == 0
    return folder


def test_an_imported_network_is_a_study_with_the_plan_that_runs(study):
    network = read_network(study / "arterial.net.xml")
    assert (study / "plan.json").read_bytes().startswith(b"{")
    written = json.loads((study / "plan.json").read_text())["junctions"]
    meant = json.loads(plan_json(read_network(ARTERIAL).running_plan, network, {}))["junctions"]
    assert written == meant


@pytest.mark.parametrize("format_", ["sumo", "utdf", "ntcip", "gmns", "rsmp", "vissim", "gbt20999", "sheet"])
def test_each_format_is_written_with_its_losses_beside_it(study, tmp_path, format_):
    out = tmp_path / "plan.out"
    assert greenband("export", study, study / "plan.json", "--format", format_, "--out", out, "--quiet") == 0
    assert out.stat().st_size > 0
    losses = tmp_path / "plan.out.losses.json"
    assert losses.exists() == (format_ not in ("sumo", "sheet"))
    if losses.exists():
        assert json.loads(losses.read_text())["format"] == format_


@pytest.mark.parametrize(
    "options",
    [
        ("--format", "paper"),
        ("--format", "ntcip", "--variant", "v02"),  # the vendor's offset reference is not said
        ("--format", "utdf", "--offset-reference", "noon"),
        ("--format", "sheet", "--junction", "J99"),
        ("--format", "sumo", "--later", "nowhere.json@07:00"),
    ],
)
def test_a_wrong_option_is_bad_input_and_nothing_is_written(study, tmp_path, options):
    assert greenband("export", study, study / "plan.json", *options, "--out", tmp_path / "plan.out") == 2
    assert not list(tmp_path.iterdir())


def test_what_is_neither_utdf_nor_sumo_is_bad_input_and_nothing_is_written(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear agency,\n")
    assert greenband("import", tmp_path / "letter.txt", "--out", tmp_path / "study") == 2
    assert not (tmp_path / "study").exists()


def test_an_import_never_overwrites_a_study(study, tmp_path):
    copied = tmp_path / "study"
    shutil.copytree(study, copied)
    before = {p.name: p.read_bytes() for p in copied.iterdir()}
    assert greenband("import", ARTERIAL, "--out", copied) == 2
    assert {p.name: p.read_bytes() for p in copied.iterdir()} == before


def test_a_utdf_file_is_told_by_its_content(tmp_path):
    assert greenband("import", sample("bullhead_sr95.utdf.csv"), "--out", tmp_path / "study", "--quiet") == 0
    assert (tmp_path / "study" / "counts.csv").exists()
