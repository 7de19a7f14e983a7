"""An entry of the register: a body, and an envelope that chains and signs it.

The hash of an entry is over its envelope, and the envelope holds the hash of the body. So a body can be withheld
(from a package that is about another plan) and the chain still be followed and every signature be checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .canonical import canonical, digest
from .keys import Signer, is_signed

SCHEMA = 1
BEFORE_THE_FIRST = "0" * 64
PURPOSE = "register entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry; `plan` is the hash of the plan it is about, `key` the signer's public key, `body` None if withheld."""

    number: int
    kind: str
    plan: str | None
    previous: str
    key: str
    body_sha256: str
    signature: str
    body: Mapping[str, Any] | None

    @property
    def envelope(self) -> dict[str, Any]:
        """What is hashed and signed."""
        return {
            "schema": SCHEMA,
            "number": self.number,
            "kind": self.kind,
            "plan": self.plan,
            "previous": self.previous,
            "key": self.key,
            "body_sha256": self.body_sha256,
        }

    @property
    def hash(self) -> str:
        """The hash that the next entry holds as `previous`."""
        return digest(canonical(self.envelope))

    @property
    def is_signed(self) -> bool:
        """Whether the owner of `key` signed it."""
        return is_signed(self.key, PURPOSE, canonical(self.envelope), self.signature)


def new_entry(
    signer: Signer, *, number: int, kind: str, plan: str | None, previous: str, body: Mapping[str, Any]
) -> Entry:
    """Return a signed entry."""
    unsigned = Entry(
        number=number,
        kind=kind,
        plan=plan,
        previous=previous,
        key=signer.public,
        body_sha256=digest(canonical(body)),
        signature="",
        body=body,
    )
    return Entry(
        **{name: value for name, value in unsigned.envelope.items() if name != "schema"},
        signature=signer.sign(PURPOSE, canonical(unsigned.envelope)),
        body=body,
    )
