"""JSON from strangers: no NaN, no key twice, and the line where it breaks."""

from __future__ import annotations

import json
from typing import Any

from .errors import InputError


def parse_json(content: bytes, where: str, rule: str) -> Any:
    """Return the value. Raises InputError, with the line where it breaks, also for NaN, infinity or a key twice."""
    fix = "correct the file, or write it again"
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_pairs)
    except json.JSONDecodeError as error:
        raise InputError(
            where=f"{where}, line {error.lineno}", found=f"broken JSON ({error.msg})", rule=rule, fix=fix
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            where=f"{where}, byte {error.start}", found="bytes that are no UTF-8", rule=rule, fix=fix
        ) from None
    except RecursionError:
        raise InputError(where=where, found="brackets nested too deep", rule=rule, fix=fix) from None
    except ValueError as error:
        raise InputError(where=where, found=str(error), rule=rule, fix=fix) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"the number {name}")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key '{next(name for name in names if names.count(name) > 1)}' twice in one object")
    return found
