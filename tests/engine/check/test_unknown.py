"""What is not known is never safe: networks without inner lanes, lost rows and ways; and left-hand traffic."""

import copy
import random
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from greenband import networks
from greenband.benchmarks.checks.removals import _alone, ground_of, laxer_limits, removed
from greenband.benchmarks.drawn.kinds import KINDS, _built
from greenband.engine.check.check import check
from greenband.engine.check.own.limits import limits_of, own_limits
from greenband.engine.rules.derive import with_rules
from greenband.engine.rules.pack import read_pack
from greenband.networks.plan import GroupPlan, Window
from greenband.networks.sumo.net import read_network
from greenband.simulation.binaries import child_environment, find_binary

ARTERIAL = Path(networks.__file__).parent / "arterial" / "arterial.net.xml"
NONE = read_pack("none")
NODES = '<nodes><node id="m" x="0" y="0" type="traffic_light"/>{}</nodes>'.format(
    "".join(
        f'<node id="{n}" x="{x}" y="{y}"/>'
        for n, x, y in (("w", -300, 0), ("e", 300, 0), ("s", 0, -300), ("n", 0, 300))
    )
)
EDGES = "<edges>{}</edges>".format(
    "".join(
        f'<edge id="{a}{b}" from="{a}" to="{b}" numLanes="2" speed="16.67"/>'
        for n in "wesn"
        for a, b in ((n, "m"), ("m", n))
    )
)


def made(folder: Path, *options: str, lanes: int = 2) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "x.nod.xml").write_text(NODES)
    (folder / "x.edg.xml").write_text(EDGES.replace('numLanes="2"', f'numLanes="{lanes}"'))
    files = [f"--node-files={folder / 'x.nod.xml'}", f"--edge-files={folder / 'x.edg.xml'}"]
    command = [str(find_binary("netconvert")), *files, f"--output-file={folder / 'x.net.xml'}", "--no-turnarounds"]
    subprocess.run([*command, *options], env=child_environment(), check=True, capture_output=True)
    return folder / "x.net.xml"


def lamps_in_conflict(path: Path) -> set[tuple[int, int]]:
    network = read_network(path)
    (own,) = own_limits(network, (), NONE)
    links = {group.id: group.links for group in network.junctions[0].groups}
    return {(i, j) for a, b in own.foes for i in links[a] for j in links[b]}


def all_green_errors(path: Path) -> set[str]:
    network = read_network(path)
    junction = network.junctions[0]
    day = Window(start_s=0.0, length_s=junction.running.cycle_s, display="G")
    groups = tuple(GroupPlan(group=group.group, windows=(day,)) for group in junction.running.groups)
    plan = type(junction.running)(
        junction=junction.id, cycle_s=junction.running.cycle_s, offset_s=0.0, coordinated=None, groups=groups
    )
    found = check(network.running_plan.with_junction(plan), network, own_limits(network, (), NONE))
    return {f.rule for f in found if f.is_error}


def test_a_network_without_internal_links_has_the_conflicts_of_the_same_network_with_them(tmp_path):
    """netconvert builds one crossing with and without inner lanes; it names the same ways by the same lamps."""
    whole, bare = made(tmp_path / "a"), made(tmp_path / "b", "--no-internal-links")
    assert "via=" not in bare.read_text()
    assert lamps_in_conflict(bare) == lamps_in_conflict(whole)
    assert "conflict" in all_green_errors(bare)


def test_without_inner_lanes_and_tables_lines_drawn_from_lane_to_lane_tell_all_those_conflicts(tmp_path):
    bare = made(tmp_path, "--no-internal-links")
    wanted = lamps_in_conflict(bare)
    lines = [line for line in bare.read_text().splitlines() if "<request " not in line]
    bare.write_text("\n".join(lines))
    assert lamps_in_conflict(bare) >= wanted
    assert "conflict" in all_green_errors(bare)


def test_a_lost_row_does_not_shift_the_others(tmp_path):
    path = made(tmp_path)
    wanted, text = lamps_in_conflict(path), path.read_text()
    for index in (0, 5, 11):
        path.write_text("\n".join(line for line in text.splitlines() if f'<request index="{index}"' not in line))
        assert lamps_in_conflict(path) >= wanted


@pytest.mark.parametrize("path", [ARTERIAL])
def test_less_knowledge_makes_nothing_legal_and_no_limit_laxer(path):
    found = removed(ground_of(path), 100, 2, np.random.default_rng(7))
    assert (found.more_legal, found.laxer, found.told) == (0, 0, [])
    assert found.illegal > 50


@pytest.mark.parametrize("pack_name", ["us", "de"])
def test_left_hand_traffic_has_the_times_of_its_mirror_image(tmp_path, pack_name):
    pack, times = read_pack(pack_name), []
    for name, options in (("left", ["--lefthand"]), ("right", [])):
        strict = with_rules(read_network(made(tmp_path / name, *options)), pack)
        (own,), (junction,) = own_limits(strict, (), pack), strict.junctions
        assert junction.intergreen_s == pytest.approx(own.intergreen_s)
        times.append(sorted(own.intergreen_s.values()))
    assert times[0] == pytest.approx(times[1])


@pytest.mark.parametrize(
    "kind", ["no internal links", "crossings", "crossings on a row", "T with crossings", "roundabout", "bus lanes"]
)
def test_a_lamp_of_which_the_use_is_forgotten_keeps_its_times(kind, tmp_path):
    """One that is green all day, a walk, or a rival of a walk: without its way, nothing gets shorter."""
    path = _built(tmp_path, KINDS[kind], "x", random.Random(f"1 {kind} 0"))
    ground, found, forgotten = ground_of(path), [], 0
    for junction in ground.network.junctions:
        for place in range(len(_alone(ground.root, junction.id))):
            root = copy.deepcopy(ground.root)
            link = _alone(root, junction.id)[place]
            link.getparent().remove(link)
            one = replace(ground.network, junctions=(junction,))
            (after,) = limits_of(root, (), one, ground.pack, {})
            if junction.id not in ground.unsafe:
                found += list(laxer_limits(ground.before[junction.id], after))
                forgotten += 1
    assert forgotten > 2
    assert found == []
