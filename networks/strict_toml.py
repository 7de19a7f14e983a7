"""Untrusted TOML: limits on size and nesting, and neither infinite numbers nor NaN."""

from __future__ import annotations

import math
import re
import tomllib
from typing import Any

from .errors import InputError

LARGEST_BYTES = 4 << 20
DEEPEST = 32
# Python's reader takes minutes for keys and brackets nested a hundred thousand deep.
_TOO_DEEP = re.compile(r"(?:[\[{]\s*){33}|(?:[\w\"'-]{1,60}\s*\.\s*){33}")


def parse_toml(content: bytes, where: str, rule: str) -> dict[str, Any]:
    """Return the tables. Raises InputError for broken TOML, also if it is too long, too deep, or holds NaN."""
    if len(content) > LARGEST_BYTES:
        raise _error(where, f"{len(content)} bytes", rule)
    try:
        text = content.decode("utf-8-sig")
        if _TOO_DEEP.search(text):
            raise ValueError("keys or brackets nested too deep")
        found = tomllib.loads(text)
        _require_modest(found, DEEPEST)
    except RecursionError:
        raise _error(where, "keys or brackets nested too deep", rule) from None
    except ValueError as error:
        raise _error(where, f"broken TOML ({str(error)[:200]})", rule) from None
    return found


def _require_modest(value: Any, deepest: int) -> None:
    if deepest < 0:
        raise ValueError("keys or brackets nested too deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"the number {value}")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 1 << 63:
        raise ValueError("a whole number of more than 19 digits")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _require_modest(part, deepest - 1)


def _error(where: str, found: str, rule: str) -> InputError:
    return InputError(where=where, found=found, rule=rule, fix="correct it")
