"""Events against a walk through every tenth of a second."""

import numpy as np
from greenband.kernels import events as kernel

STEP_MS, BIN_MS, BINS = 100, 60_000, 5


def random_log(rng):
    """Return the events of one detector and one phase, each off or on for a second to twenty in turn."""
    found = []
    for kinds in ((kernel.ON, kernel.OFF), (kernel.GREEN, kernel.NOT_GREEN)):
        now, which = int(rng.integers(1, 100)) * STEP_MS, 0
        while now < BINS * BIN_MS:
            found.append((now, kinds[which]))
            now += int(rng.choice([2, 4, 30, 200])) * STEP_MS
            which = 1 - which
    return sorted(found, key=lambda event: (event[0], event[1] != kernel.GREEN, event[1]))


def by_kernel(log, begin_bin=0):
    detectors = np.zeros((1, kernel.DETECTOR_COLUMNS), np.int64)
    detectors[0, [kernel.ON_SINCE]] = kernel.UNKNOWN
    detectors[0, [kernel.LAST_ON, kernel.LOOSE_OFF]] = kernel.NEVER
    phases = np.zeros((1, kernel.PHASE_COLUMNS), np.int64)
    phases[0, kernel.GREEN_SINCE] = kernel.UNKNOWN
    out = []
    for k in range(BINS):
        part = [e for e in log if k * BIN_MS <= e[0] < (k + 1) * BIN_MS]
        at, kind = (np.array([e[i] for e in part], np.int64) for i in (0, 1))
        zeros = np.zeros(len(part), np.int64)
        kernel.take_events(at, kind, zeros, zeros, detectors, phases, np.zeros(1, np.int64), k * BIN_MS)
        kernel.close_bin(detectors, phases, k * BIN_MS, (k + 1) * BIN_MS)
        d, p = detectors[0], phases[0]
        out.append(tuple(int(d[c]) for c in (kernel.COUNT, kernel.ON_MS, kernel.ON_GREEN, kernel.QUICK)))
        out[-1] += (int(p[kernel.GREENS]), int(p[kernel.GREEN_MS]))
        detectors[:, kernel.COUNT :] = 0
        phases[:, [kernel.GREENS, kernel.GREEN_MS]] = 0
    return out


def by_walking(log):
    on = green = False
    last_on = None
    out = [[0] * 6 for _ in range(BINS)]
    known = False
    for now in range(0, BINS * BIN_MS, STEP_MS):
        row = out[now // BIN_MS]
        for at, kind in log:
            if at != now:
                continue
            if kind in (kernel.GREEN, kernel.NOT_GREEN):
                green, known = kind == kernel.GREEN, True
                row[4] += green
            elif kind == kernel.ON:
                on = True
                row[0] += 1
                row[2] += green and known
                row[3] += last_on is not None and now - last_on < 500
                last_on = now
            else:
                on = False
        row[1] += STEP_MS * on
        row[5] += STEP_MS * green
    return [tuple(row) for row in out]


def test_sums_of_bins_agree_with_walking_through_every_tenth_of_a_second():
    for seed in range(6):
        log = random_log(np.random.default_rng(seed))
        assert by_kernel(log) == by_walking(log)


def test_an_off_without_an_on_ends_a_presence_from_before_the_log():
    assert by_kernel([(1000, kernel.OFF)])[0][:2] == (0, 1000)


def test_on_and_off_of_one_stamp_are_one_vehicle_of_no_length():
    assert by_kernel([(500, kernel.ON), (700, kernel.OFF), (1000, kernel.OFF), (1000, kernel.ON)])[0][:2] == (2, 200)


def test_a_detector_held_on_while_its_phase_is_green_is_told_and_at_red_is_not():
    for green_at, held in ((90_000, 4 * 60_000 - 1000), (None, 0)):
        log = [(500, kernel.NOT_GREEN), (1000, kernel.ON)] + ([(green_at, kernel.GREEN)] if green_at else [])
        detectors = np.zeros((1, kernel.DETECTOR_COLUMNS), np.int64)
        detectors[0, [kernel.ON_SINCE, kernel.LAST_ON, kernel.LOOSE_OFF]] = kernel.NEVER
        phases = np.full((1, kernel.PHASE_COLUMNS), 0, np.int64)
        phases[0, kernel.GREEN_SINCE] = kernel.NEVER
        at, kind = (np.array([e[i] for e in log], np.int64) for i in (0, 1))
        zeros = np.zeros(len(log), np.int64)
        kernel.take_events(at, kind, zeros, zeros, detectors, phases, np.zeros(1, np.int64), 0)
        kernel.close_bin(detectors, phases, 0, 4 * 60_000)
        assert detectors[0, kernel.HELD_MS] == held
