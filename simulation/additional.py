"""The additional files of a simulation: the scenario's own, and the programs that run today as we read them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ..networks.sumo.logics import running_file
from .safe_inputs import listed
from .scenario import Scenario

RUNNING = "running.add.xml"


def additional_files(scenario: Scenario, folder: Path, *more: Path | None) -> list[Path]:
    """Return the additional files for a simulator that works in `folder`, those of `more` last.

    Fixed equivalents stand in for programs that are not fixed-time, in a file of ours that is written there: what is
    simulated is what was read. Signals that are left as they run keep their own. Raises InputError as readers do.
    """
    files = (scenario.network, *scenario.additional)
    made = _running(files, tuple(path.stat().st_mtime_ns for path in files))
    ours = folder / RUNNING
    if made is not None:
        ours.write_bytes(made)
    further = [listed(path, folder / f"more-{place}.add.xml") for place, path in enumerate(more) if path is not None]
    return [*scenario.additional, *([ours] if made is not None else []), *further]


@lru_cache(maxsize=4)
def _running(files: tuple[Path, ...], changed_ns: tuple[int, ...]) -> bytes | None:
    return running_file(files[0], files[1:])
