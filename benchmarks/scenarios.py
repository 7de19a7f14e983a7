"""The scenarios of the sumo-rl wheel: real and made-up streets with demand, read where they are installed."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from greenband.networks.errors import InputError
from greenband.networks.files import read_xml
from greenband.networks.sumo.roots import read_additional
from greenband.networks.sumo.times import seconds_of
from greenband.simulation.scenario import Scenario, departure_window

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


def scenario_of_configuration(path: Path) -> Scenario:
    """Return the scenario that a SUMO configuration (.sumocfg) describes: network, routes, additional, begin, end.

    As in SUMO, routes may stand among the additional files, and without an end the last departure is waited for.
    Raises InputError if the file is missing or broken, or names no network or no routes.
    """
    root = read_xml(path, what="a SUMO configuration", root=("configuration", "sumoConfiguration"))
    values = {element.tag: element.get("value") or "" for element in root.iter() if isinstance(element.tag, str)}
    for name, short in (("net-file", "n"), ("route-files", "r"), ("begin", "b"), ("end", "e")):
        values.setdefault(name, values.get(short, ""))
    additional = _paths(path, values.get("additional-files", ""))
    routes = (*_paths(path, values["route-files"]), *(file for file in additional if _has_traffic(file)))
    if not values["net-file"] or not routes:
        raise InputError(
            where=str(path),
            found="no net-file or no route-files",
            rule="a configuration names its network and its routes",
            fix="add what is missing",
        )
    end_s = seconds_of(values["end"])
    return Scenario(
        network=path.parent / values["net-file"],
        routes=routes,
        additional=tuple(file for file in additional if file not in routes),
        begin_s=round(seconds_of(values["begin"]) or 0),
        end_s=departure_window(routes)[1] if end_s is None or end_s < 0 else round(end_s),
    )


def _has_traffic(path: Path) -> bool:
    return path.is_file() and next(read_additional(path).iter("route", "trip", "vehicle", "flow"), None) is not None


def _paths(configuration: Path, comma_list: str) -> tuple[Path, ...]:
    return tuple(configuration.parent / name.strip() for name in comma_list.split(",") if name.strip())


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
