"""How drivers behave, as a study knows it: `calibration.toml`, measured in SUMO or given by the field."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...networks.files import read_bytes, xml_bytes
from ...networks.sentence import Sentence
from ...networks.strict_toml import parse_toml
from ...networks.validation import first_fault
from ..model.behaviour import Behaviour

CALIBRATION, DRIVERS = "calibration.toml", "drivers.add.xml"
DEFAULT_TYPE = "DEFAULT_VEHTYPE"
HEAD = """\
# How drivers behave, by `greenband calibrate`. [field]: what the town says. [sumo]: what SUMO's drivers do.
# [simulator]: what makes SUMO's drivers leave queues as the field's. The queue model follows [field], if any.
"""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldDrivers(_Part):
    """What the field says of a straight lane on a street of 50 km/h."""

    saturation_flow_veh_h: float = Field(ge=600, le=3000)
    start_up_loss_s: float = Field(ge=-2, le=10)
    source: str = Field(min_length=1, max_length=300)


HCM = FieldDrivers(
    saturation_flow_veh_h=1900.0,
    start_up_loss_s=2.0,
    source="Highway Capacity Manual, 7th edition, Transportation Research Board, 2022, chapter 19: base values",
)


class Lane(_Part):
    """What was measured on one kind of lane; `_error` are standard errors."""

    turn: str
    limit_m_s: float
    turn_limit_m_s: float
    headway_s: float
    headway_error_s: float
    start_up_loss_s: float
    start_up_loss_error_s: float
    yellow_s: float
    speed_m_s: float


class Learnt(_Part):
    """The numbers of the queue model's `Behaviour` that were fitted to the measurement."""

    reaction_s: float
    discharge_speed_m_s: float
    start_headway_s: tuple[float, ...]
    start_delay_s: float
    yellow_use_s: float
    look_ahead_s: float


class SumoDrivers(_Part):
    """What SUMO's drivers do, with the vehicle type and step length that the study is simulated with."""

    version: str
    step_s: float
    vehicle_type: str
    saturation_flow_veh_h: float  # straight, 50 km/h
    start_up_loss_s: float
    critical_gap_s: float
    critical_gap_error_s: float
    follow_up_s: float
    follow_up_error_s: float
    behaviour: Learnt
    lanes: tuple[Lane, ...]


class Simulator(_Part):
    """Attributes of SUMO's default vehicle type that make it discharge as the field says, and what that reached."""

    tau_s: float
    startup_delay_s: float
    saturation_flow_veh_h: float
    start_up_loss_s: float


class Calibration(_Part):
    """`calibration.toml`, version 1."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    field: FieldDrivers | None = None
    sumo: SumoDrivers | None = None
    simulator: Simulator | None = None

    @property
    def behaviour(self) -> Behaviour:
        """How vehicles drive in the queue model: as measured, and where the field says otherwise, as the field."""
        found = replace(Behaviour(), **self.sumo.behaviour.model_dump()) if self.sumo else Behaviour()
        if self.field is None or self.sumo is None:
            return found
        slower_s = 3600 / self.field.saturation_flow_veh_h - 3600 / self.sumo.saturation_flow_veh_h
        later_s = self.field.start_up_loss_s - self.sumo.start_up_loss_s
        # A start-up loss is counted in headways: a longer headway alone makes the first vehicle's share of it smaller.
        return replace(
            found,
            reaction_s=found.reaction_s + slower_s,
            start_delay_s=max(found.start_delay_s + slower_s + later_s, 0.0),
        )

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """What a reader of the plan must know of the drivers, in words."""
        said = []
        if self.sumo:
            said.append(
                Sentence(
                    "SUMO {version} discharges a straight lane at {flow_veh_h:.0f} veh/h and loses {loss_s:.1f} s at "
                    "the start of green.",
                    version=self.sumo.version,
                    flow_veh_h=self.sumo.saturation_flow_veh_h,
                    loss_s=self.sumo.start_up_loss_s,
                )
            )
        if self.field:
            said.append(
                Sentence(
                    "The field says {flow_veh_h:.0f} veh/h and {loss_s:.1f} s ({source}).",
                    flow_veh_h=self.field.saturation_flow_veh_h,
                    loss_s=self.field.start_up_loss_s,
                    source=self.field.source,
                )
            )
        if self.simulator:
            said.append(
                Sentence(
                    "Simulations use tau {tau_s:.2f} s and a start-up delay of {delay_s:.2f} s, with which SUMO "
                    "reaches {flow_veh_h:.0f} veh/h and {loss_s:.1f} s; vehicles with a type of their own keep it.",
                    tau_s=self.simulator.tau_s,
                    delay_s=self.simulator.startup_delay_s,
                    flow_veh_h=self.simulator.saturation_flow_veh_h,
                    loss_s=self.simulator.start_up_loss_s,
                )
            )
        return tuple(said)


def read_calibration(folder: Path) -> Calibration | None:
    """Return a study folder's calibration, or None if it has none. Raises InputError if the file is malformed."""
    path = folder / CALIBRATION
    if not path.exists():
        return None
    try:
        content = read_bytes(path, "a calibration")
        return Calibration.model_validate(parse_toml(content, str(path), "calibration.toml is written in TOML"))
    except ValidationError as error:
        raise first_fault(error, str(path), "correct it, or delete the file and run `greenband calibrate`") from error


def calibration_toml(calibration: Calibration) -> bytes:
    """Return the bytes of `calibration.toml`; the same for the same values."""
    content = calibration.model_dump(by_alias=True, exclude_none=True)
    lines = [HEAD + f"schema = {content.pop('schema')}"]
    for name, part in content.items():
        lanes = part.pop("lanes", ())
        inner = part.pop("behaviour", None)
        lines += ["", f"[{name}]", *_lines(part)]
        lines += ["", f"[{name}.behaviour]  # of the queue model", *_lines(inner)] if inner else []
        for lane in lanes:
            lines += ["", f"[[{name}.lanes]]", *_lines(lane)]
    return ("\n".join(lines) + "\n").encode()


def _lines(part: dict[str, Any]) -> list[str]:
    return [f"{key} = {_toml(value)}" for key, value in part.items()]


def _toml(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # TOML's basic strings escape as JSON's do.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def drivers_xml(simulator: Simulator) -> bytes:
    """Return an additional file that gives SUMO's default vehicle type the field's discharge."""
    root = etree.Element("additional")
    etree.SubElement(
        root,
        "vType",
        id=DEFAULT_TYPE,
        tau=f"{simulator.tau_s:.3f}",
        startupDelay=f"{simulator.startup_delay_s:.3f}",
    )
    return xml_bytes(root)
