"""Plans as files: `plan.json` out and in, and SUMO's additional files in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import InputError
from .files import read_bytes, require_file
from .junction import Junction, Kind
from .network import Network
from .plan import GroupPlan, JunctionPlan, Plan, Window, whole_ms
from .strict_json import parse_json
from .sumo.plan_sumo import plan_of_xml

SCHEMA = 1
LARGEST_PLAN_BYTES = 64 << 20  # a plan of a thousand junctions takes a few megabytes
# No time in a plan is longer than a day; a longer one, or infinity, is a slip, and arithmetic would overflow on it.
Seconds = Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)]

# Windows and lists of lamps, which read best on a line of their own; no text in JSON holds a line end.
_INNERMOST = re.compile(r'\{\n +"display"[^{}"]+"[^{}]+\}|\[\n[\d\s,]+\]')


class _Part(BaseModel):
    """A piece of `plan.json`: nothing unknown in it, no text where a number belongs, no infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class WindowRow(_Part):
    """A window: from `start_s` of the cycle for `length_s`; red is wherever no window is."""

    start_s: Seconds
    length_s: Seconds
    display: Literal["G", "g", "y", "Y", "u", "s", "o", "O"]


class GroupRow(_Part):
    """A signal group, the lamps it steers, and its windows."""

    group: str
    links: list[int]
    kind: Kind
    windows: list[WindowRow]


class PlanJunction(_Part):
    """The plan of a junction; `offset_s` is when second 0 of its cycle falls, after local midnight."""

    junction: str
    cycle_s: Seconds
    offset_s: Seconds
    coordinated: str | None
    groups: list[GroupRow]


class About(_Part):
    """Where a plan comes from."""

    study: str = ""
    period: str = ""
    network: str = ""
    network_sha256: str = ""
    greenband: str = ""
    seeds: list[int] = Field(default_factory=list)
    status: Literal["draft", "approved"] = "draft"


class PlanFile(About):
    """The whole of `plan.json`, version 1."""

    schema_: Literal[1] = Field(alias="schema")
    name: str
    junctions: list[PlanJunction]


def plan_json(plan: Plan, network: Network, about: Mapping[str, Any]) -> bytes:
    """Return a plan as the bytes of `plan.json`: sorted, the same for the same plan.

    Parameters
    ----------
    plan, network
        The plan, and the network whose groups it names.
    about
        Any of `About`'s fields: study, period, greenband (its version), seeds, status ("draft" unless said
        otherwise). The network's file name and hash are filled in.
    """
    filled = {
        "network": network.path.name,
        "network_sha256": sha256(network.path.read_bytes()).hexdigest(),
        **{name: list(value) if isinstance(value, tuple) else value for name, value in about.items()},
    }
    content = {
        "schema": SCHEMA,
        "name": plan.name,
        **About.model_validate(filled).model_dump(),
        "junctions": [
            _junction_row(junction_plan, network.by_junction[junction_plan.junction])
            for junction_plan in sorted(plan.junctions, key=lambda found: found.junction)
        ],
    }
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (_INNERMOST.sub(lambda match: " ".join(match[0].split()), text) + "\n").encode()


def _junction_row(plan: JunctionPlan, junction: Junction) -> dict[str, Any]:
    return {
        "junction": plan.junction,
        "cycle_s": _number(plan.cycle_s),
        "offset_s": _number(plan.offset_s),
        "coordinated": plan.coordinated,
        "groups": [
            {
                "group": group.id,
                "kind": group.kind,
                "links": list(group.links),
                "windows": [_window_row(window) for window in plan.by_group[group.id].windows],
            }
            for group in junction.groups
        ],
    }


def _window_row(window: Window) -> dict[str, Any]:
    return {"start_s": _number(window.start_s), "length_s": _number(window.length_s), "display": window.display}


def _number(seconds: float) -> float | int:
    """Return exact milliseconds, and whole seconds without a point: 30, not 30.0."""
    ms = whole_ms(seconds)
    return ms // 1000 if ms % 1000 == 0 else ms / 1000


def read_plan(path: Path, network: Network) -> Plan:
    """Return a plan of the network from `plan.json` or from a SUMO additional file, told apart by their content.

    The plan is complete: a junction that the file leaves out keeps the plan that runs there today.

    Raises
    ------
    InputError
        The file is missing, too large or broken (with the line), of another schema, names a junction, group or lamp
        that the network has not, leaves out a group, or holds a value that no plan can have.
    """
    _refuse_large(require_file(path, "a plan").stat().st_size, path)
    content = read_bytes(path, "a plan")
    _refuse_large(len(content), path)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _completed(path.name.split(".")[0], plan_of_xml(path, network), network)
    return plan_of_file(read_plan_file(content, str(path)), str(path), network)


