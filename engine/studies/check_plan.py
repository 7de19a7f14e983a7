"""The safety check of a plan of a study: with the check's own view of the study's files."""

from __future__ import annotations

from collections.abc import Mapping

from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.types import Turn
from ..check.check import check
from ..check.findings import Finding
from ..check.own.limits import OwnLimits, own_limits
from ..check.own.orders import read_orders
from ..rules.pack import Pack
from .file import Study
from .network import pack_of


def own_view(
    study: Study, network: Network, pack: Pack | None = None, peak_veh_h: Mapping[Turn, float] | None = None
) -> tuple[OwnLimits, ...]:
    """Return what the check works out for itself of a study's junctions. Raises InputError.

    The pack is the study's own where none is given, which saves reading it twice. `peak_veh_h` is each turn's flow in
    the busiest hour of the plan's period: without it a turn across that loses its protected time is an error.
    """
    return tuple(own_limits(network, study.additional, pack or pack_of(study), read_orders(study.folder), peak_veh_h))


def check_for(
    study: Study, plan: Plan, network: Network, peak_veh_h: Mapping[Turn, float] | None = None
) -> tuple[Finding, ...]:
    """Return all that is wrong with a plan of a study. Raises InputError where its files cannot be read."""
    return check(plan, network, own_view(study, network, peak_veh_h=peak_veh_h))
