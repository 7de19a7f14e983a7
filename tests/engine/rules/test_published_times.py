"""Every worked example on change intervals, walks and intergreens, by the rules and by the check's own formulas."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from greenband.engine.check.check import check_junction
from greenband.engine.check.own import rules as own_rules
from greenband.engine.check.own.streets import Steered
from greenband.engine.rules.change_times import (
    FOOT_M,
    kinematic_yellow_s,
    pedestrian_clearance_s,
    red_clearance_s,
    walk_s,
)
from greenband.engine.rules.derive import walk_of, yellow_of
from greenband.engine.rules.intergreens import Clearing, Conflict, intergreen_s
from greenband.engine.rules.pack import Clearance, Pedestrian, Yellow, read_pack
from greenband.networks.junction import Junction, SignalGroup
from greenband.networks.plan import GroupPlan, JunctionPlan, Window

ORACLES = Path(__file__).parents[4] / "shared" / "oracles"
needs_oracles = pytest.mark.skipif(not ORACLES.is_dir(), reason="the worked examples are not beside the checkout")
MILE_PER_HOUR_M_S = 0.44704
US = read_pack("us")


def oracle(name: str) -> dict:
    return json.loads((ORACLES / f"{name}.json").read_text())


def way(*, speed_m_s: float = 0.0, width_m: float = 3.2, line=((0, 0), (1, 0)), **fields: object) -> Steered:
    usual = {"lamp": 0, "walking": False, "node": "", "origin": "", "to_lane": "", "direction": "s"}
    return Steered(
        **{**usual, **fields},
        speed_m_s=speed_m_s,
        width_m=width_m,
        length_m=0.0,
        line_m=np.array(line, dtype=float),
    )


@needs_oracles
def test_every_change_interval():
    """Institute of Transportation Engineers, and the table of the California MUTCD for 30 mph."""
    found = oracle("change_clearance_intervals")
    for case in found["cases"]:
        given, wanted, tolerance = case["inputs"], case["expected"], case["tolerance"]
        speed_m_s = given["v_ftps"] * FOOT_M if "v_ftps" in given else given["v_mph"] * MILE_PER_HOUR_M_S
        yellow = kinematic_yellow_s(
            speed_m_s, grade=given["G"], reaction_s=given.get("t", 1.0), deceleration_m_s2=given["a"] * FOOT_M
        )
        assert yellow == pytest.approx(wanted["Y"], abs=tolerance["Y"])
        if "R" in wanted:
            red = red_clearance_s(speed_m_s, width_m=given["W_ft"] * FOOT_M, vehicle_m=given["L_ft"] * FOOT_M)
            assert red == pytest.approx(wanted["R"], abs=tolerance["R"])
            assert yellow + red == pytest.approx(wanted.get("Y_plus_R", yellow + red), abs=0.002)


@needs_oracles
def test_the_check_s_own_change_intervals_are_those_of_every_level_example_rounded_up_to_a_tenth():
    for case in oracle("change_clearance_intervals")["cases"]:
        given, wanted = case["inputs"], case["expected"]
        if given["G"]:  # no file tells a grade: both the rules and the check take the street as level
            continue
        speed_m_s = given["v_ftps"] * FOOT_M if "v_ftps" in given else given["v_mph"] * MILE_PER_HOUR_M_S
        rule = Yellow(kind="kinematic", deceleration_m_s2=given["a"] * FOOT_M, shortest_s=1, longest_s=6)
        yellow_ms = own_rules.yellow_ms(rule, [way(speed_m_s=speed_m_s)])
        assert 0 <= yellow_ms / 1000 - wanted["Y"] + 0.001 < 0.101
        assert yellow_ms / 1000 == pytest.approx(yellow_of(rule, speed_m_s, turns_only=False)[0])
        if "R" in wanted:
            across = given["W_ft"] * FOOT_M
            red = Clearance(kind="red", vehicle_m=given["L_ft"] * FOOT_M)
            clearing = way(speed_m_s=speed_m_s, line=((0, 0), (across + 50, 0)))
            entering = way(line=((across - 1.6, -20), (across - 1.6, 20)))  # its far side is `across` from the line
            seconds = own_rules.intergreen_ms(red, [clearing], [entering], yellow_ms) / 1000
            assert 0 <= seconds - yellow_ms / 1000 - wanted["R"] + 0.001 < 0.101


@needs_oracles
def test_the_american_pack_has_the_published_constants():
    found = oracle("change_clearance_intervals")
    assert US.yellow.deceleration_m_s2 == pytest.approx(found["defaults"]["a_ftps2"] * FOOT_M)
    assert US.yellow.reaction_s == found["defaults"]["t"]
    assert US.clearance.vehicle_m == pytest.approx(found["defaults"]["L_ft"] * FOOT_M)
    assert US.yellow.over_limit_m_s == pytest.approx(7 * MILE_PER_HOUR_M_S, abs=0.01)
    assert US.clearance.left_under_limit_m_s == pytest.approx(5 * MILE_PER_HOUR_M_S, abs=0.01)
    assert [US.yellow.shortest_s, US.yellow.longest_s] == found["limits"]["yellow_s"]
    assert US.clearance.longest_s == found["limits"]["red_clearance_max_s"]


@needs_oracles
def test_every_pedestrian_interval():
    """MUTCD 2009 and 2003, section 4E.06."""
    found = oracle("pedestrian_intervals_mutcd")
    constants = found["constants"]
    for case in found["cases"]:
        crossing_m = case["inputs"]["crosswalk_ft"] * FOOT_M
        button_m, newer = case["inputs"]["button_ft"] * FOOT_M, case["inputs"]["edition"] == 2009
        speed_m_s = constants["clearance_speed" if newer else "clearance_speed_2003"] * FOOT_M
        total_m_s = constants["total_check_speed"] * FOOT_M if newer else None
        clearance = pedestrian_clearance_s(crossing_m, speed_m_s=speed_m_s)
        walk = walk_s(
            crossing_m,
            clearance,
            shortest_s=constants["walk_min"],
            approach_m=button_m,
            total_speed_m_s=total_m_s,
        )
        assert (walk, clearance, walk + clearance) == tuple(case["expected"][k] for k in ("walk", "clearance", "total"))
        rule = Pedestrian(
            walk_s=constants["walk_min"], clearance_m_s=speed_m_s, total_m_s=total_m_s, approach_m=button_m
        )
        assert walk_of(rule, crossing_m)[0] == walk
        assert own_rules.walk_ms(rule, crossing_m) == 1000 * walk
        assert own_rules.walk_clearance_ms(rule, crossing_m) == 1000 * clearance
        assert clearance >= constants["buffer_min"]  # the steady hand is part of it


@needs_oracles
def test_the_american_pack_has_the_published_walks():
    constants = oracle("pedestrian_intervals_mutcd")["constants"]
    assert US.pedestrian.walk_s == constants["walk_min"]
    assert US.pedestrian.clearance_m_s == pytest.approx(constants["clearance_speed"] * FOOT_M)
    assert US.pedestrian.total_m_s == pytest.approx(constants["total_check_speed"] * FOOT_M)
    assert US.pedestrian.approach_m == pytest.approx(constants["no_button_start_distance_ft"] * FOOT_M)


@needs_oracles
def test_german_yellows_vehicles_and_walkers():
    wanted, pack = oracle("rilsa_transition_rules")["expected"], read_pack("de")
    for kmh, seconds in wanted["yellow_s_by_kmh"].items():
        speed_m_s = int(kmh) / 3.6
        assert yellow_of(pack.yellow, speed_m_s, turns_only=False)[0] == seconds
        assert own_rules.yellow_ms(pack.yellow, [way(speed_m_s=speed_m_s)]) == 1000 * seconds
        turning = own_rules.yellow_ms(pack.yellow, [way(speed_m_s=speed_m_s, direction="l")])
        assert turning == 1000 * wanted["yellow_separately_signalled_turn_s"]
    assert pack.clearance.vehicle_m == wanted["vehicle_length_m"]["motor"]
    slowest, fastest = wanted["ped_speed_mps"]
    assert slowest <= pack.pedestrian.clearance_m_s <= fastest


@needs_oracles
def test_two_thirds_of_a_carriageway_of_the_standard_for_barrier_free_streets():
    """DIN 18030 E: 6.5 m take 4.3 s of green; walks are whole seconds, so 5 s."""
    found = oracle("rilsa_transition_rules")["expected"]
    width_m, seconds = found["din_example"]["width_m"], found["din_example"]["min_green_s"]
    assert width_m * 2 / 3 / 1.0 == pytest.approx(seconds, abs=0.05)
    rule = Pedestrian(walk_s=1, walk_share=2 / 3, clearance_m_s=1.0)
    assert walk_of(rule, width_m)[0] == np.ceil(seconds) == own_rules.walk_ms(rule, width_m) / 1000


def test_intergreens_of_the_rules_and_of_the_check_are_the_same_for_drawn_ways():
    """t_z = t_ü + (s_0 + l) / v_r - s_e / v_e: two straight ways that cross, for 200 places and packs."""
    rng = np.random.default_rng(3)
    for _ in range(200):
        clearing_m, entering_m = rng.uniform(3, 40, 2)
        overrun_s, v_r, v_e = rng.uniform(1, 3), rng.uniform(5, 15), rng.uniform(5, 15)
        rule = Clearance(kind="conflict points", overrun_straight_s=overrun_s, straight_m_s=v_r, entering_m_s=v_e)
        point = Conflict(clearing_m=clearing_m + 1.6, entering_m=max(0.0, entering_m - 1.6))
        wanted = intergreen_s(Clearing(overrun_s=overrun_s, speed_m_s=v_r, length_m=rule.vehicle_m), v_e, [point])
        ways = way(line=((0, 0), (50, 0))), way(line=((clearing_m, -entering_m), (clearing_m, 30)))
        assert own_rules.intergreen_ms(rule, [ways[0]], [ways[1]], 0) == min(1000 * wanted, 6000)


@needs_oracles
def test_the_plan_of_the_junction_of_twelve_groups_is_legal_and_touching_any_green_breaks_it():
    """One proven plan at 90 s: the check finds nothing, and each green made a second longer at its tight end is found.

    The groups of the example have no yellow of their own: it is within the intergreens.
    """
    found = oracle("group_based_junction_4leg")
    junction, plan = twelve_groups(found["inputs"], found["expected"]["one_plan_C90"])
    assert errors(plan, junction) == []
    broken = 0
    for k in range(len(plan.groups)):
        window = plan.groups[k].windows[0]
        for by_s in range(1, 90 - int(window.length_s)):
            if stretched := errors(with_window(plan, k, window.start_s, window.length_s + by_s), junction):
                assert {f.rule for f in stretched} <= {"intergreen", "conflict"}
                broken += 1
                break
    assert broken == len(plan.groups)


def twelve_groups(given: dict, plan: dict) -> tuple[Junction, JunctionPlan]:
    names = given["groups"]
    matrix = {(c["a"], c["b"]): float(c["intergreen_ab"]) for c in given["conflicts"]}
    matrix |= {(c["b"], c["a"]): float(c["intergreen_ba"]) for c in given["conflicts"]}
    windows = {
        name: (Window(start_s=float(start), length_s=float(length), display="G"),)
        for name, start, length in zip(names, plan["start"], plan["green"], strict=True)
    }
    groups = tuple(GroupPlan(group=name, windows=windows[name]) for name in names)
    running = JunctionPlan(junction="X", cycle_s=90.0, offset_s=0.0, coordinated=None, groups=groups)
    junction = Junction(
        id="X",
        size=len(names),
        groups=tuple(
            SignalGroup(id=name, kind="pedestrian" if name[0] == "P" else "vehicle", links=(k,), from_edges=())
            for k, name in enumerate(names)
        ),
        movements=(),
        foes=frozenset(matrix),
        together=frozenset(),
        intergreen_s=matrix,
        yellow_s=dict.fromkeys(names, 0.0),
        min_green_s={name: float(seconds) for name, seconds in given["min_green"].items()},
        running=running,
    )
    return junction, running


def with_window(plan: JunctionPlan, place: int, start_s: float, length_s: float) -> JunctionPlan:
    changed = GroupPlan(
        group=plan.groups[place].group, windows=(Window(start_s=start_s, length_s=length_s, display="G"),)
    )
    groups = (*plan.groups[:place], changed, *plan.groups[place + 1 :])
    return JunctionPlan(junction="X", cycle_s=90.0, offset_s=0.0, coordinated=None, groups=groups)


def errors(plan: JunctionPlan, junction: Junction) -> list:
    return [finding for finding in check_junction("example", plan, junction) if finding.is_error]


def test_no_case_of_a_seven_second_cycle_is_decided_otherwise_than_by_hand():
    """Two groups, intergreens of 2 s and 3 s, every start and length: allowed exactly if the seconds leave room."""
    base = {"groups": ["A", "B"], "min_green": {"A": 1, "B": 1}}
    base["conflicts"] = [{"a": "A", "b": "B", "intergreen_ab": 2, "intergreen_ba": 3}]
    for start, la, lb in product(range(7), range(1, 7), range(1, 7)):
        junction, plan = twelve_groups(base, {"start": [0, start], "green": [la, lb]})
        plan = JunctionPlan(junction="X", cycle_s=7.0, offset_s=0.0, coordinated=None, groups=plan.groups)
        junction_7 = twelve_groups(base, {"start": [0, 3], "green": [1, 1]})[0]
        legal = la + 2 <= start and start + lb + 3 <= 7
        assert (errors(plan, junction_7) == []) == legal, (start, la, lb, junction.id)
