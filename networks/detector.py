"""A detector as a value: where it is and what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DetectorKind = Literal["approach", "exit", "entry"]
# Where loops usually lie: before the stop line, past the junction, past the place where even a long vehicle appears.
STOP_LINE_GAP_M, EXIT_M, ENTRY_M = 3.0, 5.0, 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A loop that counts the vehicles of one lane.

    An `approach` loop lies before the stop line of a signal, an `exit` loop just after a signal, and an `entry` loop
    where traffic comes into the network. `placed` is true where nobody said where on its lane it lies, and the usual
    position was taken.
    """

    id: str
    lane: str
    position_m: float  # from the start of the lane
    kind: DetectorKind
    placed: bool = False


def usual_position_m(kind: DetectorKind, length_m: float) -> float:
    """Return where a loop usually lies on a lane of that length, in m from its start; half-way on very short lanes."""
    if kind == "approach":
        return round(length_m - min(STOP_LINE_GAP_M, length_m / 2), 2)
    return round(min(EXIT_M if kind == "exit" else ENTRY_M, length_m / 2), 2)
