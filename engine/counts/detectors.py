"""The detectors file: `detector,lane,position_m,kind`."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import get_args

from ...networks.detector import Detector, DetectorKind, usual_position_m
from ...networks.errors import InputError
from ...networks.files import read_bytes
from ...networks.junction import Lane
from ...networks.network import Network

COLUMNS = ("detector", "lane", "position_m", "kind")
KINDS: dict[str, DetectorKind] = {kind: kind for kind in get_args(DetectorKind)}


def read_detectors(path: Path, network: Network) -> tuple[Detector, ...]:
    """Return the detectors of a study in the file's order; one without a position lies where loops usually do.

    Raises InputError with the line for a missing column, a lane that is not in the network or not for vehicles, a
    position that is no place on it, an unknown kind, or a detector that stands there twice.
    """
    lanes = {lane.id: lane for edge in network.edges.values() for lane in edge.lanes}
    detectors: dict[str, Detector] = {}
    for line, row in _rows(path):
        detector = _detector(row, lanes, f"{path}, line {line}")
        if detector.id in detectors:
            raise InputError(
                where=f"{path}, line {line}",
                found=f"detector {detector.id} again",
                rule="each detector has one line",
                fix="delete one of the lines, or name the second detector otherwise",
            )
        detectors[detector.id] = detector
    if not detectors:
        raise InputError(
            where=str(path), found="no detector", rule="a study has detectors", fix="list them, one a line"
        )
    return tuple(detectors.values())


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = read_bytes(path, "the list of detectors").decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text), strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            where=str(path),
            found=f"no CSV text ({error})",
            rule="the list of detectors is CSV in UTF-8",
            fix="save it so",
        ) from error
    absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if absent:
        raise InputError(
            where=f"{path}, line 1",
            found="no column " + ", ".join(absent),
            rule="the columns are " + ",".join(COLUMNS),
            fix="add what is missing",
        )
    for line, row in rows:
        if None in row:
            raise InputError(
                where=f"{path}, line {line}",
                found="more values than columns",
                rule="the columns are " + ",".join(reader.fieldnames or ()),
                fix="take the surplus out, or put values with commas into quotes",
            )
    return rows


def _detector(row: dict[str, str], lanes: dict[str, Lane], where: str) -> Detector:
    name, lane, kind = ((row[column] or "").strip() for column in ("detector", "lane", "kind"))
    if not name:
        raise InputError(where=where, found="no name", rule="every detector has a name", fix="give it one")
    if lane not in lanes or not (lanes[lane].vehicles or lanes[lane].others):
        raise InputError(
            where=where,
            found=f"detector {name} on lane '{lane}'",
            rule="a detector lies on a lane for vehicles of the network",
            fix="correct the lane, or give the network that has it",
        )
    if kind not in KINDS:
        raise InputError(
            where=where,
            found=f"detector {name} of kind '{kind}'",
            rule="a detector is of kind " + ", ".join(KINDS),
            fix="correct the kind",
        )
    if not (row["position_m"] or "").strip():
        at_m = usual_position_m(KINDS[kind], lanes[lane].length_m)
        return Detector(id=name, lane=lane, position_m=at_m, kind=KINDS[kind], placed=True)
    return Detector(id=name, lane=lane, position_m=_position(row, lanes[lane], where), kind=KINDS[kind])


def _position(row: dict[str, str], lane: Lane, where: str) -> float:
    text = (row["position_m"] or "").strip()
    try:
        position_m = float(text)
    except ValueError:
        position_m = float("nan")
    if not 0 <= position_m <= lane.length_m:
        raise InputError(
            where=where,
            found=f"position '{text}'",
            rule=f"a position lies on the lane: from 0 to {lane.length_m} m",
            fix="correct the position; it is counted from the start of the lane",
        )
    return position_m
