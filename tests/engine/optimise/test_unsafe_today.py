"""Where the running program is unsafe, only sequences that are safe are looked at, built with limits of their own."""

from greenband.engine.actuated.free import free_junction
from greenband.engine.optimise.junction.sequence_options import options_of
from greenband.networks import lamps
from greenband.networks.actuated_plan import Weights
from greenband.networks.sumo.net import read_network

from tests.networks.built import CROSS, ONE_WAY_EDGES, build

FLOWS = {("wm", "me"): 500.0, ("wm", "ms"): 100.0, ("nm", "ms"): 300.0, ("nm", "me"): 100.0}
WEIGHTS = Weights(factor=1.0, surplus=0, empty=0.5, zone_m=80)
TURNED, YELLOW = str.maketrans("Gr", "rG"), str.maketrans("Gr", "ry")
STREETS = (CROSS, ONE_WAY_EDGES, ("--no-turnarounds",))


def street(folder, *phases):
    """Two one-way streets, lamps 0 and 1 of one and the rest of the other, under a program of some phases."""
    path = build(folder, *STREETS)
    states = "".join(f'<phase duration="{seconds}" state="{state}"/>' for seconds, state in phases)
    (folder / "today.add.xml").write_text(
        f'<additional><tlLogic id="m" type="static" programID="x" offset="0">{states}</tlLogic></additional>'
    )
    return read_network(path, (folder / "today.add.xml",))


def meetings(junction, states):
    return {
        (a, b)
        for state in states
        for a, b in junction.foes
        if (shown := tuple(state[junction.by_group[name].links[0]] for name in (a, b)))
        and set(shown) <= lamps.GREENS
        and (a, shown[0], b, shown[1]) not in junction.together
    }


def size_of(folder):
    return read_network(build(folder, *STREETS)).junctions[0].size


def test_no_sequence_has_protected_greens_of_foes_at_once(tmp_path):
    size = size_of(tmp_path)
    north = "".join("G" if lamp < 2 else "r" for lamp in range(size))
    most, red = "G" * (size - 1) + "r", (2, "r" * size)
    both, one = ((30, most), (3, most.replace("G", "y")), red), ((20, north), (3, north.replace("G", "y")), red)
    network = street(tmp_path, *both, (20, north.translate(TURNED)), (3, north.translate(YELLOW)), red)
    [junction] = network.junctions
    assert junction.foes
    assert meetings(junction, [most])
    options = options_of(junction, FLOWS, sequences=True, permitted=True)
    assert options
    assert not any(meetings(junction, option.skeleton.states) for option in options)
    assert free_junction(network, junction, FLOWS, WEIGHTS) is None
    safe = street(tmp_path, *one, (20, north.translate(TURNED)), (3, north.translate(YELLOW)), red)
    assert free_junction(safe, safe.junctions[0], FLOWS, WEIGHTS) is not None


def test_a_lone_street_s_green_never_ends_without_yellow(tmp_path):
    edges = """<edges><edge id="wm" from="w" to="m"/><edge id="me" from="m" to="e"/></edges>"""
    path = build(tmp_path, CROSS, edges, ())
    phases = '<phase duration="40" state="G"/><phase duration="10" state="r"/>'
    (tmp_path / "today.add.xml").write_text(
        f'<additional><tlLogic id="m" type="static" programID="x" offset="0">{phases}</tlLogic></additional>'
    )
    [junction] = read_network(path, (tmp_path / "today.add.xml",)).junctions
    assert junction.yellow_s == {"g0": 3.0}
    assert options_of(junction, {("wm", "me"): 400.0}, sequences=True, permitted=True) == ()


def test_every_sequence_has_the_yellow_that_today_s_program_lacks(tmp_path):
    size = size_of(tmp_path)
    north = "".join("G" if lamp < 2 else "r" for lamp in range(size))
    west = "".join("r" if lamp < 2 else "G" for lamp in range(size))
    [junction] = street(tmp_path, (40, north), (40, west)).junctions
    assert not junction.together
    options = options_of(junction, FLOWS, sequences=True, permitted=True)
    assert options
    for option in options:
        states = option.skeleton.states
        for before, after in zip(states, states[1:] + states[:1], strict=True):
            ended = [lamp for lamp in range(size) if before[lamp] in lamps.GREENS and after[lamp] == lamps.RED]
            assert not ended
        assert sum(seconds or 0 for seconds in option.skeleton.fixed_s) >= 2 * 4
