"""The scenarios of the sumo-rl wheel: real and made-up streets with demand, read where they are installed."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from greenband.networks.errors import InputError
from greenband.simulation.scenario import Scenario, scenario_of_configuration

PACKAGE, DISTRIBUTION = "sumo_rl", "sumo-rl"


def scenarios_folder() -> Path:
    """Return the folder that has one folder per scenario. Raises InputError if the wheel is not installed."""
    spec = importlib.util.find_spec(PACKAGE)  # importing the package would need SUMO_HOME
    folder = Path(spec.origin).parent / "nets" / "RESCO" if spec is not None and spec.origin else None
    if folder is None or not folder.is_dir():
        raise InputError(
            where=f"the Python package '{DISTRIBUTION}'",
            found="not installed, or without its scenarios",
            rule="this benchmark runs on the scenario files that it carries",
            fix="install it with: pip install 'greenband[benchmarks]'",
        )
    return folder


def scenario_names() -> tuple[str, ...]:
    """Return the names of all scenarios of the wheel, sorted. Raises InputError if the wheel is not installed."""
    return tuple(sorted(path.parent.name for path in scenarios_folder().glob("*/*.sumocfg")))


def chosen_scenarios(names: Sequence[str], every: bool) -> dict[str, Scenario]:
    """Return the named scenarios, or every one, with the period that each one's .sumocfg gives.

    Raises InputError for an unknown name, for none at all, and if the wheel is not installed.
    """
    known = scenario_names()
    for name in names:
        if name not in known:
            raise _choice_error(f"'{name}'", known)
    if not names and not every:
        raise _choice_error("no scenario", known)
    folder = scenarios_folder()
    wanted = known if every else dict.fromkeys(names)
    return {name: scenario_of_configuration(next((folder / name).glob("*.sumocfg"))) for name in wanted}


def _choice_error(found: str, known: Sequence[str]) -> InputError:
    return InputError(
        where="benchmark streets",
        found=found,
        rule="the scenarios are " + ", ".join(known),
        fix="name one or more of them, or give --all",
    )


def wheel_version() -> str:
    """Return the version of the sumo-rl wheel."""
    return importlib.metadata.version(DISTRIBUTION)
