"""A plan's life on the command line: submitted, approved, exported, packaged, and what is refused on the way."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from greenband.benchmarks.register.made_register import made_evidence
from greenband.engine.register.canonical import digest
from greenband.engine.studies.file import read_study
from greenband.engine.studies.network import network_of
from greenband.engine.studies.provenance import origin_of
from greenband.networks.plan_file import plan_json, read_plan
from lxml import etree

from tests.engine.commands.command_line import greenband

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A study with a plan and evidence that its gate passed, keys, and a register in which everybody has a role."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ARTERIAL, folder / "study", ignore=shutil.ignore_patterns("truth", "plain"))
    study = read_study(folder / "study")
    network, period = network_of(study), study.file.periods[0]
    about = {"study": study.file.name, "period": period.label}
    plan = plan_json(network.running_plan, network, about)
    (folder / "plan.json").write_bytes(plan)
    evidence = made_evidence(plan, about=about, inputs_sha256=origin_of(study).sha256)
    (folder / "evidence.json").write_bytes(evidence)
    for name in ("root", "ada", "ben", "olga"):
        assert greenband("key", "new", folder / name, "--quiet") == 0
    as_root = ("--by", "Root", "--key", folder / "root", "--register", folder / "r.sqlite", "--quiet")
    assert greenband("register", "init", "--name", "Desk", *as_root) == 0
    for name, role in (("ada", "author"), ("ben", "approver"), ("olga", "operator")):
        who = (name.title(), "--public-key", folder / f"{name}.pub", "--roles", role, "--why", "as agreed")
        assert greenband("register", "person", *who, *as_root) == 0
    return folder


def by(desk, name, why="because"):
    return ("--by", name, "--key", desk / name.lower(), "--why", why, "--register", desk / "r.sqlite", "--quiet")


@pytest.fixture(scope="module")
def approved(desk):
    export = ("export", desk / "study", desk / "plan.json", "--format", "sumo", "--out", desk / "early.add.xml")
    assert greenband(*export, "--for-street", *by(desk, "Olga")) == 2
    submit = ("submit", desk / "study", desk / "plan.json", "--recheck", "2099-01-01")
    assert greenband(*submit, *by(desk, "Ada")) == 0
    assert greenband(*export, "--for-street", *by(desk, "Olga")) == 2
    assert greenband("approve", desk / "plan.json", *by(desk, "Ada")) == 2
    assert not (desk / "early.add.xml").exists()
    assert greenband("approve", desk / "plan.json", *by(desk, "Ben")) == 0
    return desk


def test_a_draft_says_so_and_needs_no_register(desk):
    out = desk / "draft.add.xml"
    assert greenband("export", desk / "study", desk / "plan.json", "--format", "sumo", "--out", out, "--quiet") == 0
    assert b"DRAFT" in out.read_bytes()


def test_an_approved_plan_leaves_without_the_word_draft_and_is_recorded(approved, capsys):
    out = approved / "plan.add.xml"
    export = ("export", approved / "study", approved / "plan.json", "--format", "sumo", "--out", out)
    assert greenband(*export, "--for-street", *by(approved, "Ben")) == 2
    assert not out.exists()
    assert greenband(*export, "--for-street", *by(approved, "Olga")) == 0
    assert b"DRAFT" not in out.read_bytes()
    assert etree.parse(out).getroot().tag == "additional"
    network = network_of(read_study(approved / "study"))
    assert read_plan(out, network).junctions == read_plan(approved / "plan.json", network).junctions
    capsys.readouterr()
    assert greenband("history", "--json", "--register", approved / "r.sqlite") == 0
    told = json.loads(capsys.readouterr().out)
    (plan,) = told["plans"]
    assert plan["state"] == "exported"
    assert digest(out.read_bytes()) in plan["files"]


def test_one_byte_changed_after_the_approval_is_refused(approved, tmp_path, capsys):
    changed = tmp_path / "plan.json"
    changed.write_bytes((approved / "plan.json").read_bytes() + b"\n")
    out = tmp_path / "out.add.xml"
    for way in ("--for-street", "--package"):
        export = ("export", approved / "study", changed, "--format", "sumo", "--out", out, way)
        assert greenband(*export, *by(approved, "Olga")) == 2
        assert "byte for byte" in capsys.readouterr().err
    assert not out.exists()


def test_a_street_changed_after_the_approval_is_refused(approved, tmp_path, capsys):
    study = tmp_path / "study"
    shutil.copytree(approved / "study", study)
    net = next(study.glob("*.net.xml"))
    net.write_text(net.read_text().replace("</net>", "<!-- one lane less --></net>"))
    export = ("export", study, approved / "plan.json", "--format", "sumo", "--out", tmp_path / "out", "--for-street")
    assert greenband(*export, *by(approved, "Olga")) == 2
    assert "network_sha256" in capsys.readouterr().err


def test_a_package_is_verified_with_the_public_key_alone(approved, tmp_path, capsys):
    out = tmp_path / "plan.zip"
    export = ("export", approved / "study", approved / "plan.json", "--format", "sumo", "--out", out, "--package")
    assert greenband(*export, *by(approved, "Olga")) == 0
    verify = ("package", "verify", out, "--key", approved / "root.pub")
    assert greenband(*verify) == 0
    assert "approved by Ben" in capsys.readouterr().out
    with zipfile.ZipFile(out) as archive:
        assert archive.read(next(n for n in archive.namelist() if n.startswith("files/"))).startswith(b"<?xml")
    assert greenband("package", "verify", out, "--key", approved / "olga.pub") == 3
    register = ("register", "verify", "--register", approved / "r.sqlite", "--administrator", approved / "root.pub")
    assert greenband(*register, "--package", out) == 0
    out.write_bytes(out.read_bytes().replace(b"<?xml", b"<?xmL"))
    assert greenband(*verify) == 3


def test_evidence_of_another_plan_or_study_is_refused(desk, tmp_path, capsys):
    submit = ("submit", desk / "study", desk / "plan.json", "--recheck", "2099-01-01", *by(desk, "Ada"))
    evidence = json.loads((desk / "evidence.json").read_bytes())
    plan = (desk / "plan.json").read_bytes()
    about, inputs = evidence["about"], evidence["inputs_sha256"]
    wrong = {
        "another plan": made_evidence(plan + b" ", about=about, inputs_sha256=inputs),
        "another file now": made_evidence(plan, about=about, inputs_sha256={**inputs, "study.toml": "a" * 64}),
        "for one period": made_evidence(plan, about={**about, "period": "night"}, inputs_sha256=inputs),
    }
    for what, content in wrong.items():
        (tmp_path / "e.json").write_bytes(content)
        assert greenband(*submit, "--evidence", tmp_path / "e.json") == 2, what
    failed = {"passed": False, "decision": "worse", "reasons": ["Delay grows."]}
    (tmp_path / "e.json").write_bytes(made_evidence(plan, about=about, inputs_sha256=inputs, gate=failed))
    capsys.readouterr()
    assert greenband(*submit, "--evidence", tmp_path / "e.json") == 3
    assert "Delay grows." in capsys.readouterr().err


def test_an_unsafe_plan_is_refused_whatever_its_evidence_says(desk, tmp_path):
    told = json.loads((desk / "plan.json").read_bytes())
    vehicle = next(g for g in told["junctions"][0]["groups"] if g["windows"])
    vehicle["windows"] = [{"display": "G", "start_s": 0, "length_s": told["junctions"][0]["cycle_s"]}]
    (tmp_path / "plan.json").write_text(json.dumps(told))
    evidence = json.loads((desk / "evidence.json").read_bytes())
    unsafe = made_evidence(
        (tmp_path / "plan.json").read_bytes(), about=evidence["about"], inputs_sha256=evidence["inputs_sha256"]
    )
    (tmp_path / "evidence.json").write_bytes(unsafe)
    submit = ("submit", desk / "study", tmp_path / "plan.json", "--recheck", "2099-01-01", *by(desk, "Ada"))
    assert greenband(*submit) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("approve", "deadbeef00"),
        ("approve", "x"),
        ("revoke", ""),
        ("rollback", "deadbeef00"),
        ("review", "deadbeef00", "--recheck", "soon"),
    ],
)
def test_what_nobody_knows_is_refused(desk, arguments, capsys):
    assert greenband(*arguments, *by(desk, "Ben")) == 2
    assert capsys.readouterr().err.count("error:") == 1


@pytest.mark.parametrize("why", ["", " ", "two\nlines", "x" * 1001, "\x1b[31m"])
def test_a_reason_that_cannot_stand_in_a_register_is_refused(desk, why, capsys):
    assert greenband("approve", "deadbeef00", *by(desk, "Ben", why)) == 2
    assert "--why" in capsys.readouterr().err
