"""The safety check of a plan of a study: with the check's own view of the study's files."""

from __future__ import annotations

from ...networks.network import Network
from ...networks.plan import Plan
from ..check.check import check
from ..check.findings import CheckedPlan, Finding, seal
from ..check.own.limits import own_limits
from ..check.own.orders import read_orders
from ..rules.pack import read_pack
from .file import Study


def check_for(study: Study, plan: Plan, network: Network) -> tuple[Finding, ...]:
    """Return all that is wrong with a plan of a study. Raises InputError where its files cannot be read."""
    pack = read_pack(study.file.rules, study.folder)
    return check(plan, network, own_limits(network, study.additional, pack, read_orders(study.folder)))


def checked_for(study: Study, plan: Plan, network: Network) -> CheckedPlan:
    """Return the plan as one that may be simulated and written. Raises PlanRefused with all findings."""
    return seal(plan, check_for(study, plan, network))
