"""A study's drivers: measured, given by the field, kept, and followed by the queue model."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from greenband.engine.calibrate import calibrate_study as verb
from greenband.engine.calibrate.learn_drivers import learnt, served, speed_limits
from greenband.engine.cli import main
from greenband.engine.model.behaviour import Behaviour
from greenband.engine.studies.calibration import Calibration, FieldDrivers, calibration_toml, read_calibration
from greenband.engine.studies.file import read_study
from greenband.engine.studies.provenance import origin_of
from greenband.networks.errors import InputError
from greenband.networks.sumo.net import read_network
from greenband.simulation.calibrate import Discharge, Gaps, crossings, default_type
from greenband.simulation.calibrate_streets import queue_street

ARTERIAL = Path(verb.__file__).parents[2] / "networks" / "arterial"
DRAG_M_S = Behaviour().drag_m_s


def lane(turn, limit_m_s, turn_limit_m_s, reaction_s=1.2, most_m_s=11.0, later_s=0.0):
    speed_m_s = min(min(limit_m_s, turn_limit_m_s) - DRAG_M_S, most_m_s)
    headway_s = reaction_s + 7.5 / speed_m_s
    return Discharge(
        turn=turn, limit_m_s=limit_m_s, turn_limit_m_s=turn_limit_m_s, cycles=20, headway_s=headway_s,
        headway_error_s=0.02, first_s=0.5 + later_s, places_s=(headway_s + 1.0, headway_s + 0.5, headway_s),
        start_up_loss_s=0.5 + later_s + 1.5 - headway_s, start_up_loss_error_s=0.1,
        yellow_s=0.8, speed_m_s=speed_m_s,
    )  # fmt: skip


LANES = tuple(
    lane(turn, limit, min(limit, bend))
    for limit in (30 / 3.6, 50 / 3.6, 70 / 3.6)
    for turn, bend in (("right", 6.5), ("straight", 99.0), ("left", 7.3))
)
GAPS = Gaps(
    served=600, seconds=3600, opposing_veh_h=600.0, critical_gap_s=5.5, critical_gap_error_s=0.1, follow_up_s=2.5,
    follow_up_error_s=0.1,
)  # fmt: skip


@pytest.fixture
def study(tmp_path, monkeypatch):
    """The bundled study, and a SUMO whose drivers answer to tau and startupDelay by one second for each second."""

    def measured(kind, *, speeds_m_s=(), **_):
        tau_s, delay_s = float(kind.get("tau", 1.0)), float(kind.get("startupDelay", 0.0))
        return tuple(lane(each.turn, each.limit_m_s, each.turn_limit_m_s, tau_s + 0.2, 11.0, delay_s) for each in LANES)

    monkeypatch.setattr(verb, "measure_discharge", measured)
    monkeypatch.setattr(
        verb, "measured_gaps", lambda kind, how, step_s: (GAPS, how.model_copy(update={"look_ahead_s": 1.1}))
    )
    shutil.copytree(ARTERIAL, tmp_path / "study")
    return tmp_path / "study"


def told(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["greenband", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_lanes_that_follow_the_formula_give_its_numbers_back():
    found = learnt(LANES, 1.5)
    assert (found.reaction_s, found.discharge_speed_m_s) == (pytest.approx(1.2, abs=0.01), pytest.approx(11.0, abs=0.1))
    assert found.start_headway_s == (0.0, 1.0, 0.5, 0.0)
    assert found.start_delay_s == 0.5


def test_the_queue_model_discharges_as_sumo_did_on_streets_it_was_not_fitted_to(tmp_path):
    """Fitted to 30 and 50 km/h with 34 s of 70 s green; SUMO, seed 7, is asked about 40 km/h with 22 s of 60 s.

    In the model each cycle lets the same number through, so that a lane can be a vehicle of twelve off.
    """
    fitted = {"reaction_s": 1.366, "discharge_speed_m_s": 13.0, "start_headway_s": (0.0, 1.298, 0.518, 0.217)}
    how = Behaviour(**fitted, start_delay_s=0.482, yellow_use_s=0.88)
    street = queue_street(tmp_path, (40 / 3.6,), default_type(), 22, 60, 1200)
    seen = crossings(street, tmp_path, 1200, 1.0, 7)
    ours = served(tmp_path, how, 1200)
    lanes = [(ours[("in0", f"{turn}0")], len(seen[f"in0 {turn}"])) for turn in ("right", "straight", "left")]
    assert all(mine == pytest.approx(theirs, rel=1 / 11) for mine, theirs in lanes), lanes
    assert sum(mine for mine, _ in lanes) == pytest.approx(sum(theirs for _, theirs in lanes), rel=0.05), lanes


def test_measured_drivers_are_kept_and_followed_and_told(study, monkeypatch, capsys):
    code, out, _ = told(monkeypatch, capsys, "calibrate", study, "--json")
    kept = read_calibration(study)
    assert code == 0
    assert json.loads(out)["sumo"]["behaviour"]["look_ahead_s"] == 1.1
    read = read_study(study)
    assert read.calibration == kept
    assert read.behaviour.reaction_s == pytest.approx(1.2, abs=0.01)
    assert "calibration.toml" in origin_of(read).sha256
    assert any("SUMO" in sentence and "discharges" in sentence for sentence in origin_of(read).drivers)
    assert not read.additional, "without the field's word SUMO's drivers stay as they are"


def test_the_fields_word_moves_model_and_simulator(study):
    field = FieldDrivers(saturation_flow_veh_h=1700, start_up_loss_s=2.0, source="a count of 2026")
    found = verb.calibrate(study, field=field)
    assert found.simulator.saturation_flow_veh_h == pytest.approx(1700, rel=0.01)
    assert 0 < found.simulator.startup_delay_s < 3600 / 1700 - 1.35, "more would slow the whole queue"
    assert f"{found.simulator.start_up_loss_s:.1f} s" in " ".join(found.sentences), "what SUMO cannot reach is told"
    read = read_study(study)
    assert [path.name for path in read.additional] == ["drivers.add.xml"]
    slower_s = 3600 / 1700 - 3600 / found.sumo.saturation_flow_veh_h
    assert read.behaviour.reaction_s == pytest.approx(1.2 + slower_s, abs=0.01)
    # A start-up loss of 2 s by the HCM: what the first four take beyond four saturation headways.
    how, headway_s = read.behaviour, 3600 / 1700
    assert how.start_delay_s + sum(how.start_headway_s[1:4]) - headway_s == pytest.approx(2.0, abs=0.02)
    assert "a count of 2026" in " ".join(read.calibration.sentences)


def test_values_that_are_there_are_not_overwritten_silently(study, monkeypatch, capsys):
    given = ("--saturation-flow", 1700, "--start-up-loss", 2.0)
    assert told(monkeypatch, capsys, "calibrate", study, *given, "--quiet") == (0, "", "")
    before = (study / "calibration.toml").read_bytes()
    code, _, said = told(monkeypatch, capsys, "calibrate", study, "--hcm")
    assert (code, (study / "calibration.toml").read_bytes()) == (2, before)
    assert "[field]" in said
    assert told(monkeypatch, capsys, "calibrate", study, *given, "--quiet")[0] == 0, "the same again is no change"
    assert told(monkeypatch, capsys, "calibrate", study, "--hcm", "--replace", "--quiet")[0] == 0
    assert read_calibration(study).field.saturation_flow_veh_h == 1900


@pytest.mark.parametrize(
    "given",
    [
        ("--saturation-flow", 1700),
        ("--hcm", "--start-up-loss", 2),
        ("--saturation-flow", 18, "--start-up-loss", 2),
        ("--saturation-flow", 1800, "--start-up-loss", 99),
    ],
)
def test_half_a_word_or_an_impossible_one_is_refused(study, monkeypatch, capsys, given):
    assert told(monkeypatch, capsys, "calibrate", study, *given)[0] == 2
    assert not (study / "calibration.toml").exists()


def test_a_broken_file_is_refused_by_every_command(study):
    for text in ("schema = 2", "schema = 1\nmoon = 1", "schema ="):
        (study / "calibration.toml").write_text(text)
        with pytest.raises(InputError, match=r"calibration\.toml"):
            read_study(study)


def test_the_file_gives_back_what_was_written(study):
    found = verb.calibrate(study, field=FieldDrivers(saturation_flow_veh_h=1800, start_up_loss_s=2, source='"a" \\ ü'))
    assert read_calibration(study) == found
    assert calibration_toml(found) == (study / "calibration.toml").read_bytes()
    assert read_calibration(study.parent) is None
    assert Calibration().behaviour == Behaviour()


def test_the_limits_that_count_are_those_of_lanes_before_signals():
    network = read_network(ARTERIAL / "arterial.net.xml")
    found = speed_limits(network)
    assert set(found) == {40 / 3.6, 50 / 3.6}
    assert sum(found.values()) == sum(
        len(network.edges[edge].vehicle_lanes) for edge in {m.from_edge for j in network.junctions for m in j.movements}
    )
