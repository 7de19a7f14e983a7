"""The benchmark of strange streets: what counts as through, refused, fallen over, and no worse."""

import sys
import time
from pathlib import Path

import pytest
from greenband.benchmarks.wild.command import summary
from greenband.benchmarks.wild.made import made
from greenband.benchmarks.wild.places import Place, all_places
from greenband.benchmarks.wild.tried import Effort, Tried, try_place
from greenband.networks.errors import InputError

ARTERIAL = Path(__file__).parents[2] / "networks" / "arterial" / "arterial.net.xml"
QUICK = Effort(days=1, minutes=5, effort=0.01, seeds=2, step_s=60.0)


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("print('fine')", "through"),
        ("import sys; sys.exit(3)", "through"),
        ("import sys; sys.exit(2)", "refused"),
        ("import sys; sys.exit(1)", "fell over"),
        ("raise KeyError('x')", "fell over"),
        (
            "import sys, traceback; traceback.print_stack(); print('Traceback', file=sys.stderr); sys.exit(2)",
            "fell over",
        ),
        ("import time; time.sleep(9)", "too long"),
    ],
)
def test_ends_are_told_apart(code, end, tmp_path):
    patience_s = 1.0 if end == "too long" else 60.0  # a busy machine starts an interpreter slowly
    assert made([sys.executable, "-c", code], patience_s, tmp_path / "it.log")[0] == end


def test_a_network_is_read_and_what_runs_there_is_checked(tmp_path):
    found = try_place(Place(name="arterial", path=ARTERIAL), tmp_path, QUICK)
    assert (found.end, found.junctions, found.errors) == ("through", 6, 0)


def test_a_network_without_signals_is_no_failure(tmp_path):
    bare = tmp_path / "bare.net.xml"
    bare.write_text("<net/>")
    found = try_place(Place(name="bare", path=bare), tmp_path, QUICK)
    assert found.end == "no signal"
    assert str(tmp_path) not in found.said


def test_the_same_network_in_two_wheels_counts_once_and_a_missing_one_is_an_error(tmp_path):
    copies = [tmp_path / "a.net.xml", tmp_path / "b.net.xml"]
    for path in copies:
        path.write_text("<net/>")
    named = [place.name for place in all_places(copies)]
    assert named[0] == "a.net.xml"
    assert "b.net.xml" not in named
    with pytest.raises(InputError, match="no such file"):
        all_places([tmp_path / "none.net.xml"])


def judged(plan_s, locked, stays=False):
    figures = {"running_s": 10.0, "plan_s": plan_s, "locked_running": 1, "locked_plan": locked, "stays": stays}
    return Tried(name="x", kind="scenario", end="through", step="true trips", **figures)


def test_a_plan_is_no_worse_only_with_no_more_delay_and_no_more_lock_ups():
    assert summary([judged(10.0, 1), judged(10.1, 0), judged(5.0, 2)]) == {
        "networks": {},
        "scenarios": {"through": 3},
        "judged": 3,
        "no_worse": 1,
    }


def test_a_plan_that_its_gate_refuses_makes_nothing_worse_since_it_is_not_handed_over():
    assert [one.no_worse for one in (judged(12.0, 3, stays=True), judged(12.0, 1))] == [True, False]


def test_a_scenario_whose_network_has_no_signal_is_no_failure(tmp_path):
    (tmp_path / "n.net.xml").write_text("<net/>")
    (tmp_path / "r.rou.xml").write_text('<routes><trip id="a" depart="0" from="a" to="b"/></routes>')
    configuration = tmp_path / "c.sumocfg"
    files = '<net-file value="n.net.xml"/><route-files value="r.rou.xml"/>'
    configuration.write_text(f"<configuration>{files}</configuration>")
    found = try_place(Place(name="c.sumocfg", path=configuration), tmp_path / "out", QUICK)
    assert (found.end, found.step, found.period) == ("no signal", "field study", "0–300 s")
    assert "no signal" in (tmp_path / "out" / "field study.log").read_text()


def test_a_step_past_its_time_is_stopped_with_what_it_started(tmp_path):
    late = tmp_path / "late"
    child = f"import time; time.sleep(3); open({str(late)!r}, 'w')"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    assert made([sys.executable, "-c", code], 1.5, tmp_path / "it.log")[0] == "too long"
    time.sleep(4)
    assert not late.exists()
