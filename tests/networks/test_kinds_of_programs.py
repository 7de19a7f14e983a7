"""Programs of every kind are read as SUMO runs them, or their signals are left as they run; SUMO is the oracle."""

import random

import pytest
from greenband.engine.check.check import checked
from greenband.engine.check.own.limits import own_limits
from greenband.engine.check.own.loaded import running_programs
from greenband.engine.export.exporter import export_as
from greenband.engine.model.lamps import switch
from greenband.engine.model.streets import build_streets
from greenband.engine.rules.pack import read_pack
from greenband.networks.errors import InputError
from greenband.networks.plan_file import read_plan
from greenband.networks.sumo.fixed import assumed, fixed
from greenband.networks.sumo.nema import NotFixed
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import read_program, state_at
from greenband.simulation.run import simulate
from greenband.simulation.scenario import Scenario
from lxml import etree

from tests.networks.watched import (
    BACK,
    BRANCHES,
    CHANGE,
    EAST_WEST,
    NEMA_STATES,
    NORTH_SOUTH,
    lamps_as_read,
    lamps_in_sumo,
    logic,
    nema,
    phases,
    save_states,
    saved_states,
    two_signals,
    written,
)
from tests.simulation.streets import make_network

RING = ((30, EAST_WEST), (3, CHANGE), (20, NORTH_SOUTH), (3, BACK))


@pytest.fixture(scope="module")
def net(tmp_path_factory):
    return two_signals(tmp_path_factory.mktemp("two signals"))


def only(letters):
    return [state for _, state in letters]


@pytest.mark.parametrize(
    ("splits", "ring1", "ring2", "cycle_s"),
    [
        # rings that are not in line at the barrier: SUMO shows 35, 3, 2 and 45, 3, 2
        ({2: (35, 3, 2), 4: (35, 3, 2), 6: (25, 3, 2), 8: (45, 3, 2)}, "0,2,0,4", "0,6,0,8", 90),
        # a phase before the other, and unequal yellows and reds at the barrier: greens end together, then both clear
        ({1: (10, 3, 2), 2: (20, 3, 2), 4: (30, 3, 2), 6: (45, 5, 4), 8: (30, 3, 2)}, "1,2,0,4", "0,6,0,8", 89),
        ({1: (10, 3, 2), 2: (30, 3, 2), 4: (30, 3, 2), 6: (20, 5, 4), 8: (40, 3, 2)}, "1,2,0,4", "0,6,0,8", 99),
    ],
)
def test_a_nema_program_shows_for_two_cycles_what_sumo_shows_at_maximum_recall(
    net, tmp_path, splits, ring1, ring2, cycle_s
):
    file = written(tmp_path, nema(splits, ring1, ring2, NEMA_STATES))
    network = read_network(net, [file])
    assert network.by_junction["A"].running.cycle_s == cycle_s
    shown = lamps_in_sumo(net, [file], "A", 2 * cycle_s, tmp_path)
    assert lamps_as_read(network, "A", 2 * cycle_s) == only(shown)
    assert any("type NEMA" in sentence for sentence in network.reading)


@pytest.mark.parametrize("kind", ["actuated", "delay_based"])
def test_an_actuated_program_is_read_and_simulated_with_the_durations_in_it(net, tmp_path, kind):
    rows = [(length, state, 'minDur="5" maxDur="50"' if length > 5 else "") for length, state in RING]
    file = written(tmp_path, logic(phases(rows), kind, offset=7))
    network = read_network(net, [file])
    static = read_network(net, [written(tmp_path, logic(phases(RING), offset=7), name="static.add.xml")])
    assert network.running_plan.junctions == static.running_plan.junctions
    assert f"type {kind}" in network.reading[0]
    assert network.reading[0].endswith(": A.")
    assert not static.reading


def simulated(net, additional, folder, programs=None):
    """What the product's own simulation shows at A, in each of 120 s: it gives SUMO no vehicle."""
    (folder / "none.rou.xml").write_text("<routes/>")
    scenario = Scenario(network=net, routes=(folder / "none.rou.xml",), additional=additional, begin_s=0, end_s=120)
    watch = written(folder, save_states("A", "shown.xml"), name="watched.add.xml")
    simulate(scenario, folder, seed=1, programs=programs, loops=watch)
    return saved_states(folder / "shown.xml", "A")


