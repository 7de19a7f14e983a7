"""A study from a UTDF file alone: network, running programs, detectors, counts made of the volumes, and the plan."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ...networks.errors import InputError
from ...networks.files import xml_bytes
from ...networks.folders import folder_atomically
from ...networks.plan_file import plan_json
from ...networks.progress import Hear, unheard
from ...networks.study_toml import FirstPeriod, study_toml
from ...networks.sumo.net import read_network
from ...networks.utdf.cells import Cells
from ...networks.utdf.signals import UtdfController, controllers
from ...networks.utdf.tables import UtdfFile, read_utdf
from ...simulation.binaries import child_environment, find_binary
from ...simulation.loops import place_loops
from .remarks import Remark
from .utdf_clock import fitted
from .utdf_counts import DAYS, counts_csv, lane_flows
from .utdf_lamps import with_starts
from .utdf_minimums import junctions_toml, least_greens, short_greens
from .utdf_plain import connections_xml, edges_xml, nodes_xml, signals_xml
from .utdf_reading import remarks_of
from .utdf_scenario import HOUR_S, is_metric, scenario
from .utdf_streets import Streets, streets_of

NETWORK = "streets.net.xml"
MOST_GROWTH = 1000  # percent
NETCONVERT = ("--no-turnarounds=true", "--xml-validation=never", "--offset.disable-normalization=true")
MADE_COUNTS = "made of the file's hourly volumes, not measured: replace them with counts of your loops"


def import_utdf(
    path: Path, out: Path, seed: int = 1, hear: Hear = unheard
) -> tuple[dict[str, int], tuple[Remark, ...]]:
    """Write a study made of a UTDF file, and return how many signals, streets and detectors it has, and the remarks.

    `hear` is told what was guessed or is unsafe in the programs that run. Raises InputError if the file lacks a
    section, is broken, or netconvert cannot build the network.
    """
    source = str(path)
    file = read_utdf(path)
    read = controllers(file, source)
    timed = {name: fitted(with_starts(found), source) for name, found in read.items()}
    signals = {name: controller for name, (controller, _) in timed.items()}
    streets = streets_of(file, signals, source)
    begin_s, day, guessed = scenario(file, source)
    told = [*is_metric(file, source)[1], *guessed, *(remark for _, remarks in timed.values() for remark in remarks)]
    told += remarks_of(file, read, signals, streets, source)
    growth = _growth(file, source)
    with folder_atomically(out) as folder:
        (folder / NETWORK).write_bytes(build_network(_plain(streets, signals), source))
        network = read_network(folder / NETWORK)
        for sentence in network.reading:
            hear(sentence)
        greens, times = least_greens(network, streets, signals, source)
        told += short_greens(network.junctions, greens)
        loops = place_loops(network)
        about = {"study": _name(path), "period": "as imported"}
        files = {
            "counts.csv": counts_csv(loops, lane_flows(streets, growth), day, begin_s, begin_s + HOUR_S, seed),
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
        if greens or times:
            files["junctions.toml"] = junctions_toml(path.name, greens, times)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    made = {"signals": len(network.junctions), "streets": len(streets.streets), "detectors": len(loops), "days": DAYS}
    return made, tuple(told)


def _plain(streets: Streets, signals: Mapping[str, UtdfController]) -> dict[str, bytes]:
    return {
        "nod": xml_bytes(nodes_xml(streets)),
        "edg": xml_bytes(edges_xml(streets)),
        "con": xml_bytes(connections_xml(streets)),
        "tll": xml_bytes(signals_xml(streets, dict(signals))),
    }


def _name(path: Path) -> str:
    return path.name.split(".")[0][:60] or "study"


def _detectors(loops: tuple) -> bytes:
    text = io.StringIO()
    rows = [(loop.id, loop.lane, loop.position_m, loop.kind) for loop in loops]
    csv.writer(text, lineterminator="\n").writerows([("detector", "lane", "position_m", "kind"), *rows])
    return text.getvalue().encode()


def _own_words(said: str) -> str:
    """Return the first line of what netconvert says, with the file's sections in place of our scratch files."""
    first = said.strip().splitlines()[0] if said.strip() else "no network"
    for kind, section in {"nod": "[Nodes]", "edg": "[Links]", "con": "[Lanes]", "tll": "[Phases]"}.items():
        first = first.replace(f"plain.{kind}.xml", section)
    return first[:300]


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
                found=f"netconvert: {_own_words(done.stderr)}",
                rule="nodes, links and lanes make a network",
                fix="correct the file where netconvert says",
            )
        content = (folder / NETWORK).read_bytes()
    return re.sub(rb"<!--.*?-->\s*", b"", content, flags=re.DOTALL)


def _growth(file: UtdfFile, source: str) -> dict[tuple[str, str], float]:
    """Return the growth factors of volumes, which the file has in percent."""
    lanes = file.section("Lanes")
    found: dict[tuple[str, str], float] = {}
    if lanes is None:
        return found
    for intid, records in lanes.records.items():
        cells = Cells(section=lanes, source=source, intid=intid)
        for column in records.get("Growth", {}):
            value = cells.number("Growth", column, most=MOST_GROWTH, units=("%",))
            if value:
                found[intid, column] = value / 100
    return found
