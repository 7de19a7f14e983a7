"""NEMA programs: lamps watched in SUMO, a check held to a slow walk of two rings, and why some junctions have none."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from greenband.engine.actuated.candidates import nema_plan
from greenband.engine.actuated.nema import nema_junction
from greenband.engine.actuated.nema_phases import NotHeld
from greenband.engine.actuated.sumo import actuated_xml
from greenband.engine.check.actuated.actuated import check_actuated, require_safe
from greenband.engine.report.sections.actuated_view import _program
from greenband.networks.actuated_plan import ActuatedJunction
from greenband.networks.errors import InputError
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network
from lxml import etree

from tests.engine.actuated.watch import broken_limits, lamps_over_time, spans
from tests.simulation.streets import make_network

END_S = 1500
LEGS = {"w": (-300, 0), "e": (300, 0), "s": (0, -300), "n": (0, 300)}
NODES = (
    '<nodes><node id="m" x="0" y="0" type="traffic_light"/>'
    + "".join(f'<node id="{leg}" x="{x}" y="{y}"/>' for leg, (x, y) in LEGS.items())
    + "</nodes>"
)
EDGES = (
    "<edges>"
    + "".join(
        f'<edge id="{leg}m" from="{leg}" to="m" numLanes="3" speed="13.9"/>'
        f'<edge id="m{leg}" from="m" to="{leg}" numLanes="3" speed="13.9"/>'
        for leg in LEGS
    )
    + "</edges>"
)
# Straight on with lefts that yield, then those lefts alone, for one street and for the other.
PROGRAM = (
    (30, "GGGGgrrrrrGGGGgrrrrr"),
    (3, "yyyygrrrrryyyygrrrrr"),
    (7, "rrrrGrrrrrrrrrGrrrrr"),
    (3, "rrrryrrrrrrrrryrrrrr"),
    (2, "rrrrrrrrrrrrrrrrrrrr"),
    (20, "rrrrrGGGGgrrrrrGGGGg"),
    (3, "rrrrryyyygrrrrryyyyg"),
    (7, "rrrrrrrrrGrrrrrrrrrG"),
    (3, "rrrrrrrrryrrrrrrrrry"),
    (2, "rrrrrrrrrrrrrrrrrrrr"),
)
LEFTS = {"n": "e", "e": "s", "s": "w", "w": "n"}
STRAIGHT = {"n": "s", "e": "w", "s": "n", "w": "e"}


@pytest.fixture(scope="module")
def legs(tmp_path_factory: pytest.TempPathFactory) -> Network:
    path = make_network(tmp_path_factory.mktemp("legs"), NODES, EDGES)
    root = etree.parse(str(path))
    logic = next(root.iter("tlLogic"))
    for phase in logic.findall("phase"):
        logic.remove(phase)
    for duration, state in PROGRAM:
        etree.SubElement(logic, "phase", duration=str(duration), state=state)
    root.write(str(path))
    return read_network(path)


def nema(network: Network) -> ActuatedJunction:
    plan, without = nema_plan(network, network.running_plan, {})
    assert plan is not None
    assert without == {}
    return plan.junctions[0]


def programs_of(network: Network) -> bytes:
    plan, _ = nema_plan(network, network.running_plan, {})
    assert plan is not None
    return actuated_xml(plan, network)


def trips(seed: int, headway_s: float) -> list[tuple[float, str]]:
    """Vehicles at random from all legs, a third of them turning left."""
    rng, found, second = random.Random(seed), [], 0.0
    while second < END_S:
        leg = rng.choice(sorted(LEGS))
        found.append((float(int(second)), f"{leg}m m{LEFTS[leg] if rng.random() < 0.33 else STRAIGHT[leg]}"))
        second += rng.expovariate(1 / headway_s)
    return found


def test_a_turn_that_yields_and_is_protected_has_a_phase_in_each_ring(legs: Network) -> None:
    one = nema(legs)
    assert one.mode == "nema"
    assert [(p.number, p.ring, p.side) for p in one.phases] == [
        *((1, 1, 0), (2, 1, 0), (3, 1, 1), (4, 1, 1)),
        *((5, 2, 0), (6, 2, 0), (7, 2, 1), (8, 2, 1)),
    ]
    assert {p.number for p in one.phases if p.coordinated} == {2, 6}
    by_number = {p.number: p for p in one.phases}
    # Of 45 s, the left has its 7 s of green and a clearance of 5 s, as each phase there; the rest is the main green's.
    assert (by_number[1].max_green_s, by_number[2].max_green_s) == (7, 28)
    assert (by_number[1].yellow_s, by_number[1].red_s) == (3, 2)
    # The green of the main street ends at second 30 of the cycle, as in the plan, and began 28 s before.
    assert one.offset_s == (legs.running_plan.junctions[0].offset_s + 2) % 80
    assert _program(one).stages == 8


@pytest.mark.parametrize(("seed", "headway_s"), [(1, 1.2), (2, 4.0), (3, 25.0)])
def test_lamps_in_sumo_keep_every_limit_with_two_rings(
    seed: int, headway_s: float, legs: Network, tmp_path: Path
) -> None:
    programs = programs_of(legs)
    assert require_safe(programs, legs) == ()
    shown = lamps_over_time(legs, programs, tmp_path, trips(seed, headway_s), END_S)
    junction = legs.by_junction["m"]
    assert broken_limits(shown, junction) == []
    lengths = {end - start for group in junction.groups for start, end in spans(shown, group.links[0], "Gg")}
    assert len(lengths) >= 3
    # In traffic of middling weight a left and the straight traffic from its own approach are protected at once, which
    # no stage of the plan shows: the rings end their phases apart.
    assert headway_s != 4.0 or any(state[0] == "G" and state[4] == "G" for _, state in shown)


def test_the_coordinated_green_ends_when_the_plan_s_does_in_every_cycle_with_traffic_on_the_side(
    legs: Network, tmp_path: Path
) -> None:
    shown = lamps_over_time(legs, programs_of(legs), tmp_path, trips(1, 1.2), END_S)
    plan = legs.running_plan.junctions[0]
    # The protected green of straight traffic; when it yields in the first cycle nothing is coordinated yet.
    ends = [(end - plan.offset_s) % plan.cycle_s for _, end in spans(shown, 0, "G") if end > 2 * plan.cycle_s]
    assert len(ends) >= 14
    assert set(ends) == {30.0}


# -- the check, held to a slow walk


def logic_of(programs: bytes) -> etree._Element:
    return next(etree.fromstring(programs).iter("tlLogic"))


def changed(programs: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    root = etree.fromstring(programs)
    logic = next(root.iter("tlLogic"))
    change(
        {str(p.get("name")): p for p in logic.iterchildren("phase")},
        {str(p.get("key")): p for p in logic.iterchildren("param")},
    )
    return etree.tostring(root)


def walked(programs: bytes, seed: int, seconds: int) -> list[tuple[float, str]]:
    """Lamps of a controller that obeys rings, barriers, minimum greens and clearances, and is moody otherwise."""
    logic, rng = logic_of(programs), random.Random(seed)
    values = {str(p.get("key")): str(p.get("value")) for p in logic.iterchildren("param")}
    phase = {str(p.get("name")): p for p in logic.iterchildren("phase")}
    rings = [values["ring1"].split(","), values["ring2"].split(",")]
    halves = [[[n for n in ring[2 * s : 2 * s + 2] if n != "0"] for s in (0, 1)] for ring in rings]
    times = {n: [int(float(str(p.get(k)))) for k in ("minDur", "yellow", "red")] for n, p in phase.items()}
    now, since, nexts, side = [halves[0][0][-1], halves[1][0][-1]], [50, 50], ["", ""], 0
    shown = []
    for second in range(seconds):
        may_end = [nexts[r] == "" and since[r] >= times[now[r]][0] for r in (0, 1)]
        if all(may_end) and rng.random() < 0.2:
            side = 1 - side
            for r in (0, 1):
                nexts[r], since[r] = rng.choice(halves[r][side]), 0
        for r in (0, 1):
            after = [n for n in halves[r][side][1:] if n != now[r]]
            if may_end[r] and nexts[r] == "" and after and rng.random() < 0.2:
                nexts[r], since[r] = after[0], 0
            if nexts[r] and since[r] >= sum(times[now[r]][1:]):
                now[r], nexts[r], since[r] = nexts[r], "", 0
        letters = []
        for lamp in range(len(str(phase[now[0]].get("state")))):
            own = [str(phase[n].get("state"))[lamp] for n in now]
            lit = [
                letter if not nexts[r] else "r" if letter == "r" or since[r] >= times[now[r]][1] else "y"
                for r, letter in enumerate(own)
            ]
            steering = [lit[r] for r in (0, 1) if own[r] == "G"]
            letters.append(steering[-1] if steering else min(lit, key="Ggyr".index))
        shown.append((float(second), "".join(letters)))
        since = [s + 1 for s in since]
    return shown


def kinds(broken: list[str]) -> set[str]:
    words = ((" to ", "intergreen"), ("yellow", "yellow"), (" green ", "min_green"))
    return {next(rule for word, rule in words if word in line) for line in broken}


def test_a_walk_of_two_rings_at_random_breaks_nothing_that_the_check_calls_safe(legs: Network) -> None:
    shown = walked(programs_of(legs), 1, 12_000)
    assert broken_limits(shown, legs.by_junction["m"]) == []


@pytest.mark.parametrize("seed", range(12))
def test_the_check_says_what_a_slow_walk_sees_of_programs_cut_at_random(seed: int, legs: Network) -> None:
    rng = random.Random(seed)

    def cut(phases, params) -> None:  # type: ignore[no-untyped-def]
        for phase in phases.values():
            if rng.random() < 0.15:
                phase.set("minDur", str(rng.choice([3, 4])))
        side = [["1", "2", "5", "6"], ["3", "4", "7", "8"]]
        for names in rng.sample(side, rng.choice([0, 1])):
            yellow, red = rng.choice([(3, 1), (2, 3), (3, 2)])
            for name in names:
                spare = 5 - yellow - red
                phases[name].set("maxDur", str(float(phases[name].get("maxDur")) + spare))
                phases[name].set("yellow", str(yellow))
                phases[name].set("red", str(red))

    programs = changed(programs_of(legs), cut)
    said = {finding.rule for finding in check_actuated(programs, legs)}
    assert said == kinds(broken_limits(walked(programs, seed, 12_000), legs.by_junction["m"]))


def shorter_green(phases, params) -> None:  # type: ignore[no-untyped-def]
    phases["4"].set("minDur", "2")


def late_start(phases, params) -> None:  # type: ignore[no-untyped-def]
    phases["8"].set("minDur", "8")  # 3 s more than phase 4, beside which it may have to begin
    for name, green in (("1", "28"), ("2", "7"), ("5", "28"), ("6", "7")):
        phases[name].set("maxDur", green)


def shorter_yellow(phases, params) -> None:  # type: ignore[no-untyped-def]
    phases["4"].set("yellow", "2")
    phases["4"].set("red", "3")


def no_clearance(phases, params) -> None:  # type: ignore[no-untyped-def]
    phases["1"].set("red", "0")
    phases["1"].set("maxDur", "9")


def foes_in_two_rings(phases, params) -> None:  # type: ignore[no-untyped-def]
    one, other = phases["1"].get("state"), phases["5"].get("state")
    phases["1"].set("state", other)
    phases["5"].set("state", one)


def half_a_group(phases, params) -> None:  # type: ignore[no-untyped-def]
    phases["2"].set("state", "GGrG" + phases["2"].get("state")[4:])


def nobody_served(phases, params) -> None:  # type: ignore[no-untyped-def]
    phases["8"].set("state", "r" * 20)


def uncalled(phases, params) -> None:  # type: ignore[no-untyped-def]
    params["minRecall"].set("value", "2,6")
    phases["3"].set("state", "r" * 20)
    phases["8"].set("state", phases["8"].get("state").replace("G", "g"))


def back_and_forth(phases, params) -> None:  # type: ignore[no-untyped-def]
    params["minRecall"].set("value", "2,6")


def no_detector(phases, params) -> None:  # type: ignore[no-untyped-def]
    params["nm_0"].set("value", "nowhere")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (shorter_green, "min_green"),
        (late_start, "min_green"),
        (shorter_yellow, "yellow"),
        (no_clearance, "intergreen"),
        (foes_in_two_rings, "conflict"),
        (half_a_group, "group"),
        (nobody_served, "served"),
        (uncalled, "served"),
        (back_and_forth, "yellow"),
        (no_detector, "detector"),
    ],
)
def test_the_check_finds_each_limit_of_two_rings_broken_on_purpose(change, rule: str, legs: Network) -> None:  # type: ignore[no-untyped-def]
    assert rule in {finding.rule for finding in check_actuated(changed(programs_of(legs), change), legs)}


@pytest.mark.parametrize(
    ("key", "value"), [("ring1", "1,2,3"), ("fixForceOff", "false"), ("maxRecall", "1"), ("coordinatePhases", "1,5")]
)
def test_a_program_that_sumo_would_run_otherwise_is_not_read(key: str, value: str, legs: Network) -> None:
    programs = changed(programs_of(legs), lambda phases, params: params[key].set("value", value))
    with pytest.raises(InputError):
        check_actuated(programs, legs)


# -- junctions that have none


def test_longer_intergreens_make_longer_clearances(legs: Network) -> None:
    junction = legs.by_junction["m"]
    longer = replace(junction, intergreen_s={pair: s + 1.5 for pair, s in junction.intergreen_s.items()})
    network = replace(legs, junctions=(longer,))
    made = programs_of(network)
    assert check_actuated(made, network) == ()
    assert {f.rule for f in check_actuated(programs_of(legs), network)} == {"intergreen"}


def test_a_junction_that_cannot_be_held_says_why() -> None:
    arterial = read_network(Path(__file__).parents[3] / "networks" / "arterial" / "arterial.net.xml")
    plan, without = nema_plan(arterial, arterial.running_plan, {})
    assert plan is None
    assert set(without) == {junction.id for junction in arterial.junctions}
    assert all("pedestrians" in reason for reason in without.values())


def test_a_green_too_short_for_its_minimum_is_refused(legs: Network) -> None:
    junction = legs.by_junction["m"]
    demanding = replace(junction, min_green_s=dict.fromkeys(junction.min_green_s, 8.0))
    with pytest.raises(NotHeld, match="needs 8 s"):
        nema_junction(legs, demanding, legs.running_plan.junctions[0], {})
