"""The terms of the objective, each in one line: its name, its unit, and what it is called in `evidence.json`.

What a term comes to is computed in `engine.optimise.objective`, whose table has the same names (a test compares).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .objective_names import WEIGHTS

# Movements of fewer vehicles in the period decide nothing, neither in the objective nor at the gate.
BUSY_MOVEMENT_VEH = 50.0

Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Term:
    """What a weight is multiplied with. `key` names it in `evidence.json`."""

    about: str
    unit: str
    key: str
    of_traffic: bool = False  # one such term must have a weight: else nothing looks at the vehicles
    needs_queues: bool = False  # the queue model gives it only where it is asked for queues


class Objective(BaseModel):
    """What a plan is to be good at: the sum of these weights times what they are named after, in seconds per vehicle.

    With the default a plan costs its mean delay. A new term is one line here and one in `engine.optimise.objective`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    delay: Annotated[Weight, Term("mean delay", "s/veh", "delay_s", of_traffic=True)] = 1.0
    stops: Annotated[Weight, Term("stops", "1/veh", "stops_per_vehicle", of_traffic=True)] = 0.0
    spillback: Annotated[
        Weight, Term("time in which streets are blocked", "s/veh", "spillback_s_per_vehicle", needs_queues=True)
    ] = 0.0
    worst_movement: Annotated[
        Weight, Term("mean delay of the worst movement", "s/veh", "worst_movement_s", of_traffic=True)
    ] = 0.0
    pedestrian_wait: Annotated[Weight, Term("mean wait for a walk", "s", "pedestrian_wait_s")] = 0.0
    bandwidth: Annotated[
        Weight, Term("share of the cycle without green wave", "1", "share_of_cycle_without_green_wave")
    ] = 0.0

    @property
    def weights(self) -> dict[str, float]:
        """The weights by name."""
        return self.model_dump()

    @property
    def needs_queues(self) -> bool:
        """Whether a term with a weight needs the queues of the queue model."""
        return any(weight > 0 and TERMS[name].needs_queues for name, weight in self.weights.items())

    @model_validator(mode="after")
    def _weighs_traffic(self) -> Objective:
        names = [name for name, term in TERMS.items() if term.of_traffic]
        if not any(self.weights[name] for name in names):
            choice = f"{', '.join(names[:-1])} or {names[-1]}"
            raise ValueError(f"{choice} must have a weight above 0: else no traffic is looked at")
        return self


def _term(metadata: list[Any]) -> Term:
    return next(one for one in metadata if isinstance(one, Term))


TERMS = {name: _term(field.metadata) for name, field in Objective.model_fields.items()}
DELAY = Objective()
OBJECTIVES = {name: Objective(**weights) for name, weights in WEIGHTS.items()}
