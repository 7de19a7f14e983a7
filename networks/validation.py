"""What pydantic finds wrong with a file that people write, as an error for an engineer."""

from __future__ import annotations

from pydantic import ValidationError

from .errors import InputError


def first_fault(error: ValidationError, where: str, fix: str) -> InputError:
    """Return the first fault with its place in the file, what was found and the rule it breaks."""
    first = error.errors()[0]
    return InputError(
        where=f"{where}, {'.'.join(map(str, first['loc']))}",
        found=f"{first.get('input')!r}"[:200],
        rule=first["msg"],
        fix=fix,
    )
