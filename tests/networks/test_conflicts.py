"""Which ways conflict is found whatever a network leaves out: the table, the lanes inside junctions, or both."""

import re

import pytest
from greenband.benchmarks.forget.freed import lamp_pairs
from greenband.networks.files import read_xml, xml_bytes
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.tables import Table

from tests.networks.built import CROSS, CROSS_EDGES, KINDS, ONE_WAY_EDGES, build, netconvert

ONE_WAY = (CROSS, ONE_WAY_EDGES, ("--no-turnarounds",))
FOUR_ARMS = (CROSS, CROSS_EDGES, ("--no-turnarounds",))


def changed(path, *changes):
    text = path.read_text()
    for pattern, instead in changes:
        text, count = re.subn(pattern, instead, text)
        assert count, pattern
    path.write_text(text)
    return read_network(path)


@pytest.mark.parametrize("kind", KINDS)
def test_netconvert_without_internal_links_means_the_same_conflicts(kind, tmp_path):
    nodes, edges, options = KINDS[kind]
    whole = read_network(build(tmp_path, nodes, edges, options))
    bare = read_network(build(tmp_path, nodes, edges, (*options, "--no-internal-links"), "bare"))
    assert 'via="' not in (tmp_path / "bare.net.xml").read_text()
    assert lamp_pairs(whole)
    assert lamp_pairs(bare) == lamp_pairs(whole)
    assert not bare.reading


@pytest.mark.parametrize("kind", KINDS)
def test_connections_without_their_inner_lanes_find_their_rows_by_order(kind, tmp_path):
    path = build(tmp_path, *KINDS[kind])
    whole = read_network(path)
    assert lamp_pairs(changed(path, (' via="[^"]*"', ""))) == lamp_pairs(whole)
    assert lamp_pairs(changed(path, (' intLanes="[^"]*"', ""))) == lamp_pairs(whole)


def test_a_row_that_names_nobody_though_others_name_it_is_not_believed():
    table = Table(foes={0: "000", 1: "100", 2: "000"})
    assert [table.tells(row) for row in range(3)] == [False, True, True]
    assert [table.meets(0, 1), table.meets(0, 2), table.meets(1, 2)] == [True, None, False]


def test_a_list_of_inner_lanes_that_lacks_one_is_not_believed(tmp_path):
    path = build(tmp_path, *FOUR_ARMS)
    whole = read_network(path)
    node = '(<junction id="m" [^>]*incLanes=")[^"]*(" intLanes=")[^" ]* '
    less = changed(path, (node, r"\1\2"))
    assert lamp_pairs(less) > lamp_pairs(whole)


def test_who_yields_is_known_without_inner_lanes(tmp_path):
    nodes, edges, options = FOUR_ARMS
    whole = read_network(build(tmp_path, nodes, edges, options))
    without = changed(tmp_path / "built.net.xml", (' via="[^"]*"', ""), (' intLanes="[^"]*"', ""))
    assert [c.yields_to for c in without.connections] == [c.yields_to for c in whole.connections]
    assert any(c.yields_to for c in whole.connections)


def test_a_missing_row_shifts_no_other_and_frees_nobody(tmp_path):
    path = build(tmp_path, *FOUR_ARMS)
    whole = read_network(path)
    without = changed(path, (r'<request index="3" [^>]*/>', ""))
    assert lamp_pairs(without) >= lamp_pairs(whole)
    [junction], [before] = without.junctions, whole.junctions
    added = {frozenset(pair) for pair in junction.foes - before.foes}
    assert all(any(3 in junction.by_group[group].links for group in pair) for pair in added)


@pytest.mark.parametrize("options", [(), ("--no-internal-links",)])
def test_lines_on_the_map_stand_in_for_a_table_that_is_silent_or_missing(options, tmp_path):
    nodes, edges, more = ONE_WAY
    path = build(tmp_path, nodes, edges, (*more, *options))
    whole = read_network(path)
    silent = changed(path, ('foes="[01]*"', lambda found: re.sub("1", "0", found[0])))
    assert lamp_pairs(silent) == lamp_pairs(whole) != set()
    assert any("does not tell whether groups" in sentence for sentence in silent.reading)
    missing = changed(path, (r"<request [^>]*/>", ""))
    assert lamp_pairs(missing) == lamp_pairs(whole)
    assert missing.junctions[0].guessed == missing.junctions[0].foes


def test_ways_that_nobody_knows_anything_of_conflict_with_all(tmp_path):
    path = build(tmp_path, *FOUR_ARMS)
    network = changed(path, (r"<request [^>]*/>", ""), (' shape="[^"]*"', ""))
    [junction] = network.junctions
    assert junction.foes == {(a.id, b.id) for a in junction.groups for b in junction.groups if a != b}


def test_a_silent_table_is_believed_where_no_lines_meet(tmp_path):
    edges = """<edges><edge id="wm" from="w" to="m"/><edge id="me" from="m" to="e"/>
      <edge id="em" from="e" to="m"/><edge id="mw" from="m" to="w"/></edges>"""
    network = read_network(build(tmp_path, CROSS, edges, ("--no-turnarounds",)))
    [junction] = network.junctions
    assert len(junction.groups) == 2
    assert not junction.foes
    assert not network.reading


