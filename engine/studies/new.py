"""Laying out a study for a network: what can be filled in is, and the rest is there to be completed."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

from ...networks.errors import InputError
from ...networks.files import read_bytes
from ...networks.folders import folder_atomically
from ...networks.sumo.net import read_network
from ...simulation.loops import place_loops

TEMPLATE = """schema = 1
name = {name}
network = {network}
{counts}detectors = "detectors.csv"  # lists where loops are usually wanted: keep those you have, with your names
day = "{day}"  # the day to be planned

[[periods]]
name = "morning"
begin = "07:00"
end = "08:00"
"""


def new_study(folder: Path, net: Path, counts: Path | None) -> None:
    """Write `study.toml`, `detectors.csv` and copies of the network and the counts into a new folder.

    Raises InputError if the folder already holds a study, or if the network or the counts cannot be read.
    """
    if (folder / "study.toml").exists():
        raise InputError(
            where=str(folder),
            found="a study.toml",
            rule="a new study never overwrites one",
            fix="name another folder",
        )
    network = read_network(net)
    files = {net.name: net.read_bytes()}
    if counts is not None:
        read_bytes(counts, "the table of counts")
        files["counts" + "".join(counts.suffixes)] = counts.read_bytes()
    named = [name for name in files if name.startswith("counts")]
    files["study.toml"] = TEMPLATE.format(
        name=json.dumps(folder.name[:60] or "study"),
        network=json.dumps(net.name),
        counts=f"counts = {json.dumps(named[0])}\n" if named else 'counts = "counts.csv"\n',
        day=date.today().isoformat(),
    ).encode()
    text = io.StringIO()
    rows = [(loop.id, loop.lane, loop.position_m, loop.kind) for loop in place_loops(network)]
    csv.writer(text, lineterminator="\n").writerows([("detector", "lane", "position_m", "kind"), *rows])
    files["detectors.csv"] = text.getvalue().encode()
    with folder_atomically(folder) as scratch:
        for name, content in files.items():
            (scratch / name).write_bytes(content)
