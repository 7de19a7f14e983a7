"""Cases of fuzzing: a file spoilt, the command that reads it, and what is wrong with how the command ended."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .fuzz_hostile import HOSTILE, inside
from .fuzz_mutate import no_file, spoilt
from .fuzz_run import OF_A_FILE, Ended, Limits, emptied, run
from .fuzz_targets import TARGETS, Target, is_table

FINE = frozenset((0, 2, 3))
NO_FILE_SHARE = 0.04
SIMULATOR_FELL = "failed: the simulator ended with code -"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A case by its number (the same for the same seed), how it ended, and what is wrong with that, if anything."""

    number: int
    target: Target
    what: str
    ended: Ended
    wrong: str | None

    @property
    def told(self) -> str:
        """The case and what is wrong with it, for people."""
        return f"case {self.number}, {self.target.name}, {self.what}: {self.wrong}"

    @property
    def simulator_fell(self) -> bool:
        """Whether SUMO itself crashed and the command said so: no fault of the command."""
        return self.ended.code == 1 and SIMULATOR_FELL in self.ended.said


def tried(
    files: Mapping[str, bytes],
    folder: Path,
    seed: int,
    number: int,
    targets: Sequence[Target] = TARGETS,
    limits: Limits = OF_A_FILE,
) -> Tried:
    """Return what came of one case; files that hold tables of counts are spoilt in the ways of tables, too."""
    rng = random.Random(f"{seed} {number}")
    target = targets[number % len(targets)]
    place = folder / "study"
    emptied(place)
    for name, content in files.items():
        (place / name).write_bytes(content)
    if rng.random() < NO_FILE_SHARE:
        what = no_file(place / target.file, rng)
    else:
        what, content = _spoilt(files[target.file], target, rng)
        (place / target.file).write_bytes(content)
    return _ended(target, what, folder, number, limits)


def _spoilt(content: bytes, target: Target, rng: random.Random) -> tuple[str, bytes]:
    """Return what was done to a content, and what came of it."""
    if not is_table(target) or rng.random() < 0.5:
        return "spoilt", inside(content, rng, spoilt) if rng.random() < 0.5 else spoilt(content, rng)
    hostile = rng.choice(HOSTILE)
    return f"hostile ({hostile.__name__.strip('_')})", hostile(content, rng)


def whole(files: Mapping[str, bytes], folder: Path, target: Target) -> Tried:
    """Return what comes of a target whose file is as it should be."""
    emptied(folder / "study")
    for name, content in files.items():
        (folder / "study" / name).write_bytes(content)
    return _ended(target, "whole", folder, -1)


def _ended(target: Target, what: str, folder: Path, number: int, limits: Limits = OF_A_FILE) -> Tried:
    place = folder / "study"
    before = sorted(path.name for path in folder.rglob("*"))
    command = [word.format(file=target.file, out="../out") for word in target.command]
    ended = run(command, place, folder.parent / f"{folder.name}.said", limits)
    after = sorted(path.name for path in folder.rglob("*"))
    wrong = wrong_with(ended, limits, written=before != after)
    emptied(folder / "out")
    (folder / "out").rmdir()
    return Tried(number=number, target=target, what=what, ended=ended, wrong=wrong)


def wrong_with(ended: Ended, limits: Limits, *, written: bool) -> str | None:
    """Return what is wrong with how a command ended, if anything; `written` where it wrote though it may not have."""
    if "Traceback" in ended.said or "panicked" in ended.said:
        return "a traceback"
    if ended.code not in FINE and not (ended.code == 1 and SIMULATOR_FELL in ended.said):
        return f"exit code {ended.code}"
    if ended.code == 2 and "rror" not in ended.said:
        return "exit code 2 without a word"
    if ended.code == 2 and written:
        return "something written, though the input was refused"
    if ended.processor_s > limits.processor_s:
        return f"{ended.processor_s:.0f} s of processor time"
    if ended.memory_bytes > limits.memory_bytes:
        return f"{ended.memory_bytes >> 20} MiB of memory"
    return None
