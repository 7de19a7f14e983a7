"""Plans as a notebook sees them: their greens as a frame, their stages as pictures, and to and from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from .engine.studies.provenance import DISTRIBUTIONS
from .known import KnownStudy
from .networks.files import replace_atomically
from .networks.network import Network
from .networks.plan import Plan
from .networks.plan_file import period_of as period_in
from .networks.plan_file import plan_json
from .networks.plan_file import read_plan as plan_in

GREENS = {"junction": pl.String, "group": pl.String, "start_s": pl.Float64, "length_s": pl.Float64}
JUNCTIONS = {"junction": pl.String, "cycle_s": pl.Float64, "offset_s": pl.Float64, "coordinated": pl.String}


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """A plan with the network that it is for; in a notebook it draws its timing and its stages.

    `value` is the engine's own plan, `about` what a file says of its origin (study, period, version, seeds).
    """

    value: Plan
    network: Network = field(repr=False)
    about: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The plan's name."""
        return self.value.name

    @property
    def junctions(self) -> pl.DataFrame:
        """One row for each junction: junction, cycle_s, offset_s (after midnight, modulo the cycle), coordinated."""
        rows = [(j.junction, j.cycle_s, j.offset_s, j.coordinated) for j in self.value.junctions]
        return pl.DataFrame(rows, schema=JUNCTIONS, orient="row")

    @property
    def greens(self) -> pl.DataFrame:
        """One row for each green of each signal group: junction, group, start_s (second of the cycle), length_s."""
        rows = [
            (junction.junction, group.group, green.start_s, green.length_s)
            for junction in self.value.junctions
            for group in junction.groups
            for green in group.greens(junction.cycle_s)
        ]
        return pl.DataFrame(rows, schema=GREENS, orient="row")

    def _repr_html_(self) -> str:
        from .notebook import plan_html

        return plan_html(self.value, self.network)


def value_of(plan: PlanView | Plan) -> Plan:
    """Return the engine's plan of a view, or the plan itself."""
    return plan.value if isinstance(plan, PlanView) else plan


def period_of(plan: PlanView | Plan) -> str | None:
    """Return the period that a view says its plan is for, if it does."""
    return plan.about.get("period") if isinstance(plan, PlanView) else None


def about_of(study: str, period: str, seeds: tuple[int, ...] = ()) -> dict[str, Any]:
    """Return what `plan.json` says of where a plan comes from."""
    from importlib.metadata import version

    return {"study": study, "period": period, "greenband": version(DISTRIBUTIONS["greenband"]), "seeds": seeds}


def read_plan(path: str | Path, study: KnownStudy) -> PlanView:
    """Return a plan for a study's network from `plan.json` or a SUMO additional file.

    A junction that the file leaves out keeps the plan that runs there. Raises InputError for a file that is missing,
    broken, or for another network.
    """
    file = Path(path)
    period = period_in(file)
    return PlanView(
        value=plan_in(file, study.network), network=study.network, about={"period": period} if period else {}
    )


def write_plan(plan: PlanView, path: str | Path) -> Path:
    """Write a plan as `plan.json`, marked as a draft, and return the path. The file appears whole or not at all."""
    target = Path(path)
    replace_atomically(target, plan_json(plan.value, plan.network, plan.about))
    return target
