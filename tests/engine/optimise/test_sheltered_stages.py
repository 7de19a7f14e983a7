"""Protected time that a turn across has to keep: stages for it are found, kept among few, and make rounds of five."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from greenband.engine.check.check import check_junction
from greenband.engine.optimise.junction.few_stages import few_stages
from greenband.engine.optimise.junction.new_sequences import promising_sequences
from greenband.engine.optimise.junction.new_stages import sheltering_stage
from greenband.engine.optimise.junction.stages import keeps_shelter
from greenband.engine.optimise.junction.staging import plan_of_stages

from tests.engine.optimise.made_up_junctions import junction
from tests.engine.optimise.test_new_sequences import street
from tests.engine.optimise.test_stages import flows, moving

# Two streets: through 0 and 3 with left turns 2 and 6, cross 4 and 7 with left turns 5 and 8; 1 steers nothing known.
PROGRAM = (
    (33, "rrrrGgrGg"), (3, "rrrrygryg"), (6, "rrrrrGrrG"), (3, "rrrrryrry"),
    (33, "GggGrrgrr"), (3, "yyyyrrgrr"), (6, "rrrrrrGrr"), (3, "rrrrrryrr"), (6, "rrGrrrrrr"), (3, "rryrrrrrr"),
)  # fmt: skip
MAIN, CROSS = "01236", "4578"
FOES = frozenset(
    {*product(MAIN, CROSS), ("2", "3"), ("6", "0"), ("5", "7"), ("8", "4"), ("2", "6"), *product("1", "0236")}
)
SHELTERED = {"6": frozenset("01"), "8": frozenset("4"), "2": frozenset("1")}


def busy():
    return replace(moving(junction(PROGRAM, foes=FOES)), sheltered=SHELTERED)


def keeps(own, stages):
    return all(any(keeps_shelter(own, stage, group) for stage in stages) for group in own.sheltered)


def test_where_no_four_stages_do_five_serve_everybody_and_keep_all_protected_time():
    own = busy()
    found = promising_sequences(own, flows(*(200,) * 9), 12)
    assert found
    assert {len(stages) for stages in found} == {5}
    for stages in found:
        assert keeps(own, stages)
        assert all(any(stage[group.id] in "Gg" for stage in stages) for group in own.groups)
        plan = plan_of_stages(own, stages, [20.0] * 5)
        assert plan is not None
        assert not [f for f in check_junction("tried", plan, own) if f.is_error]


def test_where_four_stages_do_nobody_looks_at_five():
    own = replace(moving(street()), sheltered={"1": frozenset("2")})
    assert {len(stages) for stages in promising_sequences(own, flows(600, 150, 300, 40, 400), 12)} <= {2, 3, 4}


@pytest.mark.parametrize("group", ["1", "3"])
def test_a_stage_is_put_together_for_a_turn_that_no_stage_shelters(group):
    against = {"1": "2", "3": "0"}[group]
    own = replace(moving(street()), sheltered={group: frozenset(against)})
    stage = sheltering_stage(own, group)
    assert keeps_shelter(own, stage, group)
    lit = [one for one, shown in stage.items() if shown in "Gg"]
    assert not [pair for pair in product(lit, lit) if pair in own.foes and not any(
        (a, stage[a], b, stage[b]) in own.together for a, b in [pair])]  # fmt: skip
    never = replace(own, sheltered={"4": frozenset("0")})
    assert keeps_shelter(never, sheltering_stage(never, "4"), "4")


def test_of_many_stages_those_that_are_needed_are_among_the_few():
    stages = [{"a": "G", "b": "r"}] * 30
    weight, load = np.linspace(1.0, 0.1, 30)[None, :], np.ones(1)
    needed = [(k == 27, k in (25, 29)) for k in range(30)]
    plain = few_stages(stages, 2, weight, load, most=5)
    assert not {25, 27, 29} & set(plain)
    chosen = few_stages(stages, 2, weight, load, most=5, needed=needed)
    assert {0, 1, 25, 27} <= set(chosen)
    assert 29 not in chosen
    assert len(chosen) == 5
    assert list(chosen) == sorted(chosen)
    assert all(a < b for a, b in pairwise(chosen))