def period_of(path: Path) -> str:
    """Return for which period a plan file says it was made; nothing where it does not say, as SUMO's files never do."""
    content = read_bytes(path, "a plan")
    return "" if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else read_plan_file(content, str(path)).period


def plan_of_file(file: PlanFile, source: str, network: Network) -> Plan:
    """Return the plan that the content of a `plan.json` holds; `source` names it in errors.

    Raises InputError for what the network has not, and for a plan that was made for another network.
    """
    _require_same_network(file, source, network)
    found: dict[str, JunctionPlan] = {}
    for row in file.junctions:
        where = f"{source}, junction {row.junction}"
        if row.junction in found or row.junction not in network.by_junction:
            left = any(one.junction.id == row.junction for one in network.left)
            other = "a signal that is left as it runs" if left else "a junction that the network has not"
            what = "a second plan for it" if row.junction in found else other
            raise InputError(
                where=where,
                found=what,
                rule=f"a plan names each signal of {network.path} at most once",
                fix="correct the name, or give the network that the plan is for",
            )
        found[row.junction] = _junction_plan(row, network.by_junction[row.junction], where)
    return _completed(file.name, found, network)


def _require_same_network(file: PlanFile, source: str, network: Network) -> None:
    """Raise InputError where the plan names the network that it was made for, and it is not this one."""
    if not file.network_sha256:
        return
    here = sha256(network.path.read_bytes()).hexdigest()
    if here != file.network_sha256:
        raise InputError(
            where=f"{source}, network_sha256",
            found=f"a plan made for {file.network or 'a network'} with the hash {file.network_sha256[:12]}…",
            rule=f"a plan is used with the network it was made for; {network.path} has the hash {here[:12]}…",
            fix="give the study that the plan was made with, or plan again with this network",
        )


def _completed(name: str, found: dict[str, JunctionPlan], network: Network) -> Plan:
    return Plan(name=name, junctions=tuple(found.get(junction.id, junction.running) for junction in network.junctions))


def _refuse_large(size: int, path: Path) -> None:
    if size > LARGEST_PLAN_BYTES:
        raise InputError(
            where=str(path),
            found=f"{size} bytes",
            rule=f"a plan has at most {LARGEST_PLAN_BYTES} bytes",
            fix="give a file that holds signal plans and nothing else",
        )


def read_plan_file(content: bytes, source: str) -> PlanFile:
    """Return what the bytes of a `plan.json` say; `source` names them in errors. Raises InputError."""
    try:
        return PlanFile.model_validate(parse_json(content, source, "a plan is JSON or a SUMO additional file"))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        shown = repr(first["input"])
        raise InputError(
            where=f"{source}, {place}",
            found=shown if len(shown) <= 80 else f"{shown[:77]}…",
            rule=f"plan.json of schema {SCHEMA}: {first['msg']}",
            fix="correct the value, or write the plan again with this version",
        ) from None


def _junction_plan(row: PlanJunction, junction: Junction, where: str) -> JunctionPlan:
    _require_groups(row, junction, where)
    try:
        return JunctionPlan(
            junction=row.junction,
            cycle_s=row.cycle_s,
            offset_s=row.offset_s,
            coordinated=row.coordinated,
            groups=tuple(_group_plan(group) for group in row.groups),
        )
    except InputError as error:
        raise InputError(where=where, found=error.found, rule=error.rule, fix=error.fix) from None


def _group_plan(row: GroupRow) -> GroupPlan:
    windows = (Window(start_s=w.start_s, length_s=w.length_s, display=w.display) for w in row.windows)
    return GroupPlan(group=row.group, windows=tuple(sorted(windows)))


def _require_groups(row: PlanJunction, junction: Junction, where: str) -> None:
    planned = {group.group: tuple(group.links) for group in row.groups}
    wanted = {group.id: group.links for group in junction.groups}
    if len(planned) != len(row.groups) or planned != wanted:
        differing = sorted(name for name in {*planned, *wanted} if planned.get(name) != wanted.get(name))
        raise InputError(
            where=where,
            found=f"groups {', '.join(differing)} missing, unknown or with other lamps"
            if differing
            else "a group twice",
            rule="a plan has every signal group of the junction once, with the lamps that the network gives it",
            fix="give the network that the plan is for, or plan again",
        )
    if row.coordinated is not None and row.coordinated not in wanted:
        raise InputError(
            where=where,
            found=f"coordinated group '{row.coordinated}'",
            rule="the coordinated group is one of the junction's groups",
            fix=f"name one of {', '.join(wanted)}",
        )
