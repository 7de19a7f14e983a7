"""What a format could not hold, as lines for people and as JSON beside the file."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from .exporter import Loss


def loss_lines(losses: Sequence[Loss]) -> list[str]:
    """Return one line for each thing that was lost, with the junctions and groups that it concerns."""
    places: dict[str, list[str]] = defaultdict(list)
    for loss in losses:
        groups = f" ({', '.join(loss.groups)})" if loss.groups else ""
        places[loss.what].append(f"{loss.junction}{groups}" if loss.junction else "all junctions")
    return [f"{what}: {_some(where)}" for what, where in places.items()]


def _some(where: list[str]) -> str:
    return ", ".join(where) if len(where) <= 3 else f"{', '.join(where[:3])} and {len(where) - 3} more"


def losses_json(format_name: str, losses: Sequence[Loss]) -> bytes:
    """Return the losses as JSON, the same bytes for the same losses."""
    rows = [{"junction": loss.junction, "groups": list(loss.groups), "what": loss.what} for loss in losses]
    content = {"format": format_name, "losses": rows}
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
