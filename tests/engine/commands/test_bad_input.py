"""Every kind of bad input gives one clear error and exit code 2, and nothing is written."""

import shutil
import sys
from pathlib import Path

import pytest
from greenband.engine.cli import main

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"
NET = ARTERIAL / "arterial.net.xml"

STUDY = """schema = 1
name = "tiny"
network = "arterial.net.xml"
counts = "counts.csv"
detectors = "detectors.csv"
day = "2026-03-03"
[[periods]]
name = "morning"
begin = "07:00"
end = "08:00"
"""


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    shutil.copy(NET, folder)
    lane = "J1_J2_1"
    (folder / "study.toml").write_text(STUDY)
    (folder / "detectors.csv").write_text(f"detector,lane,position_m,kind\nloop,{lane},10,approach\n")
    rows = [f"loop,2026-03-02T07:{minute:02d}:00,300,20" for minute in range(0, 60, 5)]
    (folder / "counts.csv").write_text("\n".join(["detector,start,interval_s,count", *rows, ""]))
    return folder


def refused(monkeypatch, capsys, *arguments) -> str:
    """Run the command line, and return the one error that it must end with."""
    monkeypatch.setattr(sys, "argv", ["greenband", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.count("error:") == 1
    assert "Traceback" not in error
    return error


def run_refused(monkeypatch, capsys, study) -> str:
    out = study.parent / "out"
    error = refused(monkeypatch, capsys, "run", study, "--out", out, "--quiet")
    assert not out.exists()
    return error


def test_a_missing_study(monkeypatch, capsys, tmp_path):
    assert "study.toml" in refused(monkeypatch, capsys, "run", tmp_path / "none", "--out", tmp_path / "out")


def test_a_missing_network(monkeypatch, capsys, study):
    (study / "arterial.net.xml").unlink()
    assert "no such file" in run_refused(monkeypatch, capsys, study)


def test_broken_xml_is_named_with_its_line(monkeypatch, capsys, study):
    text = NET.read_text()
    (study / "arterial.net.xml").write_text(text[: len(text) // 2])
    error = run_refused(monkeypatch, capsys, study)
    assert "broken XML" in error
    assert "line" in error


def test_a_route_file_where_a_network_belongs(monkeypatch, capsys, study):
    (study / "arterial.net.xml").write_text('<routes><trip id="0" depart="0" from="a" to="b"/></routes>')
    assert "<routes>" in run_refused(monkeypatch, capsys, study)


def test_a_network_without_a_signal(monkeypatch, capsys, study):
    (study / "arterial.net.xml").write_text("<net/>")
    assert "no signal" in run_refused(monkeypatch, capsys, study)


def change_counts(study, old: str, new: str) -> None:
    path = study / "counts.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_column_of_text_in_the_counts(monkeypatch, capsys, study):
    change_counts(study, "300,20", "300,many")
    error = run_refused(monkeypatch, capsys, study)
    assert "many" in error
    assert "line 2" in error


def test_an_unknown_detector(monkeypatch, capsys, study):
    change_counts(study, "loop,2026-03-02T07:05", "lop,2026-03-02T07:05")
    error = run_refused(monkeypatch, capsys, study)
    assert "lop" in error
    assert "line 3" in error


def test_negative_counts(monkeypatch, capsys, study):
    change_counts(study, "300,20", "300,-20")
    assert "-20" in run_refused(monkeypatch, capsys, study)


def test_a_missing_counts_file(monkeypatch, capsys, study):
    (study / "counts.csv").unlink()
    assert "counts.csv" in run_refused(monkeypatch, capsys, study)


def test_a_path_that_leaves_the_study(monkeypatch, capsys, study):
    (study / "study.toml").write_text(STUDY.replace("arterial.net.xml", "../arterial.net.xml"))
    assert "one folder" in run_refused(monkeypatch, capsys, study)


def test_public_holidays_of_a_place_that_nobody_knows(monkeypatch, capsys, study):
    (study / "study.toml").write_text('holidays = "ATLANTIS"\n' + STUDY)
    error = run_refused(monkeypatch, capsys, study)
    assert "study.toml, holidays" in error
    assert "ATLANTIS" in error
    (study / "study.toml").write_text('holidays = ["no day"]\n' + STUDY)
    error = run_refused(monkeypatch, capsys, study)
    assert "no day" in error
    assert "list of days" in error


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('"07:00"', '"7 o clock"', "time of day"),
        ("schema = 1", "schema = 9", "schema"),
        ("[[periods]]", "[[periodes]]", "periods"),
        ('day = "2026-03-03"', 'day = "soon"', "day"),
        ("schema = 1", "schema 1", "broken TOML"),
        ("[[periods]]", "[objective]\nstops = -1\n[[periods]]", "objective.stops"),
    ],
)
def test_a_study_file_that_cannot_be_read(monkeypatch, capsys, study, old, new, word):
    (study / "study.toml").write_text(STUDY.replace(old, new))
    assert word in run_refused(monkeypatch, capsys, study)


def test_an_unknown_objective(monkeypatch, capsys, study):
    error = refused(monkeypatch, capsys, "run", study, "--out", study / "o", "--objective", "comfort")
    assert "'comfort'" in error
    assert "pedestrians" in error


def test_an_unknown_period(monkeypatch, capsys, study):
    assert "'noon'" in refused(monkeypatch, capsys, "run", study, "--out", study / "o", "--period", "noon")


def test_a_route_file_that_is_missing_in_a_field_study(monkeypatch, capsys, tmp_path):
    out = tmp_path / "out"
    refused(monkeypatch, capsys, "study", "field", NET, tmp_path / "none.rou.xml", "--out", out, "--quiet")
    assert not out.exists()


def test_a_route_file_given_as_the_network_of_a_field_study(monkeypatch, capsys, tmp_path):
    routes = tmp_path / "trips.rou.xml"
    routes.write_text('<routes><trip id="0" depart="0" from="a" to="b"/></routes>')
    out = tmp_path / "out"
    error = refused(monkeypatch, capsys, "study", "field", routes, routes, "--out", out, "--quiet")
    assert "<routes>" in error
    assert not out.exists()


def test_an_unknown_export_format(monkeypatch, capsys, study):
    out = study / "o.xml"
    assert "'csv'" in refused(monkeypatch, capsys, "export", study, out, "--format", "csv", "--out", out)


def test_a_plan_that_is_no_plan(monkeypatch, capsys, study):
    plan = study / "plan.json"
    plan.write_text('{"schema": 1, "junctions": 3}')
    assert "plan.json" in refused(monkeypatch, capsys, "check", study, plan)


@pytest.mark.parametrize("name", ["x" * 5000, "a\\u0000b", "../" * 2000, "a/" * 3000])
def test_a_name_that_no_file_can_have(monkeypatch, capsys, study, name):
    """Found by fuzzing."""
    text = (study / "study.toml").read_text().replace("arterial.net.xml", name)
    (study / "study.toml").write_text(text)
    assert len(run_refused(monkeypatch, capsys, study)) < 1200
