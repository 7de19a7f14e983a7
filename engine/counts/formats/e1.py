"""Outputs of SUMO's induction loops (E1), read piece by piece."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
from lxml import etree

from ....networks.errors import InputError
from ....networks.files import require_file
from ..files.packed import require_modest
from .counts_format import How, Rows
from .opening import Opening

PIECE = 200_000
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "detector": pl.String,
    "start": pl.Datetime("us"),
    "interval_s": pl.Int32,
    "count": pl.Float64,
    "occupancy": pl.Float32,
    "speed": pl.Float32,  # m/s
}


def recognises(opening: Opening) -> bool:
    """Return whether it is XML with detectors or intervals in it."""
    return opening.is_xml and any("<detector" in line or "<interval" in line for line in opening.lines)


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of an E1 output, written to files of their own: they need not be in memory together."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    for k, frame in enumerate(read_e1(path, how.day)):
        frame.write_parquet(folder / f"{k:06d}.parquet")
    return Rows(table=pl.scan_parquet(folder / "*.parquet"))


def read_e1(path: Path, first_day: date | None) -> Iterator[pl.DataFrame]:
    """Yield an E1 output as pieces of the long table; second 0 of the simulation is midnight of `first_day`.

    The count is `nVehEntered`, the vehicles that came onto the loop, else `nVehContrib`, those that left it; speed is
    empty where no vehicle was (SUMO writes -1). A last interval that is cut short is left out.

    Raises InputError with the line for broken XML, another root, or an attribute that is missing or no number; and
    without a day.
    """
    if first_day is None:
        raise InputError(
            where=str(path),
            found="seconds of a simulation",
            rule="counts are of a day",
            fix="say the day of second 0: --day 2026-03-02",
        )
    midnight = datetime.combine(first_day, time())
    rows: list[tuple[object, ...]] = []
    length: dict[str, int] = {}
    for element in _intervals(path):
        row = _row(element, path, midnight)
        usual = length.setdefault(str(row[0]), int(str(row[2])))
        if row[2] == usual:
            rows.append(row)
        if len(rows) >= PIECE:
            yield pl.DataFrame(rows, SCHEMA, orient="row")
            rows = []
    yield pl.DataFrame(rows, SCHEMA, orient="row")


def _intervals(path: Path) -> Iterator[etree._Element]:
    require_modest(require_file(path, "an E1 output"))
    with open(path, "rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path, "rb") if packed else open(path, "rb") as file:
            parser = etree.iterparse(file, events=("start", "end"), resolve_entities=False, no_network=True)
            _, root = next(parser)
            if root.tag != "detector":
                raise InputError(
                    where=f"{path}, line {root.sourceline}",
                    found=f"<{root.tag}>",
                    rule="an output of induction loops starts with <detector>",
                    fix="give the right file",
                )
            for event, element in parser:
                if event == "end" and element.tag == "interval":
                    yield element
                    root.clear()
    except (etree.XMLSyntaxError, OSError, EOFError, StopIteration) as error:
        line = getattr(error, "lineno", None)
        raise InputError(
            where=f"{path}, line {line}" if line else str(path),
            found=f"broken XML ({getattr(error, 'msg', error)})",
            rule="an E1 output must be well-formed XML",
            fix="let the simulation end, or copy the file again",
        ) from error


def _row(element: etree._Element, path: Path, midnight: datetime) -> tuple[object, ...]:
    counted = "nVehEntered" if element.get("nVehEntered") is not None else "nVehContrib"
    try:
        begin, end = float(str(element.get("begin"))), float(str(element.get("end")))
        name, veh = element.attrib["id"], float(str(element.get(counted)))
        occupancy, speed = float(element.get("occupancy", "nan")), float(element.get("speed", "-1"))
    except (ValueError, KeyError) as error:
        raise InputError(
            where=f"{path}, line {element.sourceline}",
            found=f"an interval without a proper {error}",
            rule="an interval has begin, end, id and nVehContrib or nVehEntered",
            fix="write the output again",
        ) from error
    return (
        str(name),
        midnight + timedelta(seconds=begin),
        round(end - begin),
        veh,
        occupancy / 100 if occupancy == occupancy else None,
        speed if speed >= 0 else None,
    )
