"""Tables of counts to be spoilt, in the ways in which they really come, and the three commands that read them."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta

from .fuzz_packed import zip_of
from .fuzz_workbook import workbook

COMMANDS = (
    ("counts", "{file}", "--tz", "UTC"),
    ("counts", "import", "{file}", "--tz", "UTC", "--out", "{out}/c.csv"),
    ("forecast", "--counts", "{file}", "--items", "items.csv", "--out", "{out}/p.csv"),
)
FIRST = datetime(2026, 3, 2)
ITEMS = b"series,origin,task\na,2026-03-04T08:00:00,next60\na,2026-03-05T00:00:00,peakAM\n"


def counts_tables() -> dict[str, bytes]:
    """Return small tables of counts, all as they should be."""
    lines = {
        "us_dates.csv": _long("detector,start,interval_s,count", "%m/%d/%y %H:%M", "15 min"),
        "german_dates.csv": _long("detector,start,interval_s,count", "%d.%m.%Y %H:%M", "900"),
        "offsets.csv": _long("detector,start,interval_s,count", "%Y-%m-%dT%H:%M:%SZ", "900"),
        "classes.csv": _classes(),
        "two_lengths.csv": _two_lengths(),
        "no_length.csv": _no_length(),
        "station_hour.txt": _station_hours(),
        "wide.csv": _wide(),
        "comma.csv": _decimal_comma(),
        "turns.csv": _turns(),
    }
    tables = {name: ("\n".join(rows) + "\n").encode() for name, rows in lines.items()}
    packed = {
        "packed.csv.gz": gzip.compress(tables["offsets.csv"], mtime=0),
        "packed.zip": zip_of({"counts.csv": tables["german_dates.csv"]}),
        "book.xlsx": workbook([line.split(",") for line in _wide()]),
        "utf16.csv": tables["wide.csv"].decode().replace("L1", "路口").encode("utf-16"),
    }
    return tables | packed | {"items.csv": ITEMS}


def _stamps(bins: int = 16 * 18, step_s: int = 900) -> list[datetime]:
    return [FIRST + timedelta(seconds=step_s * k) for k in range(bins)]


def _long(header: str, form: str, length: str) -> list[str]:
    return [header, *(f"{name},{t.strftime(form)},{length},{7 + t.hour}" for t in _stamps() for name in "ab")]


def _classes() -> list[str]:
    rows = [f"a,{kind},{t.isoformat()},900,{t.hour}" for t in _stamps() for kind in ("car", "bus")]
    return ["detector,class,start,interval_s,count", *rows]


def _two_lengths() -> list[str]:
    fine = [t + timedelta(days=3) for t in _stamps(288, 300)]
    rows = [f"a,{t.isoformat()},900,{t.hour}" for t in _stamps()] + [f"a,{t.isoformat()},300,{t.hour}" for t in fine]
    return ["series,start,interval_s,count", *rows]


def _no_length() -> list[str]:
    rows = [f"{t:%Y-%m-%d %H:%M:%S},7,{channel},{1 + t.hour}" for t in _stamps() for channel in (1, 2)]
    return ["TimeStamp,DeviceId,Detector,Total", *rows]


def _station_hours() -> list[str]:
    delays, empty = "0,0,0,0,0,0", ",".join([""] * 18)
    return [
        f"{t:%m/%d/%Y %H:%M:%S},900001,4,80,W,ML,.5,360,100,{2 * t.hour + 5},.05,62,{delays},{t.hour},.04,61,"
        f"{t.hour + 5},.05,61,{empty}"
        for t in _stamps(72, 3600)
    ]


def _wide() -> list[str]:
    return ["timestamp,L1,L2,L3", *(f"{t:%d/%m/%Y %H:%M},{t.hour},{t.hour + 1},3" for t in _stamps())]


def _decimal_comma() -> list[str]:
    rows = [f"{name};{t:%d.%m.%Y %H:%M};900;{7 + t.hour},5" for t in _stamps() for name in ("Süd", "Nord")]
    return ["# Zählstellen", "detector;start;interval_s;count", *rows]


def _turns() -> list[str]:
    return ["Date,Time,NBL,NBT,NBR,SBT", *(f"{t:%Y-%m-%d,%H:%M},{t.hour},{2 * t.hour},3,4" for t in _stamps(96))]
