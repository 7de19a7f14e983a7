"""Who may use a lane or a connection: SUMO's vehicle classes."""

from __future__ import annotations

from lxml import etree

COUNTED_CLASS = "passenger"  # the class of the traffic that is counted, drawn and planned for
MOTOR_CLASSES = frozenset(
    ("passenger", "private", "taxi", "bus", "truck", "delivery", "trailer", "hov", "coach", "evehicle")
)


def is_for_cars(*elements: etree._Element | None) -> bool:
    """Whether cars may use all of some lanes and connections; None stands for one that the file does not have."""
    return all(element is None or _permits(element, COUNTED_CLASS) for element in elements)


def is_for_motor_vehicles(element: etree._Element) -> bool:
    """Whether any class of motor vehicles on the road may use a lane."""
    return any(_permits(element, one) for one in MOTOR_CLASSES)


def _permits(element: etree._Element, vehicle_class: str) -> bool:
    """As SUMO reads it: `allow` wins where both stand there."""
    allow = element.get("allow")
    if allow is not None:
        return not {"all", vehicle_class}.isdisjoint(allow.split())
    disallow = (element.get("disallow") or "").split()
    return "all" not in disallow and vehicle_class not in disallow
