"""The safety check of a plan of a study: with the check's own view of the study's files."""

from __future__ import annotations

from ...networks.network import Network
from ...networks.plan import Plan
from ..check.check import check, checked
from ..check.findings import CheckedPlan, Finding
from ..check.own.limits import OwnLimits, own_limits
from ..check.own.orders import read_orders
from ..rules.pack import read_pack
from .file import Study


def check_for(study: Study, plan: Plan, network: Network) -> tuple[Finding, ...]:
    """Return all that is wrong with a plan of a study. Raises InputError where its files cannot be read."""
    return check(plan, network, _own(study, network))


def checked_for(study: Study, plan: Plan, network: Network) -> CheckedPlan:
    """Return the plan as one that may be simulated and written. Raises PlanRefused with all findings."""
    return checked(plan, network, _own(study, network))


def _own(study: Study, network: Network) -> tuple[OwnLimits, ...]:
    pack = read_pack(study.file.rules, study.folder)
    return own_limits(network, study.additional, pack, read_orders(study.folder))
