"""Exports of German cities' traffic detection: `mq_name;tag;stunde;qualitaet;q_kfz_mq_hr;…`, a row for an hour.

Berlin's readme of these files ("Verkehrsdetektion Berlin"): `stunde` 8 is 08:00 to 08:59; `qualitaet` the share of
faultless intervals in the hour; `q_kfz` all motor vehicles in the hour, `q_pkw` the cars and `q_lkw` the lorries among
them. `detid_15` is a detector on one lane, `mq_name` a section: all lanes of a direction together.
"""

from __future__ import annotations

from pathlib import Path

from .....networks.errors import InputError
from ..counts_format import How, Rows
from ..mapped import read_mapped
from ..mapping import Mapping
from ..opening import Opening
from ..scanned import columns_of, scan

SECTIONS = ("mq_name", "mq_id", "mq_id15", "messquerschnitt")
DETECTORS = ("detid_15", "detid", "det_id15")
DAY, HOUR, QUALITY = "tag", "stunde", "qualitaet"
INTERVAL_S = 3600


def recognises(opening: Opening) -> bool:
    """Return whether the columns of a place, a day and an hour are there, and one of flows."""
    flows = any(name.lower().startswith("q_") for name in opening.columns)
    return flows and opening.has((*DETECTORS, *SECTIONS), (DAY,), (HOUR,))


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of all motor vehicles; of cars and lorries together where there is no column of all."""
    there = {name.strip().lower(): name.strip() for name in columns_of(scan(path))}
    place = next((there[name] for name in (*DETECTORS, *SECTIONS) if name in there), None)
    counts = _flows(there)
    if place is None or not counts or DAY not in there or HOUR not in there:
        raise InputError(
            where=f"{path}, line 1",
            found="the columns " + ", ".join(there.values()),
            rule="an export has detid_15 or mq_name, tag, stunde, and q_kfz_… or q_pkw_… and q_lkw_…",
            fix="name the right --format, or add what is missing",
        )
    mapping = Mapping(
        detector=(place,),
        start=(there[DAY], there[HOUR]),
        clock="hours",
        count=counts,
        interval_s=INTERVAL_S,
        observed=there.get(QUALITY),
    )
    told = [f"{place} are detectors, {' + '.join(counts)} vehicles in the hour that begins at {there[HOUR]}"]
    if place.lower() in SECTIONS:
        told.append(f"{place} are sections: the lanes of a direction together")
    return read_mapped(path, mapping, how, tuple(told))


def _flows(there: dict[str, str]) -> tuple[str, ...]:
    total = [there[name] for name in there if name.startswith("q_kfz")]
    parts = [there[name] for name in there if name.startswith(("q_pkw", "q_lkw"))]
    return tuple(total[:1] or parts)
