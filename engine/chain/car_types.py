"""The class of the vehicles that are drawn: cars, whatever the study's own files say of SUMO's default type."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from ...networks.errors import InputError
from ...networks.sumo.permissions import COUNTED_CLASS
from ...simulation.safe_inputs import parsed
from ..studies.calibration import DEFAULT_TYPE


def car_types(additional: Iterable[Path], length_m: float | None = None) -> tuple[etree._Element, ...]:
    """Return what a route file must say so that vehicles without a type are cars; nothing where a study's file does.

    With a length, they are so long. Raises InputError where the study's own default type is of another class: it would
    not keep to the lanes for cars.
    """
    for path in additional:
        for kind in parsed(path).iter("vType"):
            if kind.get("id") == DEFAULT_TYPE:
                if kind.get("vClass", COUNTED_CLASS) != COUNTED_CLASS:
                    raise InputError(
                        where=f"{path}, line {kind.sourceline}, vType {DEFAULT_TYPE}",
                        found=f"vClass {kind.get('vClass')}",
                        rule=f"the traffic that is counted and planned for is of the class {COUNTED_CLASS}",
                        fix="give that class another type, and leave the default one to cars",
                    )
                return ()
    said = {"id": DEFAULT_TYPE, "vClass": COUNTED_CLASS}
    if length_m is not None:
        said["length"] = f"{length_m:.2f}"
    return (etree.Element("vType", said),)


def has_own_type(additional: Iterable[Path]) -> bool:
    """Whether a file of the study says how vehicles without a type are."""
    return not car_types(additional)
