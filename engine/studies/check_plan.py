"""The safety check of a plan of a study: with the check's own view of the study's files."""

from __future__ import annotations

from ...networks.network import Network
from ...networks.plan import Plan
from ..check.check import check, checked
from ..check.findings import CheckedPlan, Finding
from ..check.own.limits import OwnLimits, own_limits
from ..check.own.orders import read_orders
from ..rules.pack import Pack
from .file import Study
from .network import pack_of


def own_view(study: Study, network: Network, pack: Pack | None = None) -> tuple[OwnLimits, ...]:
    """Return what the check works out for itself of a study's junctions. Raises InputError.

    The pack is the study's own where none is given, which saves reading it twice.
    """
    return tuple(own_limits(network, study.additional, pack or pack_of(study), read_orders(study.folder)))


def check_for(study: Study, plan: Plan, network: Network) -> tuple[Finding, ...]:
    """Return all that is wrong with a plan of a study. Raises InputError where its files cannot be read."""
    return check(plan, network, own_view(study, network))


def checked_for(study: Study, plan: Plan, network: Network) -> CheckedPlan:
    """Return the plan as one that may be simulated and written. Raises PlanRefused with all findings."""
    return checked(plan, network, own_view(study, network))
