"""The register's own words: roles, states, and which kind of entry leads from which state to which."""

from __future__ import annotations

from typing import Literal

Role = Literal["administrator", "author", "reviewer", "approver", "operator"]
State = Literal["draft", "validated", "submitted", "approved", "exported", "superseded", "revoked"]

ROLES: tuple[Role, ...] = ("administrator", "author", "reviewer", "approver", "operator")
PEOPLE_KINDS = ("init", "person")

# Who may make an entry of a kind. Taking a plan back is the safe direction: whoever works with plans may do it.
MAY: dict[str, frozenset[Role]] = {
    "person": frozenset(("administrator",)),
    "validate": frozenset(("author",)),
    "submit": frozenset(("author",)),
    "review": frozenset(("reviewer",)),
    "reject": frozenset(("reviewer", "approver")),
    "approve": frozenset(("approver",)),
    "export": frozenset(("operator",)),
    "supersede": frozenset(("operator",)),
    "rollback": frozenset(("operator", "approver")),
    "restore": frozenset(("operator", "approver")),
    "revoke": frozenset(("author", "reviewer", "approver", "operator")),
}

# From which states a kind of entry may start; a plan of which the register knows nothing is a draft.
FROM: dict[str, frozenset[State]] = {
    "validate": frozenset(("draft", "validated", "superseded", "revoked")),
    "submit": frozenset(("validated",)),
    "review": frozenset(("submitted", "approved", "exported")),
    "reject": frozenset(("submitted",)),
    "approve": frozenset(("submitted",)),
    "export": frozenset(("approved", "exported")),
    "supersede": frozenset(("exported",)),
    "rollback": frozenset(("exported",)),
    "restore": frozenset(("superseded",)),
    "revoke": frozenset(("validated", "submitted", "approved", "exported", "superseded")),
}

# The state after it; a review leaves the state as it is.
TO: dict[str, State] = {
    "validate": "validated",
    "submit": "submitted",
    "reject": "draft",
    "approve": "approved",
    "export": "exported",
    "supersede": "superseded",
    "rollback": "revoked",
    "restore": "approved",
    "revoke": "revoked",
}

# What nobody may do to a plan that they brought in themselves: four eyes.
FOUR_EYES = frozenset(("review", "reject", "approve"))

PLAN_KINDS = tuple(FROM)
