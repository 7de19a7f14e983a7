"""`junctions.toml`: what an agency knows of single junctions and no file of the network says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from ...networks.errors import InputError
from ...networks.files import read_bytes
from ...networks.junction import Junction, Keep, LeftTurnOrder, PhaseTimes, SignalGroup
from ...networks.network import Network
from ...networks.strict_toml import parse_toml
from ...networks.validation import first_fault

JUNCTIONS = "junctions.toml"

Seconds = Annotated[float, Field(strict=True, gt=0, le=255)]
Metres = Annotated[float, Field(strict=True, gt=0, le=200)]


class ControllerPhase(BaseModel):
    """What the controller has for the phase that serves a group of vehicles, in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_green_s: Seconds | None = None
    walk_s: Seconds | None = None  # people walk with the green, without lamps in the network
    dont_walk_s: Seconds | None = None
    min_split_s: Seconds | None = None

    @property
    def times(self) -> PhaseTimes:
        """The same with 0 for what is left out."""
        return PhaseTimes(**{name: value or 0.0 for name, value in self.model_dump().items()})


class LeftTurn(BaseModel):
    """What is known of a group that turns across those who come the other way, or decided of it, with the reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sight: Literal["enough", "poor"] | None = None  # of those who come the other way
    sight_m: Annotated[float, Field(strict=True, gt=0, le=2000)] | None = None  # how far one sees them
    may_yield: Annotated[bool, Field(strict=True)] | None = None  # decides, whatever the rules pack says
    why: Annotated[str, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.may_yield and not self.why.strip():
            raise ValueError("may_yield = true needs its reason: add why")
        if self.sight is not None and self.sight_m is not None:
            raise ValueError("give sight or sight_m, not both")
        return self

    @property
    def order(self) -> LeftTurnOrder:
        """The same as a value of the network."""
        return LeftTurnOrder(**self.model_dump())


class Wishes(BaseModel):
    """What is asked of one junction; what is left out stays as the running program and the rules pack have it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_green_s: dict[str, Seconds] = {}  # of groups; never below what holds without it
    walk_s: Seconds | None = None  # the shortest green of every group for people on foot
    crossing_m: dict[str, Metres] = {}  # of groups for people on foot, in place of the length in the network
    phase_times: dict[str, ControllerPhase] = {}  # of groups: written to exports, and the green is never below them
    left_turns: dict[str, LeftTurn] = {}  # of groups that turn across those who come the other way
    sequence: Literal["keep"] | None = None
    turns: Literal["keep"] | None = None
    fixed: Annotated[bool, Field(strict=True)] = False  # the running plan stays, offset and all

    @property
    def keeps(self) -> frozenset[Keep]:
        """What of the running plan may not change."""
        asked: dict[Keep, bool] = {"plan": self.fixed, "sequence": bool(self.sequence), "turns": bool(self.turns)}
        return frozenset(what for what, wanted in asked.items() if wanted)


WISHES = TypeAdapter(dict[str, Wishes])


def read_wishes(folder: Path, network: Network) -> dict[str, Wishes]:
    """Return what the study's `junctions.toml` asks, by junction; nothing where there is no such file.

    Raises InputError for a junction or a group that the network does not have, a value of the wrong type or size, and
    a walk or a crossing where nobody walks.
    """
    path = folder / JUNCTIONS
    if not path.exists():
        return {}
    try:
        content = read_bytes(path, "a study's junctions.toml")
        wishes = WISHES.validate_python(parse_toml(content, str(path), "junctions.toml is written in TOML"))
    except ValidationError as error:
        raise first_fault(error, str(path), "correct junctions.toml; docs/rules.md lists its keys") from error
    for name, asked in wishes.items():
        junction = network.by_junction.get(name)
        if junction is None:
            raise _unknown(path, f"junction '{name}'", "the junctions with signals", network.by_junction)
        _check_groups(f"{path}, {name}", junction, asked)
    return wishes


def _check_groups(where: str, junction: Junction, asked: Wishes) -> None:
    walking = [group.id for group in junction.groups if group.kind == "pedestrian"]
    for name in asked.min_green_s:
        if name not in junction.by_group:
            raise _unknown(f"{where}.min_green_s", f"group '{name}'", "its groups", junction.by_group)
    cars = [group.id for group in junction.groups if group.id not in walking]
    for key, names in (("phase_times", asked.phase_times), ("left_turns", asked.left_turns)):
        for name in names:
            if name not in cars:
                raise _unknown(f"{where}.{key}", f"group '{name}'", "its groups of vehicles", cars)
    for name in asked.crossing_m:
        if name not in walking:
            raise _unknown(f"{where}.crossing_m", f"group '{name}'", "its groups for people on foot", walking)
    if asked.walk_s is not None and not walking:
        raise InputError(
            where=f"{where}.walk_s",
            found=f"{asked.walk_s:g} s",
            rule="no group of this junction is for people on foot",
            fix="leave walk_s out",
        )


def _unknown(where: object, found: str, what: str, known: Iterable[str]) -> InputError:
    return InputError(
        where=str(where),
        found=found[:200],
        rule=f"{what} are {', '.join(known)}"[:600],
        fix="name one of them, or leave it out",
    )


def with_crossings(network: Network, wishes: Mapping[str, Wishes]) -> Network:
    """Return the network with the crossings as long as the file says: a rules pack clears them."""

    def measured(junction: Junction) -> Junction:
        crossing_m = wishes[junction.id].crossing_m if junction.id in wishes else {}
        groups = (replace(g, length_m=crossing_m.get(g.id, g.length_m)) for g in junction.groups)
        return replace(junction, groups=tuple(groups)) if crossing_m else junction

    return replace(network, junctions=tuple(map(measured, network.junctions))) if wishes else network


def with_wishes(network: Network, wishes: Mapping[str, Wishes]) -> Network:
    """Return the network with the shortest greens of the file, where they are longer, and what may not change."""

    def strengthened(junction: Junction) -> Junction:
        if junction.id not in wishes:
            return junction
        asked = wishes[junction.id]
        return replace(
            junction,
            min_green_s={g.id: max(junction.min_green_s[g.id], _least_s(asked, g)) for g in junction.groups},
            keeps=asked.keeps,
            phase_times={name: phase.times for name, phase in asked.phase_times.items()},
            left_turns={name: turn.order for name, turn in asked.left_turns.items()},
        )

    return replace(network, junctions=tuple(map(strengthened, network.junctions))) if wishes else network


def _least_s(asked: Wishes, group: SignalGroup) -> float:
    walk_s = asked.walk_s if group.kind == "pedestrian" else None
    phase = asked.phase_times.get(group.id)
    return max(asked.min_green_s.get(group.id, 0.0), walk_s or 0.0, phase.times.least_green_s if phase else 0.0)
