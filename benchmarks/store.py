"""What was computed before, kept under a hash of everything that it came from."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import greenband.benchmarks.peers
import greenband.networks
import greenband.simulation
from greenband.networks.files import replace_atomically
from greenband.simulation.scenario import Scenario


def default_cache() -> Path:
    """Return the folder for this user's caches, by the XDG Base Directory rules."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "greenband"


def versions() -> dict[str, str]:
    """Return the versions that every result depends on, and a hash of the code that simulates.

    The hash is there because a checkout changes without its version, even while a benchmark runs: no result outlives
    the code that made it.
    """
    names = ("greenband", "eclipse-sumo", "libsumo")
    return {name: importlib.metadata.version(name) for name in names} | {"code": _code_hash()}


def _code_hash() -> str:
    packages = (greenband.networks, greenband.simulation, greenband.benchmarks.peers)
    folders = [Path(place) for package in packages for place in package.__path__]
    return files_hash(sorted(path for folder in folders for path in folder.rglob("*.py")))


def files_hash(paths: Iterable[Path]) -> str:
    """Return a hash of the contents of some files, in their order."""
    total = hashlib.sha256()
    for path in paths:
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def scenario_facts(scenario: Scenario) -> dict[str, Any]:
    """Return what a simulation of the scenario depends on, as JSON knows it."""
    return {
        "files": [files_hash([scenario.network]), files_hash(scenario.routes), files_hash(scenario.additional)],
        "period_s": [scenario.begin_s, scenario.end_s, scenario.warm_up_s],
        "step_s": scenario.step_s,
        "scale": scenario.scale,
    }


def key(facts: dict[str, Any]) -> str:
    """Return the key of a result that came from these facts under the present versions."""
    return facts_hash({"facts": facts, "versions": versions()})


def facts_hash(facts: dict[str, Any]) -> str:
    """Return a hash of what JSON knows."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def kept_folder(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return a folder, made by `make` if it is not there yet; it appears whole or not at all."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        make(scratch / "made")
        os.replace(scratch / "made", folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def load(path: Path) -> dict[str, Any] | None:
    """Return what `save` wrote, or None if nothing whole is there."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def save(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file atomically."""
    replace_atomically(path, json.dumps(content, sort_keys=True).encode())