def test_lamps_of_crossings_that_netconvert_dropped_stay_with_whom_they_are_green(tmp_path):
    walked = ("--sidewalks.guess", "--sidewalks.guess.from-permissions", "--crossings.guess", "--no-turnarounds")
    whole = read_network(build(tmp_path, CROSS, CROSS_EDGES, walked))
    bare = read_network(netconvert(tmp_path, ["-s", "built.net.xml", "--no-internal-links"], "bare"))
    [junction], [before] = bare.junctions, whole.junctions
    unused = {group.id: group for group in junction.groups if group.kind == "unused"}
    walks = {lamp for group in before.groups if group.kind == "pedestrian" for lamp in group.links}
    assert {lamp for group in unused.values() for lamp in group.links} == walks != set()
    assert lamp_pairs(bare) >= lamp_pairs(whole)
    shown = {(a, x, b, y) for a, x, b, y in junction.together if a in unused}
    assert shown == {
        (a, x, b.id, y)
        for a in unused
        for b in junction.groups
        if b.id != a
        for second in range(round(junction.running.cycle_s))
        if (x := junction.running.by_group[a].display_at(second, junction.running.cycle_s)) in "Gg"
        and (y := junction.running.by_group[b.id].display_at(second, junction.running.cycle_s)) in "Gg"
    }
    assert any("govern nothing in the network" in sentence for sentence in bare.reading)
    assert all(junction.min_green_s[group] >= 5 for group in unused)


RAIL_NODES = """<nodes><node id="w" x="-300" y="0"/><node id="m" x="0" y="0" type="traffic_light"/>
  <node id="x" x="200" y="0" type="rail_crossing"/><node id="e" x="500" y="0"/><node id="s" x="0" y="-200"/>
  <node id="n" x="0" y="200"/><node id="a" x="200" y="400"/><node id="b" x="200" y="-400"/></nodes>"""
RAIL_EDGES = """<edges><edge id="wm" from="w" to="m"/><edge id="mx" from="m" to="x"/><edge id="xe" from="x" to="e"/>
  <edge id="nm" from="n" to="m"/><edge id="ms" from="m" to="s"/>
  <edge id="ax" from="a" to="x" allow="rail"/><edge id="xb" from="x" to="b" allow="rail"/></edges>"""


def test_a_level_crossing_is_no_junction_to_be_timed(tmp_path):
    network = read_network(build(tmp_path, RAIL_NODES, RAIL_EDGES, ("--no-turnarounds",)))
    assert 'tl="x"' in (tmp_path / "built.net.xml").read_text()
    assert [junction.id for junction in network.junctions] == ["m"]
    assert set(network.signal_of_turn.values()) == {"m"}
    assert [sentence for sentence in network.reading if "signal x has no program" in sentence]


STREET_EDGES = """<edges><edge id="wm" from="w" to="m"/><edge id="mw" from="m" to="w"/>
  <edge id="me" from="m" to="e"/><edge id="em" from="e" to="m"/></edges>"""
ONE_STRIP = {":m_0_0": ":m_1_0", "em_0": "me_0", "mw_0": "wm_0"}  # those from the east lie on those from the west
BOTH_GREEN = """<additional><tlLogic id="m" type="static" programID="x" offset="0">
  <phase duration="40" state="GG"/><phase duration="3" state="yy"/><phase duration="7" state="rr"/>
</tlLogic></additional>"""


def narrow_street(folder):
    """Two directions drawn on one strip of road, told as foes, and green together today."""
    path = build(folder, CROSS, STREET_EDGES, ("--no-turnarounds",))
    root = read_xml(path, what="a network", root="net")
    lanes = {lane.get("id"): lane for lane in root.iter("lane")}
    for lane, under in ONE_STRIP.items():
        lanes[lane].set("shape", " ".join(reversed(lanes[under].get("shape").split())))
    for request, foes in zip(root.iter("request"), ("10", "01"), strict=True):
        request.set("foes", foes)
    path.write_bytes(xml_bytes(root))
    (folder / "both.add.xml").write_text(BOTH_GREEN)
    return path, folder / "both.add.xml"


def test_one_strip_of_road_drawn_for_both_directions_is_told_and_left_to_the_program(tmp_path):
    path, programs = narrow_street(tmp_path)
    [junction] = read_network(path, (programs,)).junctions
    assert len(junction.foes) == 2
    assert {pair[1::2] for pair in junction.together} == {("G", "G")}
    assert ["one and the same strip" in sentence for sentence in junction.notes] == [True]


def test_lanes_that_are_one_strip_only_before_the_junction_are_no_excuse(tmp_path):
    path, programs = narrow_street(tmp_path)
    root = read_xml(path, what="a network", root="net")
    for lane in root.iter("lane"):
        if lane.get("id") in ("me_0", ":m_1_0"):  # the way east bends aside within the junction
            corners = [corner.split(",") for corner in lane.get("shape").split()]
            corners[-1][1] = f"{float(corners[-1][1]) - 1.5:.2f}"
            lane.set("shape", " ".join(",".join(corner) for corner in corners))
    path.write_bytes(xml_bytes(root))
    [junction] = read_network(path, (programs,)).junctions
    assert len(junction.foes) == 2
    assert not junction.together
    assert ["UNSAFE TODAY" in sentence for sentence in junction.notes] == [True]
