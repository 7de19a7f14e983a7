"""Streets that were closed, as a study says: their days are neither faulty nor usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...networks.detector import Detector
from ...networks.errors import InputError
from ...networks.network import Network


class Closure(BaseModel):
    """Edges that nobody could drive on, from one day to another, both days included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edges: tuple[str, ...] = Field(min_length=1)
    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _in_order(self) -> Closure:
        if self.to < self.from_:
            raise ValueError("a closure ends on the day it begins, or later")
        return self

    def holds_on(self, day: date) -> bool:
        """Return whether the edges are closed on a day."""
        return self.from_ <= day <= self.to


def closed_days(
    closures: Sequence[Closure], detectors: Sequence[Detector], network: Network, days: Sequence[date], where: str
) -> NDArray[np.bool_]:
    """Return (detectors, days) when each one's edge was closed. Raises InputError for an edge that is not there."""
    edge_of = {lane.id: edge.id for edge in network.edges.values() for lane in edge.lanes}
    closed = np.zeros((len(detectors), len(days)), dtype=np.bool_)
    for closure in closures:
        for edge in closure.edges:
            if edge not in network.edges:
                raise InputError(
                    where=where,
                    found=f"a closure of '{edge}'",
                    rule="closures name edges of the network",
                    fix="correct the name, or take it out",
                )
        rows = np.array([edge_of[loop.lane] in closure.edges for loop in detectors], dtype=np.bool_)
        closed |= rows[:, None] & np.array([closure.holds_on(day) for day in days], dtype=np.bool_)[None, :]
    return closed
