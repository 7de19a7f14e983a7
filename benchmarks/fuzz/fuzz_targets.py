"""What is fuzzed: files of every kind that a user gives, whole ones, each with the commands that read it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from greenband import networks
from greenband.engine.check.check import checked
from greenband.engine.export.exporter import export_as
from greenband.engine.package.zip_bytes import zip_bytes
from greenband.engine.studies.calibration import HCM, Calibration, calibration_toml
from greenband.networks.network import Network
from greenband.networks.plan_file import plan_json
from greenband.networks.sumo.net import read_network

from .fuzz_counts import COMMANDS, counts_tables

ARTERIAL = Path(networks.__file__).parent / "arterial"
STUDY = """schema = 1
name = "fuzzed"
network = "arterial.net.xml"
counts = "counts.csv"
detectors = "detectors.csv"
additional = ["more.add.xml"]
day = "2026-03-03"
rules = "own.toml"
[[periods]]
name = "morning"
begin = "07:00"
end = "08:00"
[options]
seeds = 5
cycles_s = [40, 120]
[gate]
worst_movement_s = 40.0
"""
PACK = """schema = 1
name = "own"
title = "An agency's own"
sources = ["Manual of the agency, 2024"]
[yellow]
kind = "steps"
steps = [[13.9, 3.0], [19.5, 5.0]]
[clearance]
kind = "conflict points"
[green]
shortest_s = 5.0
[pedestrian]
clearance_m_s = 1.0
[limits]
cycle_s = 200
"""
DETECTORS = "detector,lane,position_m,kind\na,J1_J2_1,10,approach\nb,J2_J1_1,10,approach\n"
EVENTS = "TimeStamp,DeviceId,EventId,Parameter\n" + "".join(
    f"2024-05-01 {h:02d}:{m:02d}:00.0,7,{code},1\n" for h in range(3) for m in range(0, 60, 5) for code in (82, 81)
)
AGGREGATES = (
    "TimeStamp,DeviceId,Detector,Total\n"
    "2024-05-01 00:00:00,7,1,5\n2024-05-01 00:00:00,7,2,4\n2024-05-01 00:15:00,7,1,6\n2024-05-01 00:45:00,7,2,2\n"
)
_BINS = ",".join(f"V{k:02d}" for k in range(96))
SCATS = (
    f"NB_SCATS_SITE,QT_INTERVAL_COUNT,NB_DETECTOR,{_BINS},NM_REGION,CT_RECORDS,QT_VOLUME_24HOUR,CT_ALARM_24HOUR\n"
    f"100,2018-01-01 00:00:00,1,{','.join(map(str, range(96)))},REG,96,4560,0\n"
)
PEMS = (
    "02/15/2016 00:05:00,400001,4,101,N,ML,.5,90,50,52,.0412,65.1,10,20,.03,66.0,1,10,32,.05,64.2,0,,,,,\n"
    "02/15/2016 00:10:00,400001,4,101,N,ML,.5,90,100,41,.03,65.0,10,18,.03,66.0,1,10,23,.03,64.0,1,,,,,\n"
)
VOLUMES = (
    "Turning Movement Count\n15 Minute Counts\nDATE,TIME,INTID,NBL,NBT,NBR,SBL,\n"
    '03/02/2026,="0715",5,3,*,7,*,\n03/02/2026,0730,5,4,80,8,*,\n'
)
LOOPS = """<detector>
  <interval begin="0.00" end="300.00" id="a" nVehContrib="4" flow="48.0" occupancy="12.5" speed="9.1" nVehEntered="5"/>
  <interval begin="300.00" end="600.00" id="a" nVehContrib="1" flow="9.0" occupancy="1" speed="9" nVehEntered="1"/>
</detector>
"""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A kind of file: the one that is spoilt, and what is run then; `{out}` is a folder that is not there yet."""

    name: str
    file: str
    command: tuple[str, ...]


