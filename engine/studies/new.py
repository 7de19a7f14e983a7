"""Laying out a study for a network: what can be filled in is, and the rest is there to be completed."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from ...networks.errors import InputError
from ...networks.files import read_bytes
from ...networks.folders import folder_atomically
from ...networks.study_toml import FirstPeriod, study_toml
from ...networks.sumo.net import read_network
from ...simulation.loops import place_loops


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
    files["study.toml"] = study_toml(
        name=folder.name,
        network=net.name,
        day=date.today().isoformat(),
        about_day="the day to be planned",
        counts=named[0] if named else "counts.csv",
        periods=[FirstPeriod(name="morning", begin_s=7 * 3600, end_s=8 * 3600)],
    )
    text = io.StringIO()
    rows = [(loop.id, loop.lane, loop.position_m, loop.kind) for loop in place_loops(network)]
    csv.writer(text, lineterminator="\n").writerows([("detector", "lane", "position_m", "kind"), *rows])
    files["detectors.csv"] = text.getvalue().encode()
    with folder_atomically(folder) as scratch:
        for name, content in files.items():
            (scratch / name).write_bytes(content)
