"""A study from a SUMO network and the programs that run in it: static, actuated, NEMA, switched by a WAUT."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from ...networks.errors import InputError
from ...networks.files import read_xml, xml_bytes
from ...networks.folders import folder_atomically
from ...networks.plan_file import plan_json
from ...networks.study_toml import FirstPeriod, study_toml
from ...networks.sumo.net import read_network
from ...networks.types import DAY_S
from ...simulation.loops import place_loops
from .sumo_fixed import fixed

PROGRAMS = "programs.add.xml"
DAY = "2026-03-04"


def import_sumo(net: Path, additional: Sequence[Path], out: Path) -> dict[str, int]:
    """Write a study made of a network and additional files, and return how many signals, programs and periods it has.

    Programs become fixed-time ones. A WAUT makes a period, a file of programs and a plan of each stretch between its
    switches; the first of them is what runs today in `study.toml`. Raises InputError for what cannot be read.
    """
    root = read_xml(net, what="a network", root="net")
    roots = [
        (net, root),
        *((path, read_xml(path, what="an additional file", root=("additional", "add"))) for path in additional),
    ]
    programs: dict[str, dict[str, etree._Element]] = {}
    for path, element in roots:
        for logic in element.iter("tlLogic"):
            programs.setdefault(logic.get("id", ""), {})[logic.get("programID", "0")] = fixed(logic, str(path))
    bare = etree.fromstring(etree.tostring(root))
    _put_programs(bare, {name: next(iter(found.values())) for name, found in programs.items()})
    periods = _periods([element for _, element in roots], programs, str(net))
    name = net.name.removesuffix(".gz").removesuffix(".net.xml")
    with folder_atomically(out) as folder:
        (folder / f"{name}.net.xml").write_bytes(xml_bytes(bare))
        for number, (_, _, running) in enumerate(periods, start=1):
            file = folder / (PROGRAMS if number == 1 else f"programs{number}.add.xml")
            file.write_bytes(_programs(running))
            network = read_network(folder / f"{name}.net.xml", [file])
            plan = "plan.json" if number == 1 else f"plan{number}.json"
            (folder / plan).write_bytes(
                plan_json(network.running_plan, network, {"study": name, "period": "as imported"})
            )
        loops = place_loops(network)
        text = io.StringIO()
        rows = [(loop.id, loop.lane, loop.position_m, loop.kind) for loop in loops]
        csv.writer(text, lineterminator="\n").writerows([("detector", "lane", "position_m", "kind"), *rows])
        (folder / "detectors.csv").write_text(text.getvalue())
        stretches = enumerate(periods, start=1)
        toml = study_toml(
            name=name,
            network=f"{name}.net.xml",
            day=DAY,
            additional=PROGRAMS,
            about_counts="to be added: the table of your loops' counts",
            periods=[FirstPeriod(name=f"plan {k}", begin_s=begin, end_s=end) for k, (begin, end, _) in stretches],
        )
        (folder / "study.toml").write_bytes(toml)
    return {"signals": len(programs), "programs": sum(map(len, programs.values())), "periods": len(periods)}


def _put_programs(net: etree._Element, chosen: dict[str, etree._Element]) -> None:
    """Replace the network's programs by fixed ones, one a signal."""
    for logic in list(net.iterchildren("tlLogic")):
        new = chosen.pop(logic.get("id", ""), None)
        if new is not None:
            net.replace(logic, etree.fromstring(etree.tostring(new)))
        else:
            net.remove(logic)


def _programs(running: dict[str, etree._Element]) -> bytes:
    root = etree.Element("additional")
    for logic in running.values():
        copied = etree.fromstring(etree.tostring(logic))
        copied.set("programID", "imported")
        root.append(copied)
    return xml_bytes(root)


def _periods(
    roots: Sequence[etree._Element], programs: dict[str, dict[str, etree._Element]], source: str
) -> list[tuple[int, int, dict[str, etree._Element]]]:
    """Return the stretches of the day between switches with their programs; without a WAUT an hour of the last."""
    last = {name: next(reversed(found.values())) for name, found in programs.items()}
    wauts = {waut.get("id", ""): waut for root in roots for waut in root.iter("WAUT")}
    followed = {j.get("junctionID", ""): j.get("wautID", "") for root in roots for j in root.iter("wautJunction")}
    if not followed:
        return [(7 * 3600, 8 * 3600, last)]
    times = sorted({_time(waut, switch) for waut in wauts.values() for switch in waut.iterchildren("wautSwitch")})
    found = []
    for begin, end in zip(times, [*times[1:], DAY_S], strict=True):
        running = dict(last)
        for signal, waut in followed.items():
            called = [s.get("to", "") for s in wauts[waut].iterchildren("wautSwitch") if _time(wauts[waut], s) <= begin]
            name = called[-1] if called else wauts[waut].get("startProg", "")
            if name not in programs.get(signal, {}):
                raise InputError(
                    where=f"{source}, WAUT {waut}",
                    found=f"program '{name}' of signal {signal}",
                    rule="a WAUT switches between programs that are loaded",
                    fix="give the additional file that has it",
                )
            running[signal] = programs[signal][name]
        found.append((begin, end, running))
    return found


def _time(waut: etree._Element, switch: etree._Element) -> int:
    return int(float(waut.get("refTime") or 0) + float(switch.get("time") or 0)) % DAY_S
