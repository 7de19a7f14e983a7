"""Tables written by the ending of their names, whole or not at all: Parquet, CSV, CSV packed by gzip."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl

from ...networks.errors import InputError

ENDINGS = (".parquet", ".csv", ".csv.gz")
STAMP = "%Y-%m-%dT%H:%M:%S"


def require_ending(path: Path) -> None:
    """Raise InputError for a name that ends in none of the ways that tables are written in."""
    if not path.name.lower().endswith(ENDINGS):
        raise InputError(
            where=str(path),
            found=f"the ending '{path.suffix}'" if path.suffix else "a name without an ending",
            rule="a table is written as its name ends: " + ", ".join(ENDINGS),
            fix=f"name it {path.stem or 'counts'}.parquet or {path.stem or 'counts'}.csv",
        )


def sink_table(rows: pl.LazyFrame, file: Path, name: Path) -> None:
    """Write rows into a file as the name ends, piece by piece."""
    ending = name.name.lower()
    if ending.endswith(".parquet"):
        rows.sink_parquet(file, compression="zstd")
    elif ending.endswith(".csv"):
        rows.sink_csv(file, datetime_format=STAMP)
    else:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".unpacked-", suffix=".csv") as plain:
            rows.sink_csv(plain.name, datetime_format=STAMP)
            with (
                open(plain.name, "rb") as source,
                open(file, "wb") as target,
                gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) as packed,
            ):
                shutil.copyfileobj(source, packed)


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write a table as its name ends, so that it is whole or not there. Raises InputError for another ending."""
    require_ending(path)
    with new_table(path) as file:
        sink_table(table.lazy(), file, path)


@contextmanager
def new_table(path: Path) -> Iterator[Path]:
    """Give a file beside the target that takes its place if the block ends well and wrote it."""
    made = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        yield Path(name)
        if Path(name).stat().st_size:
            os.chmod(name, 0o644)
            os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
        for folder in made:
            with suppress(OSError):
                folder.rmdir()  # if nothing came of it
