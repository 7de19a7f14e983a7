"""Route files in which every vehicle names its edges, as models without a router of their own need them."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from ..networks.sumo.roots import read_routes
from ..networks.sumo.times import seconds_of
from .binaries import find_binary
from .process import execute
from .safe_inputs import names_of_copies, safe_scenario
from .scenario import Scenario

MADE = "explicit.rou.xml"


def explicit_routes(scenario: Scenario, folder: Path) -> Path:
    """Return one route file in which every vehicle names its edges and the second of its departure.

    The scenario's own file if it does already, else what SUMO's `duarouter` writes into `folder`: trips take the way
    that is fastest on empty streets, as SUMO lets them at their departure, and flows become vehicles.

    Raises
    ------
    InputError
        A file is missing, or SUMO does not accept one of them.
    RuntimeError
        The router crashed.
    """
    scenario.require_files()
    if len(scenario.routes) == 1 and _is_explicit(scenario.routes[0]):
        return scenario.routes[0].resolve()
    made = folder.resolve() / MADE
    if not made.exists():
        files = [scenario.network, *scenario.routes, *scenario.additional]
        try:
            safe = safe_scenario(scenario, folder)
            copies = names_of_copies(scenario, safe)
            execute(_command(safe, made), folder, inputs=", ".join(map(str, files)), copies=copies)
        except BaseException:
            made.unlink(missing_ok=True)  # half of the vehicles would look like all of them
            raise
    return made


def _command(scenario: Scenario, made: Path) -> list[str]:
    routes, additional = (
        ",".join(str(path.absolute()) for path in paths) for paths in (scenario.routes, scenario.additional)
    )
    return [
        str(find_binary("duarouter")),
        f"--net-file={scenario.network.absolute()}",
        f"--route-files={routes}",
        *([f"--additional-files={additional}"] if additional else []),
        f"--output-file={made}",
        "--alternatives-output=NUL",
        "--no-step-log",
        "--xml-validation=never",
        "--xml-validation.net=never",
        "--xml-validation.routes=never",
        "--seed=1",
    ]


def _is_explicit(path: Path) -> bool:
    root = read_routes(path)
    if next(root.iter("trip", "flow"), None) is not None:
        return False
    return all(map(_names_its_edges, root.iter("vehicle")))


def _names_its_edges(vehicle: etree._Element) -> bool:
    route = vehicle.find("route")
    return route is not None and bool(route.get("edges")) and seconds_of(vehicle.get("depart")) is not None
