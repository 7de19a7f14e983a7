"""Dublin's hourly SCATS volumes: `End_Time,Region,Site,Detector,Sum_Volume,Avg_Volume`.

The publisher (Dublin City Council, "Traffic volumes from SCATS", data.smartdublin.ie) says: `End_Time` is the end of
the hour, `Sum_Volume` the vehicles in it, `Avg_Volume` their mean over intervals of five minutes.
"""

from __future__ import annotations

from pathlib import Path

from ..counts_format import How, Rows
from ..mapped import read_mapped
from ..mapping import Mapping
from ..opening import Opening
from ..scanned import columns_of, scan

END, SITE, DETECTOR, SUM = "end_time", "site", "detector", "sum_volume"


def recognises(opening: Opening) -> bool:
    """Return whether the ends of bins, sites, detectors and sums are there."""
    return opening.has((END,), (SITE,), (DETECTOR,), (SUM,))


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts; detectors are named SITE/DETECTOR."""
    there = {name.strip().lower(): name.strip() for name in columns_of(scan(path))}
    mapping = Mapping(
        detector=(there.get(SITE, "Site"), there.get(DETECTOR, "Detector")),
        start=(there.get(END, "End_Time"),),
        stamp="end",
        count=(there.get(SUM, "Sum_Volume"),),
    )
    told = ("End_Time is the end of a bin: counts are of the bin before it", "Avg_Volume is not used")
    return read_mapped(path, mapping, how, told)