def test_todays_simulation_runs_the_fixed_equivalent_that_was_read(net, tmp_path):
    splits = {2: (35, 3, 2), 4: (35, 3, 2), 6: (25, 3, 2), 8: (45, 3, 2)}
    file = written(tmp_path, nema(splits, "0,2,0,4", "0,6,0,8", NEMA_STATES).replace("maxRecall", "noRecall"))
    shown = simulated(net, (file,), tmp_path)
    assert {program for program, _ in shown} == {"greenband-running"}
    assert only(shown) == lamps_as_read(read_network(net, [file]), "A", 120)


def test_static_programs_are_simulated_from_the_users_own_file(net, tmp_path):
    assert {program for program, _ in simulated(net, (), tmp_path)} == {"0"}


def test_a_ring_of_next_phases_is_followed_and_phases_out_of_it_never_come(net, tmp_path):
    inner = phases((*RING[:3], (3, BACK, 'next="0"'), (40, "rrrrrrGrrrrrrG")))
    file = written(tmp_path, logic(inner, offset=7))
    network = read_network(net, [file])
    assert network.by_junction["A"].running.cycle_s == 56
    shown = lamps_in_sumo(net, [file], "A", 112, tmp_path, begin=7)  # from its first phase on
    assert lamps_as_read(network, "A", 112, begin=7) == only(shown)
    assert "4 of 5 phases" in network.reading[0]


@pytest.mark.parametrize("kind", ["actuated", "static"])
def test_a_signal_whose_phases_branch_is_left_as_it_runs_and_the_others_are_planned(net, tmp_path, kind):
    file = written(tmp_path, logic(BRANCHES, kind, name="br"))
    network = read_network(net, [file])
    assert [junction.id for junction in network.junctions] == ["B"]
    (left,) = network.left
    assert left.junction.id == "A"
    assert "after phase 0 traffic decides which of the phases 1, 3 comes next" in left.why
    assert left.why in network.reading
    assert [plan.junction for plan in network.running_plan.junctions] == ["B"]
    assert {junction.id for junction in network.signals} == {"A", "B"}


def test_a_signal_that_is_left_runs_its_own_program_in_sumo_with_a_plan_as_without(net, tmp_path):
    file = written(tmp_path, logic(BRANCHES, "actuated", name="br"))
    network = read_network(net, [file])
    plan = tmp_path / "plan.add.xml"
    from greenband.networks.sumo.program import program_xml

    plan.write_bytes(etree.tostring(program_xml(network.running_plan, network, "new")))
    for programs in (None, plan):
        assert {program for program, _ in simulated(net, (file,), tmp_path, programs)} == {"br"}


def test_the_queue_model_the_check_and_the_exports_live_with_a_signal_that_is_left(net, tmp_path):
    network = read_network(net, [written(tmp_path, logic(BRANCHES, "actuated", name="br"))])
    streets = build_streets(network)
    lamps = switch(streets, network.running_plan, 0.0)
    assert lamps.signals.size == 2
    plan = checked(network.running_plan, network)
    own = own_limits(network, [tmp_path / "more.add.xml"], read_pack("none", tmp_path))
    assert [one.junction for one in own] == ["B"]
    made = export_as("sumo", plan, network)
    assert [loss.junction for loss in made.losses if "left as it runs" in loss.what] == ["A"]
    assert b'id="A"' not in made.content


def test_a_network_of_nothing_but_odd_signals_is_refused_with_the_reason(net, tmp_path):
    both = [logic(BRANCHES, "actuated", signal, "br") for signal in "AB"]
    with pytest.raises(InputError, match="traffic decides"):
        read_network(net, [written(tmp_path, *both)])


def test_a_program_without_phases_gives_the_named_one_another_offset(net, tmp_path):
    file = written(tmp_path, '<tlLogic id="A" programID="0" offset="17"/>')
    network = read_network(net, [file])
    assert lamps_as_read(network, "A", 180) == only(lamps_in_sumo(net, [file], "A", 180, tmp_path))


