"""Calibrating a study: SUMO's drivers are measured, the field's are taken down, and the queue model follows."""

from __future__ import annotations

import importlib.metadata
import tempfile
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
from lxml import etree

from ..kernels.queue import ARRIVED, simulate
from ..networks.errors import InputError
from ..networks.files import read_xml, replace_atomically
from ..networks.sumo_net import read_network
from ..simulation.calibrate import GAP_S, Discharge, Gaps, default_type, measure_discharge, measure_gaps
from ..simulation.scenario import Scenario
from .calibration import (
    CALIBRATION,
    DEFAULT_TYPE,
    DRIVERS,
    Calibration,
    FieldDrivers,
    Lane,
    Learnt,
    Simulator,
    SumoDrivers,
    calibration_toml,
    drivers_xml,
    read_calibration,
)
from .model.behaviour import Behaviour
from .model.lamps import switch
from .model.streets import TICKS_PER_S, prepare
from .model.traffic import load
from .progress import Tell, silent
from .route_vehicles import read_vehicles
from .study_file import Study, read_study

STRAIGHT, LIMIT_M_S = "straight", 50 / 3.6  # the lane by which drivers are compared
SPACE_M = 7.5  # of SUMO's default car with its gap
SPEEDS_TRIED_M_S = np.arange(7.0, 20.0, 0.1)
LOOK_AHEADS_TRIED_S = np.arange(0.0, 5.0, 0.1)
STEP_S = 1.0  # of all simulations of a study
FITS = 3


def calibrate(
    folder: Path, *, field: FieldDrivers | None = None, replace_old: bool = False, tell: Tell = silent
) -> Calibration:
    """Measure SUMO's drivers for a study, take down the field's if they are given, and write `calibration.toml`.

    With field values, SUMO's default vehicle type is fitted to them too, and written beside it as `drivers.add.xml`,
    which every later simulation of the study loads. Values of an earlier calibration stay unless the new ones are the
    same or `replace_old`. Raises InputError; then nothing is written.
    """
    study = read_study(folder)
    old = read_calibration(study.folder) or Calibration()
    steps = 2 + (FITS if field else 0)
    tell("calibration", 0, steps)
    kind = vehicle_type(study)
    lanes = measure_discharge(kind, step_s=STEP_S)
    tell("calibration", 1, steps)
    sumo = sumo_drivers(lanes, *_measured_gaps(kind, learnt(lanes, 0.0)), kind)
    tell("calibration", 2, steps)
    new = Calibration(
        field=field or old.field,
        sumo=sumo,
        simulator=_fitted(kind, field, lambda k: tell("calibration", 2 + k, steps)) if field else old.simulator,
    )
    if not replace_old:
        _keep_what_is_there(study.folder / CALIBRATION, old, new)
    replace_atomically(study.folder / CALIBRATION, calibration_toml(new))
    if new.simulator:
        replace_atomically(study.folder / DRIVERS, drivers_xml(new.simulator))
    return new


def vehicle_type(study: Study) -> etree._Element:
    """Return the vehicle type that traffic without a type of its own has in the study's simulations."""
    for path in study.additional:
        if path.name == DRIVERS:  # ours: what SUMO does without it is measured
            continue
        for kind in read_xml(path, what="an additional file", root=("additional", "add")).iter("vType"):
            if kind.get("id") == DEFAULT_TYPE:
                return deepcopy(kind)
    return default_type()


def learnt(lanes: Sequence[Discharge], look_ahead_s: float) -> Learnt:
    """Return the queue model's numbers from measured lanes.

    Headway = reaction + space / speed, the speed at most that of a discharging queue: reaction and that speed by least
    squares over all lanes, each weighted by its error. What the second, third and fourth vehicle take longer, and when
    the first crosses, is that of the lane straight on.
    """
    how = Behaviour()
    limits = np.array([min(lane.limit_m_s, lane.turn_limit_m_s) for lane in lanes])
    speeds = np.maximum(limits - how.drag_m_s, 0.5 * limits)
    headways, weights = np.array([lane.headway_s for lane in lanes]), np.array([lane.headway_error_s for lane in lanes])
    weights = 1 / np.maximum(weights, 1e-3) ** 2
    best = (np.inf, 0.0, 0.0)
    for speed in SPEEDS_TRIED_M_S:
        rest = headways - SPACE_M / np.minimum(speeds, speed)
        reaction_s = float(np.average(rest, weights=weights))
        best = min(best, (float((weights * (rest - reaction_s) ** 2).sum()), reaction_s, float(speed)))
    straight = _straight(lanes)
    return Learnt(
        reaction_s=round(best[1], 3),
        discharge_speed_m_s=round(best[2], 1),
        start_headway_s=(0.0, *(round(max(s - straight.headway_s, 0.0), 3) for s in straight.places_s)),
        start_delay_s=round(straight.first_s, 3),
        look_ahead_s=round(look_ahead_s, 1),
    )


def _straight(lanes: Sequence[Discharge]) -> Discharge:
    return next(lane for lane in lanes if lane.turn == STRAIGHT and abs(lane.limit_m_s - LIMIT_M_S) < 0.01)


