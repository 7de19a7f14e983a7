"""Instances from files: solved, printed, and refused where they are none."""

import json

import pytest
from greenband.benchmarks.exact.instances import crossings, read, streets
from greenband.benchmarks.exact.solve import bandwidth, junctions, offsets
from greenband.networks.errors import InputError


def write(path, inputs):
    path.write_text(json.dumps({"inputs": inputs}), encoding="utf-8")
    return path


def printed(capsys):
    return json.loads(capsys.readouterr().out)


def test_offsets_of_two_signals_are_those_of_the_least_entry(tmp_path, capsys):
    path = write(
        tmp_path / "o.json", {"C": 4, "nodes": [0, 1], "edges": [{"i": 0, "j": 1, "table": [3.0, 1.5, 2.0, 9.0]}]}
    )
    offsets([path], as_json=True)
    (found,) = printed(capsys)
    assert (found["value"], found["bound"], found["status"]) == (1.5, 1.5, "OPTIMAL")
    assert (found["plan"]["1"] - found["plan"]["0"]) % 4 == 1
    assert found["file"] == str(path)
    assert found["seconds"] > 0


def test_a_junction_is_solved_for_each_cycle_and_one_without_plan_is_said_to_have_none(tmp_path, capsys):
    two = {
        "cycles": [12, 40],
        "groups": ["a", "b"],
        "flow": {"a": 400, "b": 200},
        "sat": {"a": 1800, "b": 1800},
        "min_green": {"a": 5, "b": 5},
        "conflicts": [{"a": "a", "b": "b", "intergreen_ab": 4, "intergreen_ba": 4}],
    }
    junctions([write(tmp_path / "j.json", two)], as_json=True)
    short, long = printed(capsys)
    assert (short["status"], short["value"]) == ("INFEASIBLE", None)
    assert (long["status"], sum(long["plan"]["green_s"].values())) == ("OPTIMAL", 32)


def test_a_street_of_two_signals_half_a_cycle_apart_has_its_whole_green(tmp_path, capsys):
    street = {"distances_ft": [1200], "red_fraction": [0.4, 0.4], "C": 60, "v_ftps": 40}
    bandwidth([write(tmp_path / "b.json", street)], as_json=True)
    (found,) = printed(capsys)
    assert found["value"] == pytest.approx(0.6)
    assert found["bound"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"inputs": {}}', '{"inputs": {"C": 4, "nodes": [0], "edges": [{"i": 0}]}}']
)
def test_what_is_no_instance_is_refused_with_its_name(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    for take in (crossings, streets):
        with pytest.raises(InputError, match=r"x\.json"):
            read(path, take)
