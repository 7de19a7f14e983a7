"""Imports: a study from a UTDF file alone, and SUMO's kinds of programs as fixed times."""

import subprocess
from pathlib import Path

import pytest
from greenband.engine.check.check import checked
from greenband.engine.importing.sumo_fixed import fixed
from greenband.engine.importing.sumo_study import import_sumo
from greenband.engine.importing.utdf_lamps import with_starts
from greenband.engine.importing.utdf_streets import lane_turns
from greenband.engine.importing.utdf_study import import_utdf
from greenband.engine.studies.file import read_study
from greenband.networks.errors import InputError
from greenband.networks.plan_file import read_plan
from greenband.networks.sumo.net import read_network
from greenband.networks.utdf.signals import UtdfMovement, controllers, movements
from greenband.networks.utdf.tables import read_utdf
from greenband.simulation.binaries import find_binary
from lxml import etree

from tests.networks.test_utdf import sample

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial" / "arterial.net.xml"


@pytest.fixture(scope="module")
def bullhead(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("imported") / "study"
    import_utdf(sample("bullhead_sr95.utdf.csv"), folder)
    return folder


def test_a_study_comes_out_of_a_utdf_file_alone(bullhead):
    study = read_study(bullhead)
    network = read_network(study.network)
    assert {j.id for j in network.junctions} == {"39", "75", "78", "80", "82", "84", "87", "98"}
    plan = read_plan(bullhead / "plan.json", network)
    assert checked(plan, network).plan == network.running_plan
    assert study.file.periods[0].begin == 9 * 3600


def test_the_greens_of_the_imported_signals_are_those_of_the_file_in_sumo(bullhead, tmp_path):
    """SUMO itself shows them: every phase of the 8 signals is green from Start for MaxGreen, at steps of 0.1 s."""
    network = read_network(bullhead / "streets.net.xml")
    saved = "".join(f'<timedEvent type="SaveTLSStates" source="{j.id}" dest="states.xml"/>' for j in network.junctions)
    (tmp_path / "watch.add.xml").write_text(f"<additional>{saved}</additional>")
    command = [str(find_binary("sumo")), "-n", str(network.path), "-a", "watch.add.xml", "--end", "160"]
    command += ["--step-length", "0.1", "--no-step-log"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=200)
    shown: dict[str, dict[int, str]] = {}
    for state in etree.parse(tmp_path / "states.xml").iter("tlsState"):
        shown.setdefault(state.get("id"), {})[round(float(state.get("time")) * 10)] = state.get("state")
    file = read_utdf(sample("bullhead_sr95.utdf.csv"))
    signals = controllers(file, "x")
    links = {(c.from_edge, c.to_edge): c.link for c in network.connections if c.signal}
    tried = 0
    for movement in movements(file, "x"):
        controller = signals[movement.intid]
        ways = (f"{movement.up_node}_{movement.intid}", f"{movement.intid}_{movement.dest_node}")
        if len(movement.phases) != 1 or movement.permitted or ways not in links:
            continue
        phase = controller.by_number[movement.phases[0]]
        cycle = round(controller.cycle_s * 10)
        for tenth, state in shown[movement.intid].items():
            since = (tenth - round(phase.start_s * 10)) % cycle
            assert (state[links[ways]] in "Gg") == (since < round(phase.green_s * 10)), (movement, tenth)
        tried += 1
    assert tried > 30


def test_blank_starts_are_computed_from_splits_and_offset_as_a_file_that_has_them_says():
    """The other files are the oracle: their starts left out and computed again."""
    from dataclasses import replace

    agree = total = 0
    for name in ("bullhead_sr95.utdf.csv", "utdf8_20signals.utdf.csv"):
        for controller in controllers(read_utdf(sample(name)), name).values():
            used = [p for p in controller.phases if p.green_s > 0]
            blank = replace(controller, phases=tuple(replace(p, start_s=float("nan")) for p in used))
            for before, after in zip(used, with_starts(blank).phases, strict=True):
                off = (after.start_s - before.start_s) % controller.cycle_s
                agree += min(off, controller.cycle_s - off) < 1.0
                total += 1
    assert total > 100
    assert agree > 0.9 * total


def movement(column: str, lanes: int, shared: int = 0) -> UtdfMovement:
    return UtdfMovement(
        intid="1",
        column=column,
        up_node="2",
        dest_node=f"to {column}",
        lanes=lanes,
        shared=shared,
        phases=(),
        permitted=(),
        volume_veh_h=None,
        speed=None,
        storage=None,
        storage_lanes=0,
    )


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ((("NBL", 1, 0), ("NBT", 2, 2), ("NBR", 0, 0)), ["TR", "T", "L"]),  # Synchro's usual approach
        ((("NBL", 0, 0), ("NBT", 1, 3), ("NBR", 0, 0)), ["LTR"]),  # one lane for all
        ((("NBL", 2, 0), ("NBT", 1, 0), ("NBR", 1, 0)), ["R", "T", "L", "L"]),
        ((("NBL", 1, 2), ("NBR", 0, 0)), ["LR"]),  # a stem of a T
        ((("NBL", 1, 0), ("NBT", 2, 1), ("NBR", 1, 0)), ["R", "T", "LT", "L"]),  # the through lane also turns left
    ],
)
def test_lanes_make_the_turns_that_their_codes_say(own, expected):
    lanes = lane_turns(tuple(movement(*m) for m in own), 1)
    assert ["".join(sorted(m.column[2:] for m in lane)) for lane in lanes] == ["".join(sorted(e)) for e in expected]


