"""Actuated programs are held to the check's own view, and a junction that it refuses keeps its fixed-time program."""

from dataclasses import replace
from pathlib import Path

import pytest
from greenband import networks
from greenband.engine.actuated.candidates import VARIANTS, free_plan, refused_junctions, without
from greenband.engine.actuated.sumo import actuated_xml
from greenband.engine.check.actuated.actuated import check_actuated, require_safe
from greenband.engine.check.actuated.kept_turns import Moment, kept_turns
from greenband.engine.check.own.limits import own_limits
from greenband.engine.check.turn_across import OwnTurn
from greenband.engine.rules.pack import read_pack
from greenband.networks.sentence import Sentence
from greenband.networks.sumo.net import read_network

NETWORK = read_network(Path(networks.__file__).parent / "arterial" / "arterial.net.xml")
FLOWS = {(m.from_edge, m.to_edge): 200.0 for j in NETWORK.junctions for m in j.movements}
VIEWS = own_limits(NETWORK, (), read_pack("none"), None, FLOWS)
WHY = (Sentence("they drive too fast"),)


def free():
    return free_plan(NETWORK, NETWORK.running_plan, FLOWS, VARIANTS[0])


def test_a_junction_whose_program_the_check_refuses_keeps_its_fixed_one_and_the_rest_may_run():
    plan = free()
    refused = refused_junctions([plan], NETWORK, VIEWS)
    assert set(refused) == {"J6"}  # who walks there clears for 27 s, longer than the stage between
    assert "27 s" in refused["J6"]
    kept = without(plan, refused)
    assert set(kept.by_junction) == set(plan.by_junction) - {"J6"}
    assert require_safe(actuated_xml(kept, NETWORK), NETWORK, VIEWS) == ()


def test_what_the_planner_does_not_know_of_the_check_does():
    """A planner that has lost all conflicts finds nothing wrong with its programs; the check's own view does."""
    ignorant = replace(
        NETWORK,
        junctions=tuple(replace(j, foes=frozenset(), together=frozenset(), intergreen_s={}) for j in NETWORK.junctions),
    )
    programs = actuated_xml(free_plan(ignorant, NETWORK.running_plan, FLOWS, VARIANTS[0]), ignorant)
    assert check_actuated(programs, ignorant) == ()
    assert {f.rule for f in check_actuated(programs, ignorant, VIEWS)} == {"intergreen"}


def turn(**changes) -> OwnTurn:
    usual = {
        "group": "left",
        "opposing": frozenset({"ahead"}),
        "against": WHY,
        "of_volumes": (),
        "volumes_known": True,
        "decided": False,
        "today_ms": 8000,
        "yields_today": True,
    }
    return OwnTurn(**{**usual, **changes})


def moment(*green, beside=(), shortest_ms=6000):
    return Moment(green=frozenset(green), beside=frozenset({*green, *beside}), shortest_ms=shortest_ms)


YIELDS, OWN = moment("left", "ahead"), moment("left")


@pytest.mark.parametrize(
    ("moments", "changes", "wrong"),
    [
        ((YIELDS, OWN), {}, False),  # yields as today, and has its own phase
        ((YIELDS,), {}, True),
        ((YIELDS, moment("left", shortest_ms=4000)), {}, True),  # shorter than 5 s
        ((YIELDS, moment("left", shortest_ms=4000)), {"today_ms": 4000}, False),  # as today
        ((YIELDS, moment("left", beside=("ahead",))), {}, True),  # the other ring may let them go
        ((YIELDS,), {"against": ()}, False),
        ((YIELDS,), {"against": (), "of_volumes": WHY}, True),
        ((YIELDS, OWN), {"yields_today": False}, True),  # it never yields today
        ((YIELDS,), {"decided": True}, False),
        ((OWN,), {"yields_today": False}, False),
        ((YIELDS,), {"today_ms": 0}, False),  # there is no protected time to keep
    ],
)
def test_a_turn_that_has_to_keep_protected_time_has_a_phase_of_its_own(moments, changes, wrong):
    junction = NETWORK.by_junction["J1"]
    found = list(kept_turns(moments, [turn(**changes)], junction))
    assert bool(found) == wrong
    assert all(one.rule == "left_turn" and "they drive too fast" in one.text for one in found)
