"""The detector configuration of controllers: which phase a channel calls, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ....networks.errors import InputError
from ..values.numbers import number
from .scanned import Scanned, collected, columns_of, named, scan

NAMES = {
    "channel": ("Detector", "DetectorChannel", "channel"),
    "phase": ("Phase", "ProtectedPhase"),
    "role": ("Function", "DetectionTypes", "role"),
}
DEVICE = {"device": ("DeviceId", "SignalId", "signal")}
PERMISSIVE = {"permissive": ("PermissivePhase",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A channel: its phase (0: none) and its roles, such as 'stopbar_count' or 'advance'."""

    device: str  # '' if the file names no device: then the channel is that of every device
    channel: int
    phase: int
    roles: frozenset[str]


def read_roles(path: Path) -> tuple[Role, ...]:
    """Return the channels of a configuration with columns `[DeviceId,]Phase,Function,Detector`, or names like these.

    Where a protected phase is 0, the permissive one counts. Several roles are parted by `+`. Raises InputError with
    the line for a column that is missing, or a channel or phase that is no number.
    """
    scanned = scan(path)
    there = {name.lower() for name in columns_of(scanned)}
    wanted = dict(NAMES)
    for more in (DEVICE, PERMISSIVE):
        if any(name.lower() in there for names in more.values() for name in names):
            wanted |= more
    table = named(scanned, wanted, "a detector configuration")
    schema = table.rows.collect_schema()
    for column in ("channel", "phase"):
        table.refuse(
            number(column, schema[column]).is_null(), column=column, rule="it is a whole number", fix="correct it"
        )
    rows = collected(table.rows, path)
    found = tuple(_role(row) for row in rows.iter_rows(named=True))
    _refuse_twice(found, table)
    return found


def _role(row: dict[str, object]) -> Role:
    phase = int(float(str(row["phase"])))
    permissive = str(row.get("permissive") or "").strip()
    if phase == 0 and permissive.replace(".", "", 1).isdigit():
        phase = int(float(permissive))
    return Role(
        device=str(row.get("device") or "").strip(),
        channel=int(float(str(row["channel"]))),
        phase=phase,
        roles=frozenset(part.strip() for part in str(row["role"] or "").split("+") if part.strip()),
    )


def _refuse_twice(found: tuple[Role, ...], table: Scanned) -> None:
    seen: dict[tuple[str, int], int] = {}
    for row, role in enumerate(found):
        key = (role.device, role.channel)
        if key in seen and found[seen[key]].phase != role.phase:
            raise InputError(
                where=table.where(row),
                found=f"channel {role.channel} of '{role.device}' with a second phase",
                rule="a channel has one phase",
                fix="delete one of the lines",
            )
        seen[key] = row
