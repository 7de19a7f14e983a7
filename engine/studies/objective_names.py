"""Objectives that can be asked for by name: what differs from the default weights. Light: the command line reads it."""

from __future__ import annotations

# A stop costs about what ten seconds do, in delay, fuel and patience.
WEIGHTS: dict[str, dict[str, float]] = {
    "delay": {},
    "stops": {"stops": 10.0},
    "fair": {"worst_movement": 0.5},
    "pedestrians": {"pedestrian_wait": 0.5},
    "bandwidth": {"bandwidth": 30.0},
}
