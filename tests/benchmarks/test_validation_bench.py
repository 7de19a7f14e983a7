"""The count of intervals that hold a long run's mean, by hand and on samples of a known kind."""

import numpy as np
from greenband.benchmarks.validation.command import in_words
from greenband.benchmarks.validation.coverage import coverage


def test_it_counts_by_hand():
    long = np.array([-1.0, 1.0, -1.0, 1.0])
    samples = np.array([[-1.0, 1, -1, 1], [99, 101, 99, 101], [5.0, 5, 5, 5]])
    found = coverage(long, samples)
    assert (found["truth_s"], found["long_run"], found["repeats"], found["seeds"]) == (0.0, 4, 3, 4)
    assert found["methods"]["Student's t"]["held"] == 1
    assert found["methods"]["as stated (interval)"] == found["methods"]["Student's t"]  # four seeds are few
    assert "holds it in 1 of 3 trials of 4 seeds" in in_words(found)


def test_normal_differences_are_held_in_about_19_of_20_trials():
    rng = np.random.default_rng(11)
    found = coverage(rng.normal(-5, 2, 20_000), rng.normal(-5, 2, (200, 10)))
    for name in ("as stated (interval)", "Student's t"):
        assert 180 <= found["methods"][name]["held"] <= 199
