"""Vehicles on the main street under both plans, for the time-space diagram: one seed, a few cycles."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ...networks.files import replace_atomically, xml_bytes
from ...networks.plan import Plan
from ...networks.progress import Tell, silent
from ...networks.sumo.program import program_xml
from ...simulation.measure.positions import positions
from ...simulation.scenario import Scenario
from ..main_street.street import Street, street_of
from ..main_street.tracks import back_metres, forth_metres, tracks_of
from ..main_street.trajectories import Tracks, Trajectories, shown_s
from ..validate.trial import Trial
from .prepare import Prepared
from .scenarios import forecast_scenarios

# So long after the period's start the picture begins: queues are as they are, not as the warm-up left them.
SETTLED_S = 900


def drive_street(prepared: Prepared, trial: Trial, tell: Tell = silent) -> Trajectories | None:
    """Return where vehicles drove on the main street under the trial's plan and the running one, with its first seed.

    The simulations are those of the trial, cut short. None if no two signals are linked, or the period is too short.
    """
    network, period = prepared.network, prepared.period
    hours = (period.end - period.begin) / 3600
    flow = {(row.from_edge, row.to_edge): row.vehicles_running / hours for row in trial.movements}
    street = street_of(network, flow)
    if street is None:
        return None
    plans = (network.running_plan, trial.plan)
    begin_s = period.begin + min(SETTLED_S, (period.end - period.begin) // 2)
    end_s = begin_s + round(shown_s(plans, street))
    if end_s > period.end:
        return None
    seed = trial.comparison.seeds[0]
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        folder = Path(name)
        scenario = forecast_scenarios(prepared.study, network, prepared.demand, [seed], folder)[seed]
        tell("trajectories on the main street", 0, 2)
        running = _driven(prepared, plans[0], street, scenario, seed, (begin_s, end_s), folder)
        tell("trajectories on the main street", 1, 2)
        same = plans[1].junctions == plans[0].junctions
        plan = running if same else _driven(prepared, plans[1], street, scenario, seed, (begin_s, end_s), folder)
        tell("trajectories on the main street", 2, 2)
    return Trajectories(begin_s=float(begin_s), end_s=float(end_s), seed=seed, running=running, plan=plan)


def _driven(
    prepared: Prepared,
    plan: Plan,
    street: Street,
    scenario: Scenario,
    seed: int,
    span_s: tuple[int, int],
    folder: Path,
) -> Tracks:
    programs = folder / "programs.add.xml"
    replace_atomically(programs, xml_bytes(program_xml(plan, prepared.network, "greenband-street")))
    edges = [*forth_metres(street), *back_metres(street)]
    seen = positions(scenario, edges, seed=seed, begin_s=span_s[0], end_s=span_s[1], programs=programs)
    return tracks_of(street, seen)
