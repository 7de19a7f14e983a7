"""Networks and scenarios that nobody here made: those that the installed wheels carry, and what the user names."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from greenband.networks.errors import InputError

# Folders with networks in wheels, below the package of that name; the same file in two of them counts once.
WHEELS = (
    ("sumo_rl", "nets"),
    ("sumo", "tools/game"),
    ("sumo", "tools/sumolib/scenario"),
    ("sumolib", "scenario"),
)
NETS, CONFIGURATIONS = ("*.net.xml", "*.net.xml.gz"), "*.sumocfg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A network or a SUMO configuration, and what the table calls it."""

    name: str
    path: Path

    @property
    def is_scenario(self) -> bool:
        """Whether it has routes as well."""
        return self.path.suffix == ".sumocfg"


def all_places(files: Sequence[Path]) -> list[Place]:
    """Return the networks and configurations of the wheels and those named, each content once. Raises InputError."""
    seen: set[str] = set()
    found = []
    for place in (*_named(files), *_of_wheels()):
        digest = sha256(place.path.read_bytes()).hexdigest()
        # Configurations are short, and those of two scenarios may be alike: the folder tells them apart.
        key = f"{place.path.parent}/{digest}" if place.is_scenario else digest
        if key not in seen:
            seen.add(key)
            found.append(place)
    return found


def _of_wheels() -> Iterator[Place]:
    for package, below in WHEELS:
        spec = importlib.util.find_spec(package)  # importing some of them would need SUMO_HOME
        if spec is None or spec.origin is None:
            continue
        folder = Path(spec.origin).parent / below
        for pattern in (*NETS, CONFIGURATIONS):
            for path in sorted(folder.rglob(pattern)):
                yield Place(name=f"{package}/{path.relative_to(folder)}", path=path)


def _named(files: Sequence[Path]) -> Iterator[Place]:
    for path in files:
        if not path.is_file():
            raise InputError(
                where=str(path), found="no such file", rule="a network or a .sumocfg is a file", fix="check the path"
            )
        yield Place(name=path.name, path=path)