@pytest.mark.parametrize("today", [0, 33])
def test_a_plan_of_offsets_alone_is_the_running_plan_with_these(net, tmp_path, today):
    """What SUMO's own tlsCoordinator.py writes; SUMO shows it when the file is loaded after the programs."""
    running = written(tmp_path, f'<tlLogic id="A" programID="0" offset="{today}"/>')
    network = read_network(net, [running])
    offsets = written(tmp_path, '<tlLogic id="A" programID="0" offset="17.00"/>', name="offsets.add.xml")
    plan = read_plan(offsets, network)
    shown = [state for _, state in lamps_in_sumo(net, [offsets], "A", 180, tmp_path)]
    junction = network.by_junction["A"]
    own = plan.by_junction["A"]
    assert [state_at(own, junction, (second - own.offset_s) % own.cycle_s) for second in range(180)] == shown
    assert plan.by_junction["B"] == network.by_junction["B"].running
    with pytest.raises(InputError, match="running program, '0'"):
        read_plan(written(tmp_path, '<tlLogic id="A" programID="x" offset="17"/>', name="x.add.xml"), network)


def test_an_offset_for_a_program_that_is_not_the_last_leaves_the_last_one_running(net, tmp_path):
    file = written(tmp_path, logic(phases(RING)), '<tlLogic id="A" programID="0" offset="17"/>')
    network = read_network(net, [file])
    assert lamps_as_read(network, "A", 112) == only(lamps_in_sumo(net, [file], "A", 112, tmp_path))


def test_an_offset_for_a_program_that_nobody_loaded_is_refused(net, tmp_path):
    with pytest.raises(InputError, match="no program 'zz' of this signal"):
        read_network(net, [written(tmp_path, '<tlLogic id="A" programID="zz" offset="17"/>')])


@pytest.mark.parametrize("root", ["routes", "add", "anything"])
def test_an_additional_file_is_read_whatever_its_root_and_times_as_sumo_writes_them(net, tmp_path, root):
    rows = (("0:00:42", EAST_WEST), ("3.0", CHANGE), ("00:01:00", NORTH_SOUTH), (3, BACK))
    file = written(tmp_path, logic(phases(rows), offset="0:00:10"), root=root)
    network = read_network(net, [file])
    assert network.by_junction["A"].running.cycle_s == 108
    assert lamps_as_read(network, "A", 216) == only(lamps_in_sumo(net, [file], "A", 216, tmp_path))
    assert only(simulated(net, (file,), tmp_path)) == lamps_as_read(network, "A", 120)


def test_a_network_in_the_place_of_an_additional_file_is_refused(net):
    with pytest.raises(InputError, match="starts with <net>"):
        read_network(net, [net])


def test_an_offset_from_the_begin_is_simulated_from_midnight_as_it_was_read(net, tmp_path):
    file = written(tmp_path, logic(phases(RING), offset="begin"))
    network = read_network(net, [file])
    assert "from the begin of each simulation" in network.reading[0]
    assert only(simulated(net, (file,), tmp_path)) == lamps_as_read(network, "A", 120)


def test_a_signal_switched_by_a_waut_is_refused_with_what_to_do(net, tmp_path):
    waut = '<WAUT id="w" refTime="0" startProg="0"/><wautJunction wautID="w" junctionID="A"/>'
    with pytest.raises(InputError, match="greenband import"):
        read_network(net, [written(tmp_path, waut)])


def test_a_signal_without_program_is_no_junction_to_be_timed(net, tmp_path):
    root = etree.parse(net)
    for one in root.iter("tlLogic"):
        if one.get("id") == "A":
            one.set("type", "rail_crossing")
    path = tmp_path / "crossing.net.xml"
    root.write(path)
    network = read_network(path)
    assert [junction.id for junction in network.junctions] == ["B"]
    assert not network.left
    assert all(connection.signal != "A" for connection in network.connections)
    assert any("signal A has no program" in sentence for sentence in network.reading)
    assert build_streets(network).network is network


def random_nema(draw: random.Random) -> str:
    splits = {n: (draw.randint(5, 40), draw.choice((3, 3.5, 4, 5)), draw.choice((0, 1, 2, 2.5))) for n in NEMA_STATES}
    ring1 = draw.choice(("1,2,0,4", "0,2,1,4", "0,2,0,4", "4,0,1,2"))
    if "1" not in ring1.split(","):
        del splits[1]
    return nema(splits, ring1, "0,6,0,8", NEMA_STATES)


