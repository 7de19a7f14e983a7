"""`greenband benchmark fuzz`: malformed files of every kind end in one clear error."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .fuzz_cases import Tried


def fuzz(
    minutes: Annotated[float, typer.Option(min=0, help="How long.")] = 10.0,
    seed: Annotated[int, typer.Option(min=0, help="Of what is spoilt.")] = 1,
    case: Annotated[int | None, typer.Option(min=0, help="This case alone; its files are kept in --keep.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the files of cases that ended badly here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Give spoilt files to the commands that read them: no traceback, no hang, 2 GiB at most, and exit code 2."""
    os.environ.setdefault("POLARS_MAX_THREADS", "2")  # each thread takes address space, which is limited
    from .fuzz_cases import cases, tried, whole
    from .fuzz_run import import_all
    from .fuzz_targets import TARGETS, whole_files

    import_all()
    with tempfile.TemporaryDirectory(prefix="greenband-fuzz-") as name:
        folder = Path(name) / "case"
        folder.mkdir()
        files = _made_apart(whole_files)
        unread = [t for target in TARGETS if (t := whole(files, folder, target)).wrong]
        if case is not None:
            found = tried(files, folder, seed, case)
            _keep(found, folder, keep)
            typer.echo(f"{found.target.name}, {found.what}: {found.ended}\n{found.wrong or 'as it should'}")
            raise typer.Exit(1 if found.wrong else 0)
        ends: Counter[str] = Counter()
        bad, slowest_s, most_bytes, until_s = list(unread), 0.0, 0, time.monotonic() + 60 * minutes
        for one in cases(files, folder, seed):
            ends[f"exit code {one.ended.code}"] += 1
            slowest_s, most_bytes = max(slowest_s, one.ended.processor_s), max(most_bytes, one.ended.memory_bytes)
            if one.wrong:
                bad.append(one)
                _keep(one, folder, keep)
                typer.echo(f"case {one.number}, {one.target.name}, {one.what}: {one.wrong}", err=True)
            if time.monotonic() > until_s:
                break
    told = {
        "cases": sum(ends.values()),
        "ends": dict(sorted(ends.items())),
        "bad": [f"case {one.number}, {one.target.name}, {one.what}: {one.wrong}" for one in bad],
        "most_processor_s": round(slowest_s, 2),
        "most_memory_mib": most_bytes >> 20,
    }
    typer.echo(json.dumps(told, sort_keys=True) if as_json else "\n".join(f"{k}: {v}" for k, v in told.items()))
    if bad:
        raise typer.Exit(1)


def _made_apart(make: object) -> dict[str, bytes]:
    """Return what a function returns in a process of its own: it may start threads, which a fork would lose."""
    import pickle

    assert callable(make)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(make(), pipe)
            pipe.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(content)


def _keep(one: Tried, folder: Path, keep: Path | None) -> None:
    if keep is None:
        return
    import shutil

    target = keep / f"{one.number}"
    target.mkdir(parents=True, exist_ok=True)
    source = folder / "study" / one.target.file
    if source.is_file() and source.stat().st_size < 1 << 20:
        shutil.copy(source, target / one.target.file)
    (target / "said.txt").write_text(f"{one.target.command}\n{one.wrong}\n{one.ended.said}")
