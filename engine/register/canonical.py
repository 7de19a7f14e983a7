"""One way only to write a value as bytes, so that a hash over it means something."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from ...networks.errors import InputError
from ...networks.strict_json import parse_json


def canonical(value: Any) -> bytes:
    """Return a value as JSON in UTF-8: sorted keys, no white space, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def parse_canonical(content: bytes) -> Any:
    """Return the value of canonical bytes.

    Raises ValueError where the bytes are no JSON, or say the value in any other way than `canonical` does: two ways
    of writing one value would be an edit that no hash of the value finds.
    """
    try:
        value = parse_json(content, "", "")
    except InputError as error:
        raise ValueError(error.found) from None
    if canonical(value) != content:
        raise ValueError("JSON that is not written canonically")
    return value


def digest(content: bytes) -> str:
    """Return SHA-256 as 64 lower-case hexadecimal digits."""
    return sha256(content).hexdigest()
