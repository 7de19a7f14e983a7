"""Which bytes are those of a plan that may leave for the street."""

from __future__ import annotations

from collections.abc import Sequence

from ...networks.errors import InputError
from .canonical import digest
from .standing import PlanStanding
from .storage.database import Register, reading
from .words import FROM
from .write import whole_standing


def require_approved(register: Register, contents: Sequence[bytes]) -> tuple[PlanStanding, ...]:
    """Return where plans stand that are approved, byte for byte. Raises InputError for any other."""
    with reading(register) as connection:
        standing = whole_standing(connection, register.where)
    plans = tuple(standing.plan(digest(content)) for content in contents)
    for plan in plans:
        if plan.state not in FROM["export"]:
            raise not_approved(register.where, plan, f"plan {plan.plan[:12]} is {plan.state}")
    return plans


def not_approved(where: str, plan: PlanStanding, found: str) -> InputError:
    """Return the error for a plan that may not leave."""
    return InputError(
        where=f"{where}, plan {plan.plan[:12]}",
        found=found,
        rule="only what was approved leaves for the street, byte for byte",
        fix="have it approved (greenband submit, greenband approve), or export it as a DRAFT",
    )
