"""Calibrating a study: SUMO's drivers are measured, the field's are taken down, and the queue model follows."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path

from lxml import etree

from ...networks.errors import InputError
from ...networks.files import read_xml, replace_atomically
from ...networks.progress import Tell, silent
from ...simulation.calibrate import Discharge, Gaps, default_type, measure_discharge
from ..studies.calibration import (
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
from ..studies.file import Study, read_study
from ..studies.network import network_of
from .learn_drivers import LIMIT_M_S, learnt, measured_gaps, speed_limits, straight_lane

STEP_S = 1.0  # of all simulations of a study
FITS = 3
WAVE_S = 1.4  # from vehicle to vehicle, when a queue starts in SUMO


def calibrate(
    folder: Path, *, field: FieldDrivers | None = None, replace_old: bool = False, tell: Tell = silent
) -> Calibration:
    """Measure SUMO's drivers for a study, record field values if they are given, and write `calibration.toml`.

    With field values, SUMO's default vehicle type is fitted to them too, and written beside it as `drivers.add.xml`,
    which every later simulation of the study loads. Values of an earlier calibration stay unless the new ones are the
    same or `replace_old`. Raises InputError; then nothing is written.
    """
    study = read_study(folder)
    old = read_calibration(study.folder) or Calibration()
    steps = 2 + (FITS if field else 0)
    tell("calibration", 0, steps)
    kind = vehicle_type(study)
    limits = speed_limits(network_of(study))
    lanes = measure_discharge(kind, speeds_m_s=tuple(limits), step_s=STEP_S)
    tell("calibration", 1, steps)
    sumo = sumo_drivers(lanes, *measured_gaps(kind, learnt(lanes, 0.0, limits), STEP_S), kind)
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


def sumo_drivers(lanes: Sequence[Discharge], gaps: Gaps, how: Learnt, kind: etree._Element) -> SumoDrivers:
    """Return what was measured as the study keeps it."""
    straight = straight_lane(lanes)
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
            Lane.model_validate({name: _rounded(getattr(lane, name)) for name in Lane.model_fields}) for lane in lanes
        ),
    )


def _rounded(value: str | float) -> str | float:
    return value if isinstance(value, str) else round(value, 3)


def _fitted(kind: etree._Element, field: FieldDrivers, done: Callable[[int], None]) -> Simulator:
    """Return the type attributes with which SUMO comes closest to the field.

    The reaction time takes up what the headway misses. SUMO's start-up delay holds every vehicle of the queue, not the
    first alone: beyond headway less starting wave it would slow the whole discharge, so it ends there, and with it the
    start-up loss that SUMO can show.
    """
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
        done(fit)
        if fit == 0:
            delay_s = min(max(late_s, 0.0), max(3600 / field.saturation_flow_veh_h - WAVE_S, 0.0))
        tau_s = max(tau_s + miss_s, 0.1)
    return min(tries)[2]


def measured_with(kind: etree._Element, tau_s: float, delay_s: float) -> Discharge:
    """Return how the lane straight on discharges in SUMO when the type has these attributes."""
    changed = deepcopy(kind)
    changed.set("tau", f"{tau_s:.3f}")
    changed.set("startupDelay", f"{delay_s:.3f}")
    return straight_lane(measure_discharge(changed, speeds_m_s=(LIMIT_M_S,), step_s=STEP_S))


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