def _measured_gaps(kind: etree._Element, so_far: Learnt) -> tuple[Gaps, Learnt]:
    """Return how a permitted left turn uses gaps, and the model's numbers with the look-ahead that serves as many."""
    with tempfile.TemporaryDirectory(prefix="greenband-calibrate-") as name:
        folder = Path(name)
        gaps = measure_gaps(kind, step_s=STEP_S, keep=folder)
        served = {look_ahead_s: served_left(folder, so_far, look_ahead_s) for look_ahead_s in LOOK_AHEADS_TRIED_S}
    best = min(served, key=lambda look_ahead_s: (abs(served[look_ahead_s] - gaps.served), look_ahead_s))
    return gaps, so_far.model_copy(update={"look_ahead_s": round(float(best), 1)})


def served_left(folder: Path, how: Learnt, look_ahead_s: float) -> int:
    """Return how many left turns of the street in a folder the queue model serves. See `gap_street`."""
    network = read_network(folder / "street.net.xml", (folder / "more.add.xml",))
    behaviour = replace(Behaviour(), **how.model_dump() | {"look_ahead_s": float(look_ahead_s)})
    streets = prepare(network, behaviour)
    scenario = Scenario(network=network.path, routes=(folder / "cars.rou.xml",), begin_s=0, end_s=GAP_S)
    traffic = load(streets, read_vehicles(scenario, streets).vehicles, 0, GAP_S)
    vehicles, _ = simulate(
        streets.tables, traffic.tables, switch(streets, network.running_plan, 0), GAP_S * TICKS_PER_S
    )
    lefts = traffic.tables.places["edge"][traffic.tables.vehicles["start"]] == streets.edge_index["wm"]
    return int((vehicles["phase"][lefts] == ARRIVED).sum())


def sumo_drivers(lanes: Sequence[Discharge], gaps: Gaps, how: Learnt, kind: etree._Element) -> SumoDrivers:
    """Return what was measured as the study keeps it."""
    straight = _straight(lanes)
    return SumoDrivers(
        version=importlib.metadata.version("eclipse-sumo"),
        step_s=STEP_S,
        vehicle_type=etree.tostring(kind, encoding="unicode").strip(),
        saturation_flow_veh_h=round(straight.saturation_flow_veh_h, 1),
        start_up_loss_s=round(straight.start_up_loss_s, 3),
        critical_gap_s=round(gaps.critical_gap_s, 3),
        critical_gap_error_s=round(gaps.critical_gap_error_s, 3),
        follow_up_s=round(gaps.follow_up_s, 3),
        follow_up_error_s=round(gaps.follow_up_error_s, 3),
        behaviour=how,
        lanes=tuple(
            Lane(**{name: _rounded(getattr(lane, name)) for name in Lane.model_fields})  # the names are the same
            for lane in lanes
        ),
    )


def _rounded(value: str | float) -> str | float:
    return value if isinstance(value, str) else round(value, 3)


def _fitted(kind: etree._Element, field: FieldDrivers, done: object) -> Simulator:
    """Return the type attributes with which SUMO comes closest to the field: the measured misses are taken off."""
    if kind.get("tau") or kind.get("startupDelay"):
        raise InputError(
            where="the study's additional files",
            found=f"a type {DEFAULT_TYPE} with tau or startupDelay",
            rule="these two are fitted to the field's values",
            fix="take them out of the file, or leave the field's values out and state them there",
        )
    tau_s, delay_s, tries = 1.0, 0.0, []
    for fit in range(FITS + 1):
        lane = measured_with(kind, tau_s, delay_s)
        miss_s = 3600 / field.saturation_flow_veh_h - lane.headway_s
        late_s = field.start_up_loss_s - lane.start_up_loss_s
        found = Simulator(
            tau_s=round(tau_s, 3),
            startup_delay_s=round(delay_s, 3),
            saturation_flow_veh_h=round(lane.saturation_flow_veh_h, 1),
            start_up_loss_s=round(lane.start_up_loss_s, 3),
        )
        tries.append((abs(miss_s) + 0.1 * abs(late_s), fit, found))
        if callable(done):
            done(fit)
        tau_s, delay_s = max(tau_s + miss_s, 0.1), max(delay_s + late_s / 2, 0.0)
    return min(tries)[2]


def measured_with(kind: etree._Element, tau_s: float, delay_s: float) -> Discharge:
    """Return how the lane straight on discharges in SUMO when the type has these attributes."""
    changed = deepcopy(kind)
    changed.set("tau", f"{tau_s:.3f}")
    changed.set("startupDelay", f"{delay_s:.3f}")
    return _straight(measure_discharge(changed, speeds_m_s=(LIMIT_M_S,), step_s=STEP_S))


def _keep_what_is_there(path: Path, old: Calibration, new: Calibration) -> None:
    for name in ("field", "sumo"):
        before, after = getattr(old, name), getattr(new, name)
        if before is not None and before != after:
            raise InputError(
                where=f"{path}, [{name}]",
                found="other values than the new ones",
                rule="values that are there are not overwritten",
                fix="give --replace, or delete them",
            )
