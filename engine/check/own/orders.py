"""The check's own reading of `junctions.toml`, and its rule on junctions that may not change.

The file has been refused by now if its words are unknown; here only what the check holds plans to is taken from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ....networks.errors import InputError
from ....networks.files import read_bytes
from ....networks.sentence import Sentence
from ....networks.strict_toml import parse_toml
from ..circle import to_ms
from ..findings import Finding
from ..junction_view import Look, say
from .program import Running

FILE = "junctions.toml"


@dataclass(frozen=True, kw_only=True)
class LeftTurnFacts:
    """What the file says of a group that turns across those who come: how far it sees, and whether it may yield."""

    poor: bool = False
    enough: bool = False
    sight_m: float | None = None
    may_yield: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What the file orders at one junction: shortest greens and walk [ms], measured crossings [m], and no change.

    `left_turns` is what it says of groups that turn across those who come the other way.
    """

    least_green_ms: Mapping[str, int] = field(default_factory=dict)
    walk_ms: int = 0
    crossing_m: Mapping[str, float] = field(default_factory=dict)
    left_turns: Mapping[str, LeftTurnFacts] = field(default_factory=dict)
    fixed: bool = False


NO_ORDERS = Orders()


def read_orders(folder: Path) -> dict[str, Orders]:
    """Return the orders by junction; none without the file. Raises InputError for what cannot be read."""
    path = folder / FILE
    if not path.exists():
        return {}
    tables = parse_toml(read_bytes(path, "a study's junctions.toml"), str(path), "junctions.toml is written in TOML")
    try:
        return {
            name: Orders(
                least_green_ms={group: to_ms(float(s)) for group, s in table.get("min_green_s", {}).items()},
                walk_ms=to_ms(float(table.get("walk_s", 0))),
                crossing_m={group: float(metres) for group, metres in table.get("crossing_m", {}).items()},
                left_turns={group: _of_turn(row) for group, row in table.get("left_turns", {}).items()},
                fixed=table.get("fixed", False) is True,
            )
            for name, table in tables.items()
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(
            where=str(path),
            found=str(error)[:200],
            rule="each junction is a table of numbers by group",
            fix="correct junctions.toml; docs/rules.md lists its keys",
        ) from error


def _of_turn(row: Mapping[str, Any]) -> LeftTurnFacts:
    sight_m, may_yield = row.get("sight_m"), row.get("may_yield")
    return LeftTurnFacts(
        poor=row.get("sight") == "poor",
        enough=row.get("sight") == "enough",
        sight_m=None if sight_m is None else float(sight_m),
        # True counts only with its reason
        may_yield=None if may_yield is None else may_yield is True and bool(str(row.get("why", "")).strip()),
    )


def changed(look: Look, running: Running) -> Iterator[Finding]:
    """Yield where a plan differs from the program that has to stay: its cycle, or a lamp at a second of the day."""
    if look.cycle_ms != running.cycle_ms:
        yield look.finding(
            "fixed",
            Sentence(
                "the cycle lasts {cycle}, today {today}. junctions.toml says that the junction keeps its running plan. "
                "Leave it as it is.",
                cycle=say(look.cycle_ms),
                today=say(running.cycle_ms),
            ),
            found=look.cycle_ms / 1000,
            required=running.cycle_ms / 1000,
        )
        return
    for group in look.groups:
        lamp, own = look.junction.by_group[group].links[0], look.plan.by_group[group]
        shift_ms = to_ms(look.plan.offset_s)
        edges = {
            (to_ms(w.start_s) + shift_ms + more) % look.cycle_ms for w in own.windows for more in (0, to_ms(w.length_s))
        }
        edges |= {(start + running.offset_ms) % running.cycle_ms for start in running.starts_ms}
        for at_ms in sorted(edges):
            shown = own.display_at((at_ms - shift_ms) % look.cycle_ms / 1000, look.plan.cycle_s)
            today = running.at(lamp, at_ms)
            if shown != today:
                yield look.finding(
                    "fixed",
                    Sentence(
                        "group {group} shows '{shown}' at {at} after midnight, today '{today}'. junctions.toml says "
                        "that the junction keeps its running plan. Leave it as it is.",
                        group=group,
                        shown=shown,
                        at=say(at_ms),
                        today=today,
                    ),
                    groups=(group,),
                    at_ms=at_ms - shift_ms,
                )
                break
