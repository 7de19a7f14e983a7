"""Random legal plans into every format and back, counted."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from greenband.engine.check.check import checked
from greenband.engine.check.findings import CheckedPlan, PlanRefused
from greenband.engine.export.exporter import FORMATS, CannotHold, ExportOptions, export_as, format_of
from greenband.engine.export.lamp_strips import displays_of_plan
from greenband.networks.network import Network
from greenband.networks.plan import JunctionPlan
from greenband.networks.plan_file import read_plan
from greenband.networks.sumo.net import read_network

from ..random_plans import random_plan
from ..scenarios import scenario_names, scenarios_folder

Tell = Callable[[str, int, int], None]
MOST_DRAWS = 20


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the plans in one format."""

    plans: int = 0
    equal: int = 0
    carried: int = 0
    refused: int = 0
    different: int = 0
    cpu_s: float = 0.0


def tally_exports(plans: int, seed: int, formats: tuple[str, ...], tell: Tell) -> dict[str, Tally]:
    """Return the tally of each format over so many legal plans, drawn from the scenarios in turn."""
    names = formats or tuple(name for name in FORMATS if name != "sheet-pdf")
    networks = [read_network(scenarios_folder() / s / f"{s}.net.xml") for s in scenario_names()]
    tallies = {name: Tally() for name in names}
    for k in range(plans):
        network = networks[k % len(networks)]
        plan = legal_plan(network, seed + k)
        for name, tally in tallies.items():
            begun = time.process_time()
            _count(tally, name, plan, network)
            tally.cpu_s += time.process_time() - begun
        tell("plans", k + 1, plans)
    return tallies


def legal_plan(network: Network, seed: int) -> CheckedPlan:
    """Return a random plan that passes the check; the first of a seed's draws that does."""
    rng = np.random.default_rng(seed)
    for _ in range(MOST_DRAWS):
        try:
            return checked(random_plan(network, rng), network)
        except PlanRefused:
            continue
    raise RuntimeError(f"no legal plan of {network.path.name} in {MOST_DRAWS} draws of seed {seed}")


def _count(tally: Tally, name: str, plan: CheckedPlan, network: Network) -> None:
    """Export a plan; an exporter reads back and raises before it returns a file that differs."""
    tally.plans += 1
    try:
        content = export_as(name, plan, network).content
    except CannotHold:
        _count_carried(tally, name, plan, network)
        return
    except Exception:
        tally.different += 1
        return
    if name == "sumo" and not _same_plan(content, plan, network):
        tally.different += 1
    else:
        tally.equal += 1


def _count_carried(tally: Tally, name: str, plan: CheckedPlan, network: Network) -> None:
    try:
        export_as(name, plan, network, format_of(name).given_to(ExportOptions(carry_greens=True)))
    except CannotHold:
        tally.refused += 1
    except Exception:
        tally.different += 1
    else:
        tally.carried += 1


def _same_plan(content: bytes, plan: CheckedPlan, network: Network) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.add.xml"
        path.write_bytes(content)
        again = read_plan(path, network)
    return all(_shown(again.by_junction[p.junction]) == _shown(p) for p in plan.plan.junctions)


def _shown(plan: JunctionPlan) -> dict[str, str]:
    """Return what a plan shows from midnight on, whichever second of its cycle is called 0."""
    return displays_of_plan(plan, 100)
