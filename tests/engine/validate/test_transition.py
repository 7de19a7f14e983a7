"""The way between two plans is safe in every second, in step at its end, and as long as arithmetic says."""

import itertools

import pytest
from greenband.engine.optimise.junction.stages import sequences_of
from greenband.engine.optimise.junction.staging import plan_of_stages
from greenband.engine.validate.second_by_second import faults, rows_of_cycle
from greenband.engine.validate.transition import ADD_SHARE, MODES, way

from tests.engine.optimise.test_stages import with_left_stage

BEGIN_S, AT_S, END_S = 25_000, 25_200, 27_000


def plans(own):
    """Every sequence of the stages, three sets of lengths, some offsets."""
    for stages in sequences_of(own):
        for lengths in ([30, 8, 20], [18, 12, 40], [55, 9, 15]):
            plan = plan_of_stages(own, stages, lengths[: len(stages)])
            if plan is not None:
                for offset_s in (0, 17, 41):
                    yield plan.with_offset(offset_s)


def green_starts(shown, name, own):
    place = [group.id for group in own.groups].index(name)
    column = [row[place] in "Gg" for row in shown]
    return [k for k in range(1, len(column)) if column[k] and not column[k - 1]]


@pytest.mark.parametrize("mode", MODES)
def test_every_way_is_safe_and_ends_in_step(mode):
    own = with_left_stage()
    for new in plans(own):
        found = way(own, own.running, new, mode, begin_s=BEGIN_S, at_s=AT_S, end_s=END_S)
        assert list(faults(found.rows, own)) == []
        assert len(found.rows) == END_S - BEGIN_S
        assert AT_S <= found.join_s < AT_S + own.running.cycle_s
        before, after = rows_of_cycle(own.running, own), rows_of_cycle(new, own)
        for t in range(BEGIN_S, found.join_s):
            assert found.rows[t - BEGIN_S] == before[round(own.running.second_of_cycle(t))]
        for t in range(found.in_step_s, END_S):
            assert found.rows[t - BEGIN_S] == after[round(new.second_of_cycle(t))]


def test_the_same_plan_at_its_own_offset_changes_nothing():
    own = with_left_stage()
    found = way(own, own.running, own.running, "shortway", begin_s=BEGIN_S, at_s=AT_S, end_s=END_S)
    after = rows_of_cycle(own.running, own)
    assert found.in_step_s - AT_S < own.running.cycle_s
    assert all(found.rows[t - BEGIN_S] == after[round(own.running.second_of_cycle(t))] for t in range(BEGIN_S, END_S))


def test_adding_lengthens_no_cycle_by_more_than_a_fifth_and_dwelling_stands_once():
    own = with_left_stage()
    for new in plans(own):
        cycle_s = round(new.cycle_s)
        found = way(own, own.running, new, "add", begin_s=BEGIN_S, at_s=AT_S, end_s=END_S)
        starts = green_starts(found.rows[found.join_s - BEGIN_S :], own.running.coordinated, own)
        for a, b in itertools.pairwise(starts[1:]):
            assert cycle_s <= b - a <= cycle_s + max(1, int(ADD_SHARE * cycle_s))
        dwelt = way(own, own.running, new, "dwell", begin_s=BEGIN_S, at_s=AT_S, end_s=END_S)
        starts = green_starts(dwelt.rows[dwelt.join_s - BEGIN_S :], own.running.coordinated, own)
        assert {b - a for a, b in itertools.pairwise(starts[1:])} <= {cycle_s}
        assert dwelt.in_step_s <= AT_S + 2 * own.running.cycle_s + 2 * cycle_s


def test_the_shorter_way_is_the_shorter_of_both():
    own = with_left_stage()
    for new in plans(own):
        ends = {}
        for mode in ("shortway", "add", "subtract"):
            try:
                ends[mode] = way(own, own.running, new, mode, begin_s=BEGIN_S, at_s=AT_S, end_s=END_S).in_step_s
            except ValueError:
                continue
        assert ends.pop("shortway") == min(ends.values())


def test_fractions_of_seconds_have_no_way():
    own = with_left_stage()
    new = own.running.with_offset(0.5)
    with pytest.raises(ValueError, match="no whole seconds"):
        way(own, own.running, new, "dwell", begin_s=BEGIN_S, at_s=AT_S, end_s=END_S)


def broken(rows, own, place, shows, seconds):
    changed = [list(row) for row in rows]
    for t in seconds:
        changed[t][place] = shows
    return list(faults([tuple(row) for row in changed], own))


def test_each_limit_broken_once_is_found():
    own = with_left_stage()
    rows = list(rows_of_cycle(own.running, own)) * 3
    assert list(faults(rows, own)) == []
    cycle = len(rows) // 3
    start = next(t for t in range(cycle, 2 * cycle) if rows[t][2] == "G" and rows[t - 1][2] != "G")
    end = next(t for t in range(start, 3 * cycle) if rows[t][2] != "G")
    assert any("turns green" in f for f in broken(rows, own, 2, "G", [start - 1]))
    assert any("green for" in f for f in broken(rows, own, 2, "r", range(start + 2, end)))
    assert any("of yellow" in f for f in broken(rows, own, 2, "r", [end]))
    assert any("green together" in f for f in broken(rows, own, 0, "G", [start + 5]))
