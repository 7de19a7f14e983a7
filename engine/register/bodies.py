"""What an entry of each kind must say, and nothing else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from .words import Role

CLOCK = "%Y-%m-%dT%H:%M:%SZ"


def _printable(text: str) -> str:
    if text != text.strip() or not text.isprintable():
        raise ValueError("plain text on one line, without white space at its ends")
    return text


def _instant(text: str) -> str:
    if datetime.strptime(text, CLOCK).strftime(CLOCK) != text:
        raise ValueError("a moment is written 2026-03-17T09:30:00Z")
    return text


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("a day is written 2026-03-17")
    return text


Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_printable)]
Text = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_printable)]
Instant = Annotated[str, AfterValidator(_instant)]
Day = Annotated[str, AfterValidator(_day)]


class Body(BaseModel):
    """What every entry says: who, when, why, and which version of the code wrote it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    by: Name
    at: Instant
    why: Text
    greenband: str


class Init(Body):
    """The first entry: the administrator, whose key signs it, is who gives all others their roles.

    The hash of this entry names the register; `nonce` keeps two that were begun in one second apart.
    """

    register_name: Name
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class PersonBody(Body):
    """A person's key and roles, in place of those before; no roles: the person has left."""

    person: Name
    key: Hash
    roles: list[Role]


class PlanBody(Body):
    """What every entry on a plan says: the inputs and the evidence that it speaks of, and the seeds of the trial."""

    inputs: Hash
    evidence: Hash
    seeds: list[int]


class Validate(PlanBody):
    """A plan with the evidence that its gate passed."""

    study: Name
    period: Text
    plan_name: str
    decision: Literal["better", "kept"]


class Submit(PlanBody):
    """The author asks for approval, and says by which day the plan is to be looked at again."""

    recheck_on: Day


class Review(PlanBody):
    """A reviewer's comment; it may set the next re-check day."""

    recheck_on: Day | None


class ExportedFile(BaseModel):
    """A file that left the house: its format, hash, name, and the place it went to on a machine."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Name
    sha256: Hash
    target: str
    host: str


class Export(PlanBody):
    """Files written for the street."""

    files: list[ExportedFile] = Field(min_length=1)
    options: dict[str, str]


class Other(PlanBody):
    """The entry that says why another plan of the study goes, or comes back: the hash of that other plan."""

    other: Hash


BODIES: dict[str, type[Body]] = {
    "init": Init,
    "person": PersonBody,
    "validate": Validate,
    "submit": Submit,
    "review": Review,
    "reject": PlanBody,
    "approve": PlanBody,
    "revoke": PlanBody,
    "export": Export,
    "supersede": Other,
    "rollback": Other,
    "restore": Other,
}


def read_body(kind: str, content: dict[str, Any]) -> Body:
    """Return the body of an entry of a kind. Raises ValueError, in a line, where it says too much or too little."""
    if kind not in BODIES:
        raise ValueError(f"no entry is of the kind '{kind}'")
    try:
        return BODIES[kind].model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{place}: {first['msg']}") from None
