"""When a turn across those who come the other way may lose its protected time: thresholds and published examples.

Oracles: the worked example of the Highway Capacity Manual applications guide (hcmguide.com, case study 1, sub-problem
6b, Styner-Lauder intersection: left-turning and opposing volumes, their products, threshold 90,000 with two opposing
lanes), the Highway Capacity Manual 2000's thresholds as the FHWA quotes them, and a rule written again from the texts.
"""

import random

import pytest
from greenband.engine.rules.left_turn_rule import Facts, needed_sight_m, reasons_to_protect
from greenband.engine.rules.pack import BUNDLED, LeftTurn, read_pack

US = read_pack("us").left_turn
STYNER_LAUDER = ((74, 305, 22_570), (82, 230, 18_860), (46, 827, 38_042), (88, 604, 53_152))
PLAIN = {"opposing_lanes": 1, "speed_m_s": 13.9, "turning_lanes": 1, "left_veh_h": 50.0, "opposing_veh_h": 300.0}


def facts(**changed: object) -> Facts:
    return Facts(**{**PLAIN, "yields_today": True, **changed})  # type: ignore[arg-type]


def protected(rule: LeftTurn | None = US, **changed: object) -> bool:
    return bool(reasons_to_protect(rule, facts(**changed)))


@pytest.mark.parametrize(("left", "opposing", "product"), STYNER_LAUDER)
def test_the_published_example_of_two_opposing_lanes_needs_no_protection(left, opposing, product):
    found = facts(opposing_lanes=2, left_veh_h=left, opposing_veh_h=opposing)
    assert found.cross_product == product
    assert reasons_to_protect(US, found) == ()


@pytest.mark.parametrize(("lanes", "most"), [(1, 50_000), (2, 90_000), (3, 110_000)])
def test_the_volume_thresholds_are_the_published_ones(lanes, most):
    assert not protected(opposing_lanes=lanes, left_veh_h=100.0, opposing_veh_h=most / 100)
    assert protected(opposing_lanes=lanes, left_veh_h=100.0, opposing_veh_h=most / 100 + 1)


@pytest.mark.parametrize("pack", BUNDLED)
def test_every_bundled_pack_has_the_rule_with_its_sources(pack):
    rule = read_pack(pack).left_turn
    assert rule is not None
    assert "50" in rule.source or "Highway Capacity Manual" in rule.source


@pytest.mark.parametrize(
    "changed",
    [
        {"turning_lanes": 2},
        {"opposing_lanes": 4},
        {"speed_m_s": 22.4},  # 50 mph
        {"sight": "poor"},
        {"sight_m": 60.0},
        {"may_yield": False},
    ],
    ids=str,
)
def test_each_condition_alone_keeps_a_turn_protected(changed):
    assert not protected()
    assert protected(**changed)


@pytest.mark.parametrize(
    "unknown",
    [{"left_veh_h": None}, {"opposing_veh_h": None}, {"speed_m_s": 0.0}, {"yields_today": False}],
    ids=str,
)
def test_what_is_unknown_is_never_safe(unknown):
    assert protected(**unknown)


def test_a_pack_without_the_rule_keeps_turns_as_the_running_program_has_them():
    assert protected(rule=None)
    assert not protected(rule=None, may_yield=True)


def test_sight_that_was_measured_stands_in_for_a_program_that_never_let_the_turn_yield():
    assert protected(yields_today=False)
    assert not protected(yields_today=False, sight="enough")
    assert not protected(yields_today=False, sight_m=77.0)


@pytest.mark.parametrize(("mph", "feet"), [(25, 200), (30, 240), (35, 280), (40, 320), (45, 360), (50, 400)])
def test_the_sight_over_one_lane_is_the_distance_driven_in_five_and_a_half_seconds(mph, feet):
    """The table that goes with the gap of 5.5 s is rounded to 5 ft and more: within 3 ft."""
    assert needed_sight_m(US, 0.44704 * mph, 1) == pytest.approx(0.3048 * feet, abs=3.6 * 0.3048)


def test_each_further_lane_needs_half_a_second_more():
    assert needed_sight_m(US, 10.0, 3) == pytest.approx(65.0)


def test_what_an_engineer_says_decides_whatever_the_pack_says():
    assert not protected(may_yield=True, turning_lanes=2, left_veh_h=None)


def slow_twin(one: dict[str, object]) -> bool:
    """Whether the texts let the turn go without protected time: the rule written again, from the sources."""
    if one["may_yield"] is not None:
        return bool(one["may_yield"])
    if one["left_veh_h"] is None or one["opposing_veh_h"] is None or not one["speed_m_s"]:
        return False
    if one["turning_lanes"] >= 2 or one["opposing_lanes"] >= 4 or one["speed_m_s"] > 45 * 0.44704 + 0.05:
        return False
    if one["sight"] == "poor":
        return False
    if one["sight_m"] is not None and one["sight_m"] < one["speed_m_s"] * (5.5 + 0.5 * (one["opposing_lanes"] - 1)):
        return False
    if one["sight"] is None and one["sight_m"] is None and not one["yields_today"]:
        return False
    return one["left_veh_h"] * one["opposing_veh_h"] <= {1: 50_000, 2: 90_000, 3: 110_000}[one["opposing_lanes"]]


def drawn(rng: random.Random) -> dict[str, object]:
    return {
        "opposing_lanes": rng.randint(1, 5),
        "turning_lanes": rng.choice((1, 1, 1, 2)),
        "speed_m_s": rng.choice((0.0, 8.33, 13.89, 16.67, 19.44, 20.1, 22.2)),
        "left_veh_h": rng.choice((None, *(rng.uniform(0, 300) for _ in range(6)))),
        "opposing_veh_h": rng.choice((None, *(rng.uniform(0, 900) for _ in range(6)))),
        "sight": rng.choice((None, None, "enough", "poor")),
        "sight_m": rng.choice((None, None, rng.uniform(20, 200))),
        "yields_today": rng.random() < 0.7,
        "may_yield": rng.choice((None, None, None, None, True, False)),
    }


def test_the_rule_and_its_twin_agree_on_ten_thousand_turns():
    rng, said = random.Random(14), set()
    for _ in range(10_000):
        one = drawn(rng)
        safe = slow_twin(one)
        said.add(safe)
        assert (reasons_to_protect(US, Facts(**one)) == ()) == safe, one  # type: ignore[arg-type]
    assert said == {True, False}
