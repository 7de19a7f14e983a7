"""What the queue model is compared on: the scenarios of the sumo-rl wheel, and the periods of the bundled arterial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import greenband.networks
from greenband.engine.studies.file import read_study
from greenband.networks.files import replace_atomically, xml_bytes
from greenband.networks.sumo.roots import read_routes
from greenband.networks.sumo.times import seconds_of
from greenband.simulation.explicit import explicit_routes
from greenband.simulation.scenario import Scenario

from ..scenarios import chosen_scenarios

ARTERIAL = "arterial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A scenario with its true routes; `study` has counts of it where some come with it, for the named period."""

    name: str
    scenario: Scenario
    study: Path | None = None
    period: str | None = None


def arterial_cases() -> dict[str, Case]:
    """Return the periods of the bundled arterial by name: `arterial-morning`, `arterial-evening`."""
    folder = Path(next(iter(greenband.networks.__path__))) / ARTERIAL
    study = read_study(folder)
    return {
        f"{ARTERIAL}-{period.name}": Case(
            name=f"{ARTERIAL}-{period.name}",
            scenario=Scenario(
                network=study.network,
                routes=tuple(folder / name for name in study.file.truth.routes),
                additional=study.additional,
                begin_s=period.begin,
                end_s=period.end,
                warm_up_s=study.file.truth.warm_up_s,
            ),
            study=folder,
            period=period.name,
        )
        for period in study.file.periods
    }


def chosen_cases(names: Sequence[str], every: bool) -> list[Case]:
    """Return the named cases in their order, or all. Raises InputError for an unknown name and for none at all."""
    ours = arterial_cases()
    others = [name for name in names if name not in ours]
    read = chosen_scenarios(others, every) if others or every or not names else {}
    cases = ours | {name: Case(name=name, scenario=scenario) for name, scenario in read.items()}
    return [cases[name] for name in dict.fromkeys([*read, *ours] if every else names)]


def with_fixed_routes(scenario: Scenario, folder: Path) -> Scenario:
    """Return the scenario with vehicles that name their edges, and only those that leave while it is simulated.

    Without this SUMO would send trips by ways that depend on the plan, which is another question. The route file is
    written into `folder`. Raises as `explicit_routes` does.
    """
    root = read_routes(explicit_routes(scenario, folder))
    for vehicle in list(root.iterchildren("vehicle")):
        depart_s = seconds_of(vehicle.get("depart"))
        if depart_s is not None and not scenario.begin_s - scenario.warm_up_s <= depart_s < scenario.end_s:
            root.remove(vehicle)
    path = folder.resolve() / "fixed.rou.xml"
    replace_atomically(path, xml_bytes(root))
    return replace(scenario, routes=(path,))
