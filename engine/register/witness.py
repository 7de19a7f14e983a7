"""What a signer saw last of each register, kept beside the key.

A chain cannot tell that its own end was cut off. Whoever signed knows how far it went: a register that has lost an
entry which this key saw, or holds another in its place, is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from ...networks.errors import InputError
from ...networks.files import replace_atomically
from ...networks.strict_json import parse_json
from .keys import Signer
from .standing import Head, RegisterState
from .storage.database import RegisterFailed


def witness_path(signer: Signer) -> Path:
    """Return where a key's memory lies: beside it, with `.seen` added."""
    return signer.path.with_name(signer.path.name + ".seen")


def check_witness(signer: Signer, register: str, hash_of: Callable[[int], str | None]) -> None:
    """Raise RegisterFailed if the register has not the entry any more that this key saw last."""
    seen = _read(witness_path(signer)).get(register)
    if seen is None:
        return
    found = hash_of(seen.number)
    if found != seen.hash:
        what = "has lost it" if found is None else "holds another in its place"
        raise RegisterFailed(
            f"the key {signer.path} has seen entry {seen} of this register, which {what}: the end of the register was "
            f"cut off or rewritten. Find out why; only then remove {witness_path(signer)}"
        )


def keep_witness(signer: Signer, standing: RegisterState) -> None:
    """Remember the head of a register. A key whose folder cannot be written to remembers nothing, which is no harm."""
    path = witness_path(signer)
    heads = {**_read(path), standing.register: standing.head}
    content = {register: [head.number, head.hash] for register, head in sorted(heads.items())}
    try:
        replace_atomically(path, (json.dumps(content, indent=1) + "\n").encode())
    except OSError:
        return


def _read(path: Path) -> dict[str, Head]:
    if not path.is_file():
        return {}
    rule = "what a key has seen is kept as JSON"
    try:
        content = parse_json(path.read_bytes(), str(path), rule)
        return {str(name): Head(number=int(number), hash=str(hash_)) for name, (number, hash_) in content.items()}
    except (AttributeError, TypeError, ValueError):
        raise InputError(where=str(path), found="something else", rule=rule, fix="look at it, then remove it") from None
