"""Actuated plans worth trying: one for each weighting of the free-running kind, and the fixed-time plan's own two."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from ...networks.actuated_plan import ActuatedJunction, ActuatedPlan, Weights
from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.sentence import Sentence
from ...networks.types import Turn
from ..check.actuated.actuated import check_actuated
from ..check.own.limits import OwnLimits
from .coordinated import coordinated_junction
from .free import free_junction
from .nema import nema_junction
from .nema_phases import NotHeld
from .sumo import actuated_xml

# From hasty to patient: what changes cost (their length, and how much they interrupt) decides which suits a junction.
VARIANTS = (
    Weights(factor=1.5, surplus=4, empty=0.8, zone_m=80),
    Weights(factor=1.0, surplus=0, empty=0.5, zone_m=80),
    Weights(factor=2.0, surplus=4, empty=0.8, zone_m=120),
    Weights(factor=1.0, surplus=8, empty=0.5, zone_m=80),
    Weights(factor=1.0, surplus=2, empty=0.8, zone_m=80),
    Weights(factor=1.0, surplus=1, empty=0.8, zone_m=50),
)


def free_plan(network: Network, fixed: Plan, flow_veh_h: Mapping[Turn, float], weights: Weights) -> ActuatedPlan:
    """Return the plan in which every junction that can runs free, with the same weights."""
    made = (free_junction(network, junction, flow_veh_h, weights) for junction in _free_to_change(network))
    return ActuatedPlan(name=name_of(weights), junctions=tuple(one for one in made if one is not None), fixed=fixed)


def _free_to_change(network: Network) -> list[Junction]:
    return [junction for junction in network.junctions if "plan" not in junction.keeps]


def coordinated_plan(network: Network, fixed: Plan, flow_veh_h: Mapping[Turn, float]) -> ActuatedPlan:
    """Return the fixed-time plan as a coordinated-actuated one."""
    made = (
        coordinated_junction(network, junction, fixed.by_junction[junction.id], flow_veh_h)
        for junction in _free_to_change(network)
        if junction.serves_vehicles
    )
    return ActuatedPlan(name="coordinated", junctions=tuple(one for one in made if one is not None), fixed=fixed)


def refused_junctions(plans: Iterable[ActuatedPlan], network: Network, own: Sequence[OwnLimits]) -> dict[str, Sentence]:
    """Return the junctions at which the check refuses the program of some plan, and why."""
    found: dict[str, Sentence] = {}
    for plan in plans:
        for one in check_actuated(actuated_xml(plan, network), network, own):
            if one.is_error and one.junction in plan.by_junction:
                found.setdefault(one.junction, one.text)
    return found


def without(plan: ActuatedPlan, junctions: Collection[str]) -> ActuatedPlan:
    """Return a plan in which some junctions have the fixed-time plan's program."""
    return replace(plan, junctions=tuple(one for one in plan.junctions if one.junction not in junctions))


def nema_plan(
    network: Network, fixed: Plan, flow_veh_h: Mapping[Turn, float], own: Sequence[OwnLimits] = ()
) -> tuple[ActuatedPlan | None, dict[str, str]]:
    """Return the fixed-time plan in NEMA programs, and why which junction has none; no plan where none has one.

    Those junctions are coordinated as in `coordinated_plan`. A program that the check would refuse is none.
    """
    held: dict[str, ActuatedJunction] = {}
    without: dict[str, str] = {}
    for junction in _free_to_change(network):
        try:
            held[junction.id] = nema_junction(network, junction, fixed.by_junction[junction.id], flow_veh_h)
        except NotHeld as reason:
            without[junction.id] = str(reason)
    others = coordinated_plan(network, fixed, flow_veh_h).by_junction
    plan = _nema_plan(network, fixed, held, others)
    for finding in check_actuated(actuated_xml(plan, network), network, own) if held else ():
        if held.pop(finding.junction, None) is not None:
            without[finding.junction] = f"the check would refuse it: {finding.text}"
    return (_nema_plan(network, fixed, held, others) if held else None), without


def _nema_plan(
    network: Network, fixed: Plan, held: Mapping[str, ActuatedJunction], others: Mapping[str, ActuatedJunction]
) -> ActuatedPlan:
    made = (held.get(junction.id, others.get(junction.id)) for junction in network.junctions)
    return ActuatedPlan(name="NEMA coordinated", junctions=tuple(one for one in made if one is not None), fixed=fixed)


def mixed_plan(chosen: Mapping[str, ActuatedJunction], fixed: Plan) -> ActuatedPlan:
    """Return the plan of programs chosen junction by junction."""
    return ActuatedPlan(name="free-running, each junction its own", junctions=tuple(chosen.values()), fixed=fixed)


def name_of(weights: Weights) -> str:
    """Return weights in words."""
    return f"free-running, {weights.factor:g} x + {weights.surplus:g}, zones of {weights.zone_m:g} m"
