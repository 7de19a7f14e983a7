"""What is simulated: a network, traffic, and a stretch of time."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ..networks.errors import InputError
from ..networks.files import read_xml, require_file
from ..networks.types import DAY_S

DEMAND_ROOTS = ("routes", "additional", "add")
ROUNDED_TO_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Traffic on a network between two seconds after local midnight.

    The trips that wanted to leave in [`begin_s`, `end_s`) are counted. With `warm_up_s` the simulation starts that
    much before `begin_s`, so that the streets are not empty then. `scale` multiplies the demand. `emissions` asks for
    what each vehicle emits (SUMO's HBEFA3 tables), which changes nothing else and takes an eighth more time.
    """

    network: Path
    routes: tuple[Path, ...]
    additional: tuple[Path, ...] = ()
    begin_s: int
    end_s: int
    warm_up_s: int = 0
    step_s: float = 1.0
    scale: float = 1.0
    emissions: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.begin_s < self.end_s or self.warm_up_s < 0:
            raise InputError(
                where="the time to simulate",
                found=f"from {self.begin_s} s to {self.end_s} s with a warm-up of {self.warm_up_s} s",
                rule="it starts at midnight or later, ends after it started, and warms up before",
                fix="correct begin and end",
            )
        if not 0 < self.step_s <= 1 or self.scale <= 0 or not math.isfinite(self.scale):
            raise InputError(
                where="the simulation",
                found=f"steps of {self.step_s} s, demand times {self.scale}",
                rule="steps last at most 1 s, and demand is multiplied by a number above 0",
                fix="correct the step or the scale",
            )

    def require_files(self) -> None:
        """Raise InputError if one of the files is not there or starts as a file of another kind."""
        _require_root(self.network, "a network", ("net",))
        for path in self.routes:
            _require_root(path, "a route file", DEMAND_ROOTS)
        for path in self.additional:
            _require_root(path, "an additional file", ("additional", "add"))


def _require_root(path: Path, what: str, roots: tuple[str, ...]) -> None:
    """Look at the first element only: SUMO reads the rest, and takes a network for a route file without any vehicle."""
    with open(require_file(path, what), "rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path, "rb") if packed else open(path, "rb") as source:
            _, first = next(iter(etree.iterparse(source, events=("start",), resolve_entities=False, no_network=True)))
        found = f"<{first.tag}>"
    except (etree.XMLSyntaxError, StopIteration, OSError, EOFError) as error:
        found = f"broken XML ({error})"
    if found not in [f"<{root}>" for root in roots]:
        raise InputError(
            where=str(path),
            found=f"it starts with {found}",
            rule=f"{what} starts with " + " or ".join(f"<{root}>" for root in roots),
            fix="give the right file in this place",
        )


def departure_window(routes: Sequence[Path]) -> tuple[int, int]:
    """Return begin and end [s] of the departures in route files, widened to whole five minutes.

    Raises InputError if a file cannot be read or if no vehicle in them has a time.
    """
    times = [
        time_s
        for path in routes
        for element in read_xml(path, what="a route file", root=DEMAND_ROOTS).iter("vehicle", "trip", "flow")
        for time_s in map(seconds_of, (element.get("depart"), element.get("begin"), element.get("end")))
        if time_s is not None
    ]
    if not times:
        raise InputError(
            where=", ".join(map(str, routes)),
            found="no vehicle with a time of departure",
            rule="a route file has vehicles, trips or flows",
            fix="give the file with the demand",
        )
    begin_s = int(min(times) // ROUNDED_TO_S) * ROUNDED_TO_S
    return begin_s, (int(max(times) // ROUNDED_TO_S) + 1) * ROUNDED_TO_S


def seconds_of(text: str | None) -> float | None:
    """Return a time of SUMO's, `25200`, `07:00:00` or `1:07:00:00`, in seconds; None for words like `triggered`."""
    try:
        parts = [float(part) for part in (text or "").split(":")]
    except ValueError:
        return None
    if len(parts) not in (1, 3, 4) or not all(map(math.isfinite, parts)):
        return None
    return _added(parts)


def _added(parts: Iterable[float]) -> float:
    units_s = (1, 60, 3600, DAY_S)
    return sum(part * unit for part, unit in zip(reversed(list(parts)), units_s, strict=False))
