"""Where a result comes from: hashes of what went in, versions of what worked on it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .study_file import Study

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


def origin_of(study: Study) -> Origin:
    """Return the versions at work and the hashes of the study's files."""
    files = [study.folder / "study.toml", study.network, *study.additional, study.detectors]
    files += [study.counts] if study.counts else []
    return Origin(
        versions={name: _version(distribution) for name, distribution in DISTRIBUTIONS.items()},
        sha256={path.name: sha256(path.read_bytes()).hexdigest() for path in files if Path(path).is_file()},
    )


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
