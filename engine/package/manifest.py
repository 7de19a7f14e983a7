"""The manifest of a package: what is in it, of which plans, out of which register, and who let it go."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..register.bodies import Hash, Instant, Name
from ..register.canonical import canonical, parse_canonical

PURPOSE = "package manifest"
MANIFEST, SIGNATURE, CHAIN = "manifest.json", "manifest.sig", "chain.jsonl"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Member(_Part):
    """A file of the package."""

    sha256: Hash
    size: Annotated[int, Field(ge=0)]


class HeadRow(_Part):
    """The last entry of the register when the package was made."""

    number: Annotated[int, Field(ge=1)]
    hash: Hash


class Manifest(_Part):
    """All of it; `members` are all files but the manifest and its signature, `plans` the plans' hashes."""

    schema_: Literal[1] = Field(alias="schema")
    what: Literal["greenband package"]
    greenband: str
    register_id: Hash
    head: HeadRow
    plans: list[Hash] = Field(min_length=1)
    formats: dict[Name, str]
    by: Name
    key: Hash
    at: Instant
    members: dict[str, Member]

    @property
    def content(self) -> bytes:
        """The bytes that are signed."""
        return canonical(self.model_dump(by_alias=True))


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest. Raises ValueError where the bytes are none."""
    try:
        return Manifest.model_validate(parse_canonical(content))
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def plan_folder(plan: str) -> str:
    """Return the folder in a package that holds what belongs to a plan."""
    return f"plans/{plan[:16]}"
