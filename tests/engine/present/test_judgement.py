"""The word on the present: what makes it, and who is named."""

from dataclasses import replace

from greenband.engine.chain.plan_study import as_the_present_allows
from greenband.engine.present.compare import PlaceMatch
from greenband.engine.present.judgement import Present
from greenband.engine.studies.file import Gate
from greenband.engine.validate.gate import Verdict
from greenband.networks.sentence import Sentence


def place(edge: str, counted: float, simulated: float, occupancy: float = 0.2, made: float = 0.2) -> PlaceMatch:
    return PlaceMatch(
        edge=edge,
        kind="approach",
        loops=(f"{edge}_0.approach",),
        counted_veh_h=counted,
        simulated_veh_h=simulated,
        counted_occupancy=occupancy,
        simulated_occupancy=made,
        days_occupancy_sd=0.01,
    )


def present(*places: PlaceMatch, locked: int = 0, late: float | None = None) -> Present:
    return Present(
        places=places, seeds=(1, 2, 3), locked=locked, late_ratio=late, length=None, entries=(), limits=Gate()
    )


GOOD = tuple(place(f"e{k}", 300.0 + k, 305.0 + k) for k in range(20))


def test_traffic_that_agrees_is_todays():
    assert present(*GOOD).reproduced
    assert present(*GOOD).flow_share == 1.0


def test_too_few_counts_that_agree_are_a_fault_with_the_furthest_named():
    off = tuple(place(f"x{k}", 300.0, 400.0 + k) for k in range(4))
    (fault,) = present(*GOOD, *off).faults
    assert "83%" in fault
    assert "x3" in fault


def test_detectors_named_crosswise_are_named():
    a, b = place("a", 120.0, 395.0), place("b", 400.0, 118.0)
    faults = present(*GOOD, a, b).faults
    assert faults[0].startswith("Detectors a_0.approach and b_0.approach may be named crosswise")
    assert not present(*GOOD, place("a", 390.0, 395.0), place("b", 120.0, 118.0)).faults


def test_one_place_far_off_is_a_fault_however_many_agree():
    (fault,) = present(*GOOD, place("z", 100.0, 400.0)).faults
    assert fault.startswith("z (z_0.approach): 100 veh/h counted, 400 veh/h in our traffic (GEH 19)")


def test_of_a_hundred_places_two_far_off_are_named_and_refuse_nothing_and_three_do():
    many = tuple(place(f"e{k}", 300.0 + k, 305.0 + k) for k in range(98))
    two = (place("y", 100.0, 400.0), place("z", 900.0, 300.0))
    assert present(*many, *two).reproduced
    assert [sentence.split()[0] for sentence in present(*many, *two).odd] == ["z", "y"]
    three = present(*many, *two, place("x", 200.0, 700.0))
    assert len(three.faults) == 3
    assert three.odd == ()


def test_a_place_that_would_agree_with_several_does_so_by_chance():
    a, b, c = place("a", 120.0, 395.0), place("b", 400.0, 118.0), place("c", 398.0, 121.0)
    assert not [fault for fault in present(*GOOD, *GOOD, a, b, c).faults if "crosswise" in fault]
    assert [fault for fault in present(*GOOD, *GOOD, a, b).faults if "crosswise" in fault]


def test_a_street_whose_loops_are_silent_may_be_closed():
    closed = replace(place("z", 0.0, 200.0), silent=True)
    (fault,) = present(*GOOD, closed).faults
    assert "State it under closures" in fault


def test_approaches_that_are_occupied_otherwise_point_at_the_programs():
    off = tuple(place(f"x{k}", 300.0, 300.0, occupancy=0.3, made=0.6) for k in range(6))
    (fault,) = present(*GOOD, *off).faults
    assert "Look whether the programs on file are those that run" in fault


def test_streets_that_lock_in_simulation_alone_are_not_todays():
    assert present(*GOOD, locked=1).reproduced
    assert not present(*GOOD, locked=2).reproduced
    assert not present(*GOOD, locked=3, late=0.5).reproduced  # loops go on counting twice as many
    assert present(*GOOD, locked=3, late=0.9).reproduced  # the street stands, too


def test_no_loop_at_all_is_no_present():
    assert not present().reproduced


BETTER = Verdict(passed=True, decision="better", reasons=(Sentence("Delay falls."),))


def test_no_plan_is_called_better_on_traffic_that_is_not_todays():
    verdict = as_the_present_allows(BETTER, present(*GOOD, locked=3))
    assert (verdict.passed, verdict.decision) == (False, "unclear")
    assert verdict.reasons[0].startswith("Our traffic under today's plan does not look like today")
    assert verdict.reasons[-1] == "Delay falls."


def test_the_gates_word_stays_where_the_present_is_reproduced_or_the_plan_unsafe():
    assert as_the_present_allows(BETTER, present(*GOOD)) is BETTER
    unsafe = replace(BETTER, passed=False, decision="unsafe")
    assert as_the_present_allows(unsafe, present(*GOOD, locked=3)) is unsafe
