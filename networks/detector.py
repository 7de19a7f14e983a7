"""A detector as a value: where it is and what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DetectorKind = Literal["approach", "exit", "entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A loop that counts the vehicles of one lane.

    An `approach` loop lies before the stop line of a signal, an `exit` loop just after a signal, and an `entry` loop
    where traffic comes into the network.
    """

    id: str
    lane: str
    position_m: float  # from the start of the lane
    kind: DetectorKind
