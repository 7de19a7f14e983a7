"""Offsets for several days together: the mean of what each day would have alone."""

import numpy as np
import pytest
from greenband.engine.optimise.candidates.candidates import _tables, problem_of
from greenband.engine.optimise.junction.streams import on_day, streams_of

from tests.engine.optimise.test_links import two_junctions

USUAL = {("in", "mid"): 500.0, ("mid", "out"): 500.0}
BUSY = {("in", "mid"): 700.0, ("mid", "out"): 700.0}
NOBODY = {("in", "mid"): 0.0, ("mid", "out"): 300.0}


def summed(problem):
    lengths = {junction: skeleton.running_s for junction, skeleton in problem.skeletons.items()}
    return sum((table.delay for table in _tables(problem, lengths)), start=np.zeros(50))


def test_the_tables_of_days_add_up_to_their_mean():
    street = two_junctions(200.0)
    alone = [summed(problem_of(street, day, 1.0)) for day in (USUAL, BUSY)]
    together = summed(problem_of(street, USUAL, 1.0, days_veh_h=[USUAL, BUSY]))
    np.testing.assert_allclose(together, (alone[0] + alone[1]) / 2)
    assert not np.allclose(together, alone[0])


def test_a_day_s_streams_keep_the_shares_of_lanes_and_leave_out_who_does_not_come():
    problem = problem_of(two_junctions(200.0), USUAL, 1.0)
    streams = problem.streams["A"] + problem.streams["B"]
    busy = on_day(streams, USUAL, BUSY)
    assert [stream.flow_veh_h for stream in busy] == pytest.approx([1.4 * stream.flow_veh_h for stream in streams])
    assert busy == tuple(
        stream for junction, skeleton in problem.skeletons.items() for stream in streams_of(skeleton, BUSY)
    )
    assert [stream.turns[0][0] for stream in on_day(streams, USUAL, NOBODY)] == [("mid", "out")]