_FILES = (
    "day.csv",
    "station.txt",
    "volumes.csv",
    "loops.xml",
    "events.csv",
    "aggregates.csv",
    "table.csv",
    "t.parquet",
)
TARGETS = (
    *(Target(name=name, file=name, command=("rules", ".")) for name in ("study.toml", "own.toml", "calibration.toml")),
    Target(name="network", file="arterial.net.xml", command=("check", ".", "plan.json")),
    Target(name="network, new study", file="arterial.net.xml", command=("study", "new", "{out}", "--net", "{file}")),
    Target(name="network, import", file="arterial.net.xml", command=("import", "{file}", "--out", "{out}")),
    Target(name="additional file", file="more.add.xml", command=("check", ".", "plan.json")),
    Target(name="plan.json", file="plan.json", command=("check", ".", "{file}")),
    Target(name="SUMO plan", file="plan.add.xml", command=("check", ".", "{file}", "--json")),
    Target(name="detectors.csv", file="detectors.csv", command=("counts", ".")),
    Target(name="counts.csv", file="counts.csv", command=("counts", ".")),
    *(Target(name=f"counts, {name}", file=name, command=("counts", "{file}", "--tz", "UTC")) for name in _FILES),
    *(
        Target(name=f"{' '.join(command[:2])}, {name}", file=name, command=command)
        for name in (*_FILES, *counts_tables())
        for command in COMMANDS
        if name != "items.csv"
    ),
    Target(name="UTDF", file="streets.utdf.csv", command=("import", "{file}", "--out", "{out}")),
    Target(name="package", file="plan.zip", command=("package", "verify", "{file}", "--key", "admin.pub")),
    Target(name="public key", file="admin.pub", command=("package", "verify", "plan.zip", "--key", "{file}")),
)


def is_table(target: Target) -> bool:
    """Return whether a target's file is one of counts."""
    return target.command[0] in ("counts", "forecast") and target.file != "detectors.csv"


def table_targets() -> tuple[Target, ...]:
    """Return the targets whose file is one of counts."""
    return tuple(target for target in TARGETS if is_table(target))


def whole_files() -> dict[str, bytes]:
    """Return the files of a study, and files in every format that is read, all as they should be."""
    network = read_network(ARTERIAL / "arterial.net.xml")
    plan = plan_json(network.running_plan, network, {})
    counts = _counts()
    table = io.BytesIO()
    pl.read_csv(counts).write_parquet(table)
    texts = {
        "study.toml": STUDY, "own.toml": PACK, "detectors.csv": DETECTORS, "day.csv": SCATS, "station.txt": PEMS,
        "volumes.csv": VOLUMES, "loops.xml": LOOPS, "events.csv": EVENTS, "aggregates.csv": AGGREGATES,
        "admin.pub": "0" * 64 + "\n",
    }  # fmt: skip
    return {
        **counts_tables(),
        **{name: text.encode() for name, text in texts.items()},
        "arterial.net.xml": network.path.read_bytes(),
        "more.add.xml": _programs(network),
        "plan.add.xml": _programs(network),
        "plan.json": plan,
        "counts.csv": counts,
        "table.csv": counts,
        "t.parquet": table.getvalue(),
        "calibration.toml": calibration_toml(Calibration.model_validate({"schema": 1, "field": HCM.model_dump()})),
        "streets.utdf.csv": export_as("utdf", checked(network.running_plan, network), network).content,
        "plan.zip": zip_bytes(
            {"manifest.json": b"{}", "manifest.sig": b"0" * 128 + b"\n", "files/sumo/a.xml": b"<a/>"}
        ),
    }


def _programs(network: Network) -> bytes:
    return export_as("sumo", checked(network.running_plan, network), network).content


def _counts() -> bytes:
    rng = np.random.default_rng(1)
    rows = [
        f"{name},2026-03-{day:02d}T{hour:02d}:{minute:02d}:00,900,{rng.poisson(40)}"
        for name in "ab"
        for day in (1, 2)
        for hour in range(24)
        for minute in (0, 15, 30, 45)
    ]
    return "\n".join(["detector,start,interval_s,count", *rows, ""]).encode()