def test_a_file_without_nodes_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(InputError, match="no section"):
        import_utdf(sample("chattanooga_shallowford_rd.utdf.csv"), tmp_path / "study")
    assert not list(tmp_path.iterdir())


NEMA = """<tlLogic id="J" type="NEMA" programID="n" offset="10">
 <param key="ring1" value="1,2,3,4"/><param key="ring2" value="5,6,7,8"/>
 <param key="barrierPhases" value="4,8"/><param key="barrier2Phases" value="2,6"/>
 {phases}</tlLogic>"""


def test_a_nema_program_becomes_fixed_times_as_sumo_runs_it_at_maximum_recall():
    """Closed form: 1+5 for 10 s, 2+6 for 30 s, 3+7 and 4+8 for 20 s each; TS2: phase 2 is green at the offset."""
    states = {1: "Grrr", 2: "rGrr", 3: "rrGr", 4: "rrrG", 5: "Grrr", 6: "rGrr", 7: "rrGr", 8: "rrrG"}
    length = {1: 10, 2: 30, 3: 20, 4: 20}
    phases = "".join(
        f'<phase name="{n}" duration="99" maxDur="{length[(n - 1) % 4 + 1] - 5}" yellow="3" red="2" state="{s}"/>'
        for n, s in states.items()
    )
    made = fixed(etree.fromstring(NEMA.format(phases=phases)), "x")
    shown = [(float(p.get("duration")), p.get("state")) for p in made]
    assert shown == [
        (5.0, "Grrr"), (3.0, "yrrr"), (2.0, "rrrr"),
        (25.0, "rGrr"), (3.0, "ryrr"), (2.0, "rrrr"),
        (15.0, "rrGr"), (3.0, "rryr"), (2.0, "rrrr"),
        (15.0, "rrrG"), (3.0, "rrry"), (2.0, "rrrr"),
    ]  # fmt: skip
    assert made.get("offset") == "0.0"


def test_a_sumo_network_with_a_waut_becomes_a_study_with_a_period_a_plan(tmp_path):
    network = read_network(ARTERIAL)
    from greenband.networks.sumo.program import program_xml

    root = etree.Element("additional")
    root.extend(program_xml(network.running_plan, network, "am"))
    root.extend(program_xml(network.running_plan, network, "pm"))
    waut = etree.SubElement(root, "WAUT", id="w", refTime="0", startProg="pm")
    etree.SubElement(waut, "wautSwitch", time="21600", to="am")
    etree.SubElement(waut, "wautSwitch", time="54000", to="pm")
    for junction in network.junctions:
        etree.SubElement(root, "wautJunction", wautID="w", junctionID=junction.id)
    (tmp_path / "day.add.xml").write_bytes(etree.tostring(root))
    made = import_sumo(ARTERIAL, [tmp_path / "day.add.xml"], tmp_path / "study")
    assert made["periods"] == 2
    study = read_study(tmp_path / "study")
    assert [(p.begin, p.end) for p in study.file.periods] == [(21600, 54000), (54000, 86400)]
    again = read_network(study.network, study.additional)
    assert again.running_plan.junctions == network.running_plan.junctions
    assert read_plan(tmp_path / "study" / "plan2.json", again).junctions == network.running_plan.junctions


def test_a_program_of_an_unknown_kind_is_refused():
    with pytest.raises(InputError, match="swarm"):
        fixed(etree.fromstring('<tlLogic id="J" type="swarm"/>'), "x")
