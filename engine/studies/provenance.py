"""Where a result comes from: hashes of what went in, versions of what worked on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ...networks.sentence import Sentence
from .calibration import CALIBRATION
from .file import Study
from .junctions import JUNCTIONS

DISTRIBUTIONS = {
    "greenband": "greenband",
    "SUMO": "eclipse-sumo",
    "OR-Tools": "ortools",
    "Numba": "numba",
    "NumPy": "numpy",
    "Polars": "polars",
    "SciPy": "scipy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Versions by name, and SHA-256 by file name."""

    versions: dict[str, str]
    sha256: dict[str, str]
    drivers: tuple[Sentence, ...] = ()  # what is known of them, in sentences


def origin_of(study: Study, routes: Sequence[Path] = ()) -> Origin:
    """Return the versions at work and the hashes of the study's files, and of the routes of a trial.

    Files are named by their place in the study's folder; one that lies elsewhere, as routes may, by its own name.
    """
    files = [study.folder / "study.toml", study.network, *study.additional, study.detectors, study.folder / CALIBRATION]
    files += [study.folder / JUNCTIONS]
    files += [study.counts] if study.counts else []
    files += [study.folder / study.file.counts_mapping] if study.file.counts_mapping else []
    turning = study.file.turning_counts
    files += [study.folder / name for part in turning for name in (part.file, part.mapping) if name]
    files += [study.folder / study.file.rules]  # an agency's own pack; the bundled ones come with the version
    return Origin(
        versions={name: _version(distribution) for name, distribution in DISTRIBUTIONS.items()},
        sha256=_hashes([path for path in (*files, *routes) if path.is_file()], study.folder),
        drivers=study.calibration.sentences if study.calibration else (),
    )


def _hashes(files: Sequence[Path], folder: Path) -> dict[str, str]:
    """Return the hash of each file by its name; of two files with one name, the second is told apart by a number."""
    places: dict[str, Path] = {}
    for path in files:
        name, number = _name(path, folder), 2
        while places.setdefault(name, path.resolve()) != path.resolve():
            name, number = f"{_name(path, folder)} ({number})", number + 1
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in places.items()}


def _name(path: Path, folder: Path) -> str:
    whole, inside = path.resolve(), folder.resolve()
    return whole.relative_to(inside).as_posix() if whole.is_relative_to(inside) else whole.name


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
