"""What SUMO wrote about the people who walk."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .trips import Floats, elements, in_period


def walking_losses_s(path: Path, begin_s: float, end_s: float) -> Floats:
    """Return the time that each person who set out in [begin, end) lost, of shape (P,). [s]

    It is what the walk took longer than at the person's own pace on free pavements: nearly all of it is waiting for a
    walk signal. People still under way count with what they lost so far; SUMO's own waiting time is not used, because
    it stays 0 for people who stand at a crossing.
    """
    lost_s = [
        float(person.get("timeLoss") or 0.0)
        for person in elements(path, "personinfo")
        if person.find("walk") is not None and in_period(float(person.get("depart") or -1), begin_s, end_s)
    ]
    return np.array([max(0.0, lost) for lost in lost_s], dtype=np.float64)
