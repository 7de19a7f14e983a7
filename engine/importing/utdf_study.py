"""A study from a UTDF file alone: network, running programs, detectors, counts made of the volumes, and the plan."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from ...networks.errors import InputError
from ...networks.files import xml_bytes
from ...networks.folders import folder_atomically
from ...networks.plan_file import plan_json
from ...networks.study_toml import FirstPeriod, study_toml
from ...networks.sumo.net import read_network
from ...networks.utdf.signals import controllers, number
from ...networks.utdf.tables import UtdfFile, read_utdf
from ...simulation.binaries import child_environment, find_binary
from ...simulation.loops import place_loops
from .utdf_counts import DAYS, counts_csv, lane_flows
from .utdf_lamps import with_starts
from .utdf_plain import connections_xml, edges_xml, nodes_xml, signals_xml
from .utdf_streets import streets_of

NETWORK = "streets.net.xml"
FIRST_HOUR_S, HOUR_S = 8 * 3600, 3600
NETCONVERT = ("--no-turnarounds=true", "--xml-validation=never", "--offset.disable-normalization=true")
MADE_COUNTS = "made of the file's hourly volumes, not measured: replace them with counts of your loops"


def import_utdf(path: Path, out: Path, seed: int = 1) -> dict[str, int]:
    """Write a study made of a UTDF file, and return how many signals, streets and detectors it has.

    Raises InputError if the file lacks a section, is broken, or netconvert cannot build the network.
    """
    file = read_utdf(path)
    signals = {name: with_starts(found) for name, found in controllers(file, str(path)).items()}
    streets = streets_of(file, signals, str(path))
    plain = {
        "nod": xml_bytes(nodes_xml(streets)),
        "edg": xml_bytes(edges_xml(streets)),
        "con": xml_bytes(connections_xml(streets)),
        "tll": xml_bytes(signals_xml(streets, signals)),
    }
    begin_s, day = _scenario(file)
    with folder_atomically(out) as folder:
        (folder / NETWORK).write_bytes(build_network(plain, str(path)))
        network = read_network(folder / NETWORK)
        loops = place_loops(network)
        flows = lane_flows(streets, _growth(file))
        about = {"study": _name(path), "period": "as imported"}
        files = {
            "counts.csv": counts_csv(loops, flows, day, begin_s, begin_s + HOUR_S, seed),
            "detectors.csv": _detectors(loops),
            "plan.json": plan_json(network.running_plan, network, about),
            "study.toml": study_toml(
                name=_name(path),
                network=NETWORK,
                day=day.isoformat(),
                about_counts=MADE_COUNTS,
                periods=[FirstPeriod(name="scenario hour", begin_s=begin_s, end_s=begin_s + HOUR_S)],
            ),
        }
        for name, content in files.items():
            (folder / name).write_bytes(content)
    return {"signals": len(network.junctions), "streets": len(streets.streets), "detectors": len(loops), "days": DAYS}


def _name(path: Path) -> str:
    return path.name.split(".")[0][:60] or "study"


def _detectors(loops: tuple) -> bytes:
    text = io.StringIO()
    rows = [(loop.id, loop.lane, loop.position_m, loop.kind) for loop in loops]
    csv.writer(text, lineterminator="\n").writerows([("detector", "lane", "position_m", "kind"), *rows])
    return text.getvalue().encode()


def build_network(plain: Mapping[str, bytes], source: str) -> bytes:
    """Return the network that netconvert builds of plain XML. Raises InputError with its words if it cannot."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = {"nod": "--node-files", "edg": "--edge-files", "con": "--connection-files", "tll": "--tllogic-files"}
        command = [str(find_binary("netconvert")), *NETCONVERT, "--output-file", NETWORK]
        for kind, option in options.items():
            (folder / f"plain.{kind}.xml").write_bytes(plain[kind])
            command += [option, f"plain.{kind}.xml"]
        done = subprocess.run(command, cwd=folder, env=child_environment(), capture_output=True, text=True)
        if done.returncode or not (folder / NETWORK).is_file():
            raise InputError(
                where=source,
                found=f"netconvert: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else 'no network'}",
                rule="nodes, links and lanes make a network",
                fix="correct the file where netconvert says",
            )
        content = (folder / NETWORK).read_bytes()
    return re.sub(rb"<!--.*?-->\s*", b"", content, flags=re.DOTALL)


def _scenario(file: UtdfFile) -> tuple[int, date]:
    """Return the hour that the scenario is for, and the working day after its date; else 8:00 on a Wednesday."""
    network = file.section("Network")
    values = {row[0]: row[1] for row in network.rows if len(row) > 1} if network else {}
    time = re.fullmatch(r"(\d{1,2}):(\d\d)\s*(am|pm)?", values.get("ScenarioTime", "").strip().lower())
    begin_s = FIRST_HOUR_S
    if time:
        begin_s = (int(time[1]) % 12 + (12 if time[3] == "pm" else 0) if time[3] else int(time[1])) * 3600
    parts = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", values.get("ScenarioDate", "").strip())
    day = date(2026, 3, 4)
    if parts:
        try:
            day = date(int(parts[3]), int(parts[1]), int(parts[2]))
        except ValueError:
            return begin_s, day
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return min(begin_s, 23 * 3600), day


def _growth(file: UtdfFile) -> dict[tuple[str, str], float]:
    """Return the growth factors of volumes, which the file has in percent."""
    lanes = file.section("Lanes")
    found = {}
    for intid, records in lanes.records.items() if lanes else ():
        for column, text in records.get("Growth", {}).items():
            value = number(text)
            if value:
                found[intid, column] = value / 100
    return found
