"""Displays that endanger people though no two greens meet; each is an error, or told where today's program has it."""

from dataclasses import replace

import pytest
from greenband.engine.check.check import check_junction
from greenband.engine.check.own.limits import own_limits
from greenband.engine.rules.pack import read_pack
from greenband.networks.errors import InputError
from greenband.networks.plan_file import plan_json, read_plan
from greenband.networks.sumo.net import read_network
from lxml import etree

from tests.engine.check.test_unknown import ARTERIAL, made

# Lamps of netconvert's crossing: 0-2 from the north, 3-5 east, 6-8 south, 9-11 west; right, straight, left.
SAFE = (
    (30, "GGgrrrGGgrrr"),
    (3, "yyyrrryyyrrr"),
    (2, "r" * 12),
    (30, "rrrGGgrrrGGg"),
    (3, "rrryyyrrryyy"),
    (2, "r" * 12),
)
CASES = {
    "yellow_order": ((25, "GGgrrrGGgrrr"), (3, "yGgrrrGGgrrr"), (2, "GGgrrrGGgrrr"), *SAFE[1:]),
    "short_red": (
        *((20, "GGgrrrGGgrrr"), (3, "yGgrrrGGgrrr"), (1, "rGgrrrGGgrrr"), (6, "GGgrrrGGgrrr")),
        *SAFE[1:],
    ),
    "yellow_trap": ((20, "GGgrrrGGgrrr"), (3, "GGyrrrGGgrrr"), (10, "GGrrrrGGgrrr"), (3, "yyrrrryyyrrr"), *SAFE[2:]),
    "unstopped": ((30, "GGgrrrGGgrrr"), (3, "yyyrrryyyrrr"), (2, "r" * 12), (5, "OrrGGgrrrGGg"), *SAFE[3:]),
    "conflict": ((30, "GGGrrrGGGrrr"), *SAFE[1:]),
    "yellow": ((30, "GGgrrrGGgrrr"), (5, "r" * 12), *SAFE[3:]),
    "dark": ((60, "O" * 12),),
}


def with_program(path, phases):
    root = etree.fromstring(path.read_bytes())
    logic = root.find("tlLogic")
    for phase in list(logic):
        logic.remove(phase)
    for seconds, state in phases:
        etree.SubElement(logic, "phase", duration=str(seconds), state=state)
    other = path.with_name(f"{hash(phases)}.net.xml")
    other.write_bytes(etree.tostring(root))
    return read_network(other)


@pytest.fixture(scope="module")
def crossing(tmp_path_factory):
    return made(tmp_path_factory.mktemp("crossing"), lanes=1)


def found(plan_of, today) -> set[tuple[str, str]]:
    """Rules and severities of a plan at a junction that runs another program; groups are single lamps."""
    (own,), (junction,) = own_limits(today, (), read_pack("none")), today.junctions
    by_lamp = {
        lamp: g.group
        for g in plan_of.junctions[0].running.groups
        for lamp in plan_of.junctions[0].by_group[g.group].links
    }
    groups = tuple(
        replace(plan_of.junctions[0].running.by_group[by_lamp[group.links[0]]], group=group.id)
        for group in junction.groups
    )
    plan = replace(plan_of.junctions[0].running, groups=groups, coordinated=None)
    return {(f.rule, f.severity) for f in check_junction("tried", plan, junction, own)}


@pytest.mark.parametrize("rule", sorted(CASES))
def test_each_is_an_error_where_today_is_safe(rule, crossing):
    today = with_program(crossing, SAFE)
    assert not {f for f in found(today, today) if f[1] == "error"}
    assert (rule, "error") in found(with_program(crossing, CASES[rule]), today)


@pytest.mark.parametrize("rule", ["conflict", "yellow", "dark", "unstopped"])
def test_what_endangers_people_is_an_error_though_it_runs_today(rule, crossing):
    today = with_program(crossing, CASES[rule])
    assert (rule, "error") in found(today, today)


@pytest.mark.parametrize("rule", ["yellow_order", "short_red", "yellow_trap"])
def test_what_only_misleads_is_a_warning_where_it_runs_today(rule, crossing):
    today = with_program(crossing, CASES[rule])
    assert (rule, "warning") in found(today, today)
    assert (rule, "error") not in found(today, today)


def test_nobody_walks_while_a_tram_has_yellow():
    """A tram needs no yellow, but where its lamp has one it may still enter: to those who walk it is a vehicle."""
    network = read_network(ARTERIAL)
    junction, own = network.junctions[0], own_limits(network, (), read_pack("none"))[0]
    a, b = next((a, b) for a, b in sorted(own.foes) if a in own.driven and b in own.walked)
    yellow = next(w for w in junction.running.by_group[a].windows if w.display == "y")
    walk = replace(junction.running.by_group[b].windows[0], start_s=yellow.start_s)
    groups = tuple(replace(g, windows=(walk,)) if g.group == b else g for g in junction.running.groups)
    plan = replace(junction.running, groups=groups)
    tram = replace(own, driven=own.driven - {a})
    found = {(f.rule, f.groups) for f in check_junction("tried", plan, junction, tram) if f.is_error}
    assert ("yellow_on_walk", (a, b)) in found


def test_a_plan_for_another_network_is_refused(tmp_path):
    network = read_network(ARTERIAL)
    file, other = tmp_path / "plan.json", tmp_path / "other.net.xml"
    file.write_bytes(plan_json(network.running_plan, network, {}))
    assert read_plan(file, network).junctions == network.running_plan.junctions
    other.write_text(ARTERIAL.read_text().replace('speed="13.89"', 'speed="13.88"', 1))
    with pytest.raises(InputError, match="hash"):
        read_plan(file, read_network(other))
