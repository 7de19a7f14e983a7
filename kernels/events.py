"""Controller events to counts: a detector's on and off, a phase's green, one bin after the other."""

from __future__ import annotations

from .compiled import kernel

# What an event says; the Indiana codes are turned into these by the reader.
OFF, ON, GREEN, NOT_GREEN, SPLIT, CYCLE = range(6)
QUICK_MS = 500
# Columns of a detector's state and sums, and of a phase's.
ON_SINCE, LAST_ON, LOOSE_OFF, GREEN_SEEN, COUNT, ON_MS, ON_GREEN, KNOWN_GREEN, QUICK, HELD_MS, DETECTOR_COLUMNS = range(
    11
)
GREEN_SINCE, GREENS, GREEN_MS, SPLIT_S, CYCLE_S, PHASE_COLUMNS = range(6)
UNKNOWN, NEVER = -2, -1


@kernel
def _off(state, at_ms, begin_ms):
    state[ON_MS] += at_ms - max(state[ON_SINCE], begin_ms)
    if state[GREEN_SEEN]:
        state[HELD_MS] = max(state[HELD_MS], at_ms - state[ON_SINCE])
    state[ON_SINCE] = NEVER


@kernel
def _on(state, at_ms, green, has_phase):
    """Count a vehicle; `green` is the time since which its phase is green, or NEVER, or UNKNOWN."""
    state[COUNT] += 1
    if state[LAST_ON] != NEVER and at_ms - state[LAST_ON] < QUICK_MS:
        state[QUICK] += 1
    state[LAST_ON] = at_ms
    if has_phase and green != UNKNOWN:
        state[KNOWN_GREEN] += 1
        state[ON_GREEN] += green != NEVER
    if state[ON_SINCE] < 0:
        state[ON_SINCE] = at_ms
        state[GREEN_SEEN] = not has_phase


@kernel
def take_events(at_ms, kind, place, value, detectors, phases, phase_of, begin_ms):
    """Take the events of one bin, in order of time, into the states and sums of detectors and phases.

    Parameters
    ----------
    at_ms : (E,) int64
        Times, not falling; events of one time stand off before on. [ms]
    kind : (E,) int64
        OFF, ON (place: a detector), GREEN, NOT_GREEN, SPLIT or CYCLE (place: a phase).
    place : (E,) int64
        Row of `detectors` or of `phases`.
    value : (E,) int64
        Split or cycle. [s]
    detectors : (D, DETECTOR_COLUMNS) int64
        Changed in place. ON_SINCE is NEVER while off and UNKNOWN before the first event.
    phases : (P, PHASE_COLUMNS) int64
        Changed in place. GREEN_SINCE is NEVER while not green and UNKNOWN before the first event.
    phase_of : (D,) int64
        Row of each detector's phase, -1 for none.
    begin_ms : int
        Start of the bin, or of the log where that is later. [ms]

    Notes
    -----
    An off without an on before it ends a presence that began before the log. Two ons without an off between them are
    two vehicles, as in agencies' own counts of event 82; an on and an off of one stamp, which may stand in either
    order, are one.
    """
    for e in range(at_ms.size):
        now, row = at_ms[e], place[e]
        if kind[e] == OFF:
            state = detectors[row]
            if state[ON_SINCE] == UNKNOWN:
                state[ON_MS] += now - begin_ms
                state[ON_SINCE] = NEVER
            elif state[ON_SINCE] >= 0:
                _off(state, now, begin_ms)
            else:
                state[LOOSE_OFF] = now
        elif kind[e] == ON:
            state, phase = detectors[row], phase_of[row]
            _on(state, now, phases[phase, GREEN_SINCE] if phase >= 0 else NEVER, phase >= 0)
            if state[LOOSE_OFF] == now:
                _off(state, now, begin_ms)
        elif kind[e] == GREEN:
            phases[row, GREENS] += 1
            if phases[row, GREEN_SINCE] < 0:
                phases[row, GREEN_SINCE] = now
            for d in range(phase_of.size):
                if phase_of[d] == row and detectors[d, ON_SINCE] >= 0:
                    detectors[d, GREEN_SEEN] = 1
        elif kind[e] == NOT_GREEN:
            if phases[row, GREEN_SINCE] >= 0:
                phases[row, GREEN_MS] += now - max(phases[row, GREEN_SINCE], begin_ms)
            phases[row, GREEN_SINCE] = NEVER
        elif kind[e] == SPLIT:
            phases[row, SPLIT_S] = value[e]
        else:
            phases[row, CYCLE_S] = value[e]


@kernel
def close_bin(detectors, phases, begin_ms, end_ms):
    """Add what is still on or green at the end of a bin to its sums. Arrays as in `take_events`, changed in place."""
    for d in range(detectors.shape[0]):
        state = detectors[d]
        if state[ON_SINCE] >= 0:
            state[ON_MS] += end_ms - max(state[ON_SINCE], begin_ms)
            if state[GREEN_SEEN]:
                state[HELD_MS] = max(state[HELD_MS], end_ms - state[ON_SINCE])
    for p in range(phases.shape[0]):
        if phases[p, GREEN_SINCE] >= 0:
            phases[p, GREEN_MS] += end_ms - max(phases[p, GREEN_SINCE], begin_ms)
