"""UTD19, loop detectors of forty cities: `day,interval,detid,flow,occ,error,city,speed`.

The publisher (A. Loder, L. Ambühl, M. Menendez, K. W. Axhausen, Understanding traffic capacity of urban networks,
Scientific Reports 9, 2019; utd19.ethz.ch) says: `interval` is the beginning of the bin in seconds after midnight,
`flow` vehicles an hour, `occ` the share of time that the detector was covered, `error` 1 where the value is faulty.
Bins last as long as each detector's stamps are apart, three to sixty minutes.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ..counts_format import How, Rows
from ..mapped import read_mapped
from ..mapping import Mapping
from ..opening import Opening
from ..scanned import collected, columns_of, scan


def recognises(opening: Opening) -> bool:
    """Return whether days, seconds, detectors and flows are there."""
    return opening.has(("day",), ("interval",), ("detid",), ("flow",))


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts; of several cities, detectors are named CITY/DETID."""
    scanned = scan(path)
    there = {name.strip().lower(): name for name in columns_of(scanned)}
    several = "city" in there and collected(scanned.rows.select(pl.col(there["city"]).n_unique()), path).item() > 1
    detector = (there["city"],) if several else ()
    mapping = Mapping(
        detector=(*detector, there["detid"]),
        start=(there["day"], there["interval"]),
        clock="seconds",
        count=(there["flow"],),
        unit="veh/h",
        occupancy=there.get("occ"),
        fault=there.get("error"),
    )
    told = ["flow is vehicles an hour: counts are flow times the bin's length", "interval is seconds after midnight"]
    if "error" in there:
        told.append("rows with error other than 0 are missing counts")
    return read_mapped(path, mapping, how, tuple(told))
