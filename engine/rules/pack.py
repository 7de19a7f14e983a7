"""Rules packs: what a country or an agency asks of a signal plan, as data."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...networks.errors import InputError
from ...networks.files import read_bytes
from ...networks.strict_toml import parse_toml
from ...networks.validation import first_fault

BUNDLED = ("us", "de", "cn", "none")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Yellow(_Part):
    """How long yellow lasts: by the kinematic formula, or by steps of the speed limit."""

    kind: Literal["kinematic", "steps"]
    reaction_s: float = Field(default=1.0, gt=0, le=5)
    deceleration_m_s2: float = Field(default=3.048, gt=0, le=10)
    over_limit_m_s: float = Field(default=0.0, ge=-10, le=10)
    steps: tuple[tuple[float, float], ...] = ()
    turning_s: float | None = None
    shortest_s: float = Field(default=3.0, gt=0, le=10)
    longest_s: float = Field(default=6.0, gt=0, le=10)


class Clearance(_Part):
    """How long after yellow, or after the end of green, those who cross have to wait."""

    kind: Literal["red", "conflict points"]
    vehicle_m: float = Field(default=6.0, ge=0, le=40)
    longest_s: float = Field(default=6.0, gt=0, le=60)
    left_under_limit_m_s: float = Field(default=0.0, ge=-10, le=10)
    overrun_straight_s: float = Field(default=3.0, ge=0, le=10)
    overrun_turning_s: float = Field(default=2.0, ge=0, le=10)
    straight_m_s: float = Field(default=10.0, gt=0, le=40)
    turning_m_s: float = Field(default=7.0, gt=0, le=40)
    entering_m_s: float = Field(default=11.1, gt=0, le=40)


class GreenRule(_Part):
    """The shortest green of vehicles."""

    shortest_s: float = Field(default=5.0, gt=0, le=60)


class Pedestrian(_Part):
    """Walk and clearance. Without `total_m_s` the walk is the shortest one, or lasts for `walk_share` of the way."""

    walk_s: float = Field(default=7.0, gt=0, le=60)
    walk_share: float = Field(default=0.0, ge=0, le=1)
    clearance_m_s: float = Field(gt=0, le=3)
    total_m_s: float | None = Field(default=None, gt=0, le=3)
    approach_m: float = Field(default=0.0, ge=0, le=100)


class LeftTurn(_Part):
    """When a turn across those who come the other way may do without protected time; see `left_turn_rule`.

    Names are those of right-hand traffic; in left-hand traffic the turn across is the right turn.
    """

    source: str = Field(min_length=1)
    most_turning_lanes: int = Field(default=1, ge=0, le=9)
    most_opposing_lanes: int = Field(default=3, ge=0, le=9)
    fastest_m_s: float = Field(default=20.12, ge=0, le=60)  # 45 mph
    # Left-turning x opposing veh/h, by the lanes to be crossed: for one, two and so on; the last for all further ones.
    cross_products: tuple[Annotated[float, Field(ge=0, le=1e9)], ...] = Field(
        default=(50_000, 90_000, 110_000), min_length=1
    )
    sight_gap_s: float = Field(default=5.5, gt=0, le=20)
    sight_gap_more_s: float = Field(default=0.5, ge=0, le=5)  # for each lane after the first


class Limits(_Part):
    """The longest cycle, and the longest wait from the end of a green to the group's next."""

    cycle_s: int = Field(default=255, ge=20, le=255)
    red_s: float | None = Field(default=None, gt=0, le=255)


class Pack(_Part):
    """A rules pack, version 1; what it leaves out is as the running program has it."""

    schema_: int = Field(alias="schema", ge=1, le=1)
    name: str = Field(min_length=1, max_length=40)
    title: str
    sources: tuple[str, ...] = Field(min_length=1)
    yellow: Yellow | None = None
    clearance: Clearance | None = None
    green: GreenRule | None = None
    pedestrian: Pedestrian | None = None
    left_turn: LeftTurn | None = None
    limits: Limits = Limits()

    @property
    def longest_cycle_s(self) -> int:
        """The longest cycle in which no red can become too long, if every group has its shortest green."""
        if self.limits.red_s is None:
            return self.limits.cycle_s
        shortest_s = self.green.shortest_s if self.green else 0.0
        return min(self.limits.cycle_s, int(self.limits.red_s + shortest_s))

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing beyond the running program."""
        return not (self.yellow or self.clearance or self.green or self.pedestrian)


def read_pack(name: str, folder: Path | None = None) -> Pack:
    """Return a bundled pack by its name, or an agency's own by the path of its TOML file (relative to `folder`).

    Raises InputError where there is no such pack, or a value is not one that the rules know.
    """
    if name in BUNDLED:
        return _pack(files(__package__).joinpath("packs", f"{name}.toml").read_bytes(), f"rules pack {name}")
    if not name.endswith(".toml"):
        raise InputError(
            where="the rules pack",
            found=f"'{name}'",
            rule="a rules pack is one of " + ", ".join(BUNDLED) + ", or a TOML file",
            fix="name one of them, or give the path of a .toml file",
        )
    path = (folder or Path()) / name
    return _pack(read_bytes(path, "a rules pack"), str(path))


def _pack(content: bytes, where: str) -> Pack:
    try:
        return Pack.model_validate(parse_toml(content, where, "a rules pack is a TOML file in UTF-8"))
    except ValidationError as error:
        raise first_fault(error, where, "correct the value, or leave the key out") from None
