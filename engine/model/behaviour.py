"""How vehicles drive in the queue model: the numbers that are calibrated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What drivers do, as measured in SUMO 1.28 with its default car (Krauss model, imperfection 0.5, 1 s steps).

    The headway of the n-th vehicle of a discharging queue is `reaction_s` + vehicle space / speed, the speed at most
    `discharge_speed_m_s`, plus `start_headway_s[n]`. Streets outside SUMO discharge more slowly: set it from the field.
    """

    reaction_s: float = 1.3
    discharge_speed_m_s: float = 11.3
    start_headway_s: tuple[float, ...] = (0.0, 1.1, 0.6, 0.15)
    start_share: tuple[float, ...] = (1.0, 0.32, 0.16, 0.07)  # of the first vehicle's loss by speeding up
    start_delay_s: float = 0.8  # from green until the first vehicle crosses the stop line
    yellow_use_s: float = 0.7
    speed_up_m_s2: float = 1.95
    hurry_m_s2: float = 1.95  # what one who needs a gap counts on
    slow_down_m_s2: float = 4.5
    drag_m_s: float = 0.65  # how much slower than they want drivers are on average
    look_speed_m_s: float = 6.4  # at which one comes to a place where one must yield
    clear_wait_m: float = 9.0  # who waits within a junction closer to the stop line than this blocks the lane
    look_ahead_s: float = 1.5  # kept free between one who yields and the next who has priority
    decide_s: float = (
        1.0  # before the line, while still able to stop, a moving driver decides whether the gap is enough
    )
    wave_headway_s: float = 1.35  # from vehicle to vehicle, when a queue starts: room comes back so slowly
    entry_gap_s: float = 1.7  # after the last vehicle on the same lane
    entry_step_s: float = 1.0  # vehicles enter at whole steps of the simulator
    entry_loss_s: float = 0.0  # by speeding up
    change_m: float = 40.0  # edges shorter than this are too short to change lanes on
    change_s: float = 2.0  # to change lanes at the head of a queue, once there is room
    foresight_m: float = 50.0  # drivers choose a lane for the edge after the next if the next is shorter than this