@pytest.mark.parametrize("seed", range(30))
def test_the_check_walks_through_nema_rings_to_the_lamps_that_the_reader_computed(seed):
    element = etree.fromstring(random_nema(random.Random(seed)))
    element.set("offset", str(seed))
    read = read_program(fixed(element).logic, "x")
    root = etree.Element("additional")
    root.append(element)
    own = running_programs([root])["A"]
    assert own.cycle_ms == round(1000 * read.cycle_s)
    strip = [(i.start_s, i.state) for i in read.intervals]
    for tenth in range(round(10 * read.cycle_s)):
        since = round((tenth / 10 - read.offset_s) % read.cycle_s, 3)
        shown = [state for start, state in strip if start <= since][-1]
        assert shown == "".join(own.at(lamp, 100 * tenth) for lamp in range(14)), tenth


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        (BRANCHES, "actuated"),
        (phases(((30, EAST_WEST), (3, CHANGE, 'next="1"'))), "static"),
        (phases(RING), "swarm"),
        ("<param key='ring1' value='1'/>" + phases(RING), "NEMA"),
        (phases(((30, EAST_WEST, 'next="9"'),)), "static"),
        (phases(((30, EAST_WEST, 'next="x"'),)), "static"),
        (phases((("0:00:30", EAST_WEST), ("3", CHANGE))), "swarm"),
        (phases((("x", EAST_WEST), ("3", CHANGE))), "swarm"),
        (nema({2: ("x", 3, 2), 4: (35, 3, 2)}, "0,2,0,4", "", NEMA_STATES), None),
        (phases(((86400, EAST_WEST), (86400, NORTH_SOUTH))), "static"),
    ],
)
def test_reader_and_check_agree_on_what_has_no_fixed_times(inner, kind):
    element = etree.fromstring(inner if kind is None else logic(inner, kind))
    with pytest.raises(NotFixed):
        fixed(element)
    assert assumed(element).find("phase") is not None
    root = etree.Element("additional")
    root.append(element)
    assert not running_programs([root])


def test_a_nema_program_with_its_times_by_the_clock_is_the_one_with_seconds():
    """SUMO takes 0:00:35 for 35 s wherever a time stands."""
    seconds = etree.fromstring(nema({2: (35, 3, 2), 4: (25, 3, 2)}, "0,2,0,4", "", NEMA_STATES))
    clock = etree.fromstring(nema({2: ("0:00:35", 3, 2), 4: ("0:00:25", 3, 2)}, "0,2,0,4", "", NEMA_STATES))
    seconds.set("offset", "70")
    clock.set("offset", "0:01:10")
    assert etree.tostring(fixed(clock).logic) == etree.tostring(fixed(seconds).logic)
    roots = [etree.Element("additional"), etree.Element("additional")]
    roots[0].append(seconds)
    roots[1].append(clock)
    assert running_programs(roots[:1]) == running_programs(roots[1:])


def test_a_plan_file_with_a_signal_that_is_left_says_so(net, tmp_path):
    network = read_network(net, [written(tmp_path, logic(BRANCHES, "actuated", name="br"))])
    plan = written(tmp_path, logic(phases(RING)), name="plan.add.xml")
    with pytest.raises(InputError, match="left as it runs"):
        read_plan(plan, network)


def test_a_signal_whose_phases_last_for_days_is_left_and_refuses_no_network(net, tmp_path):
    switched_by_hand = logic(phases(((86400, EAST_WEST), (86400, NORTH_SOUTH))), name="days")
    network = read_network(net, [written(tmp_path, switched_by_hand)])
    assert [one.junction.id for one in network.left] == ["A"]
    assert "172800 s" in str(network.left[0].why)
    assert [junction.id for junction in network.junctions] == ["B"]


def test_a_cycle_of_just_a_day_is_one(net, tmp_path):
    network = read_network(net, [written(tmp_path, logic(phases(((43200, EAST_WEST), (43200, NORTH_SOUTH)))))])
    assert network.by_junction["A"].running.cycle_s == 86400


def test_a_network_whose_signals_are_all_for_trains_has_no_signal_of_a_road(tmp_path):
    ends = '<node id="a" x="0" y="0"/><node id="c" x="600" y="0"/>'
    nodes = f'<nodes>{ends}<node id="b" x="300" y="0" type="traffic_light"/></nodes>'
    edges = '<edges><edge id="ab" from="a" to="b" allow="rail"/><edge id="bc" from="b" to="c" allow="rail"/></edges>'
    net = make_network(tmp_path, nodes, edges)
    days = phases(((86400, "r"), (86400, "G")))
    with pytest.raises(InputError, match="no signal of a road; trains alone pass b"):
        read_network(net, [written(tmp_path, logic(days, signal="b", name="days"))])
