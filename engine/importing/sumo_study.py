"""A study from a SUMO network and the programs that run in it: static, actuated, NEMA, switched by a WAUT."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

from lxml import etree

from ...networks.errors import InputError
from ...networks.files import read_xml, xml_bytes
from ...networks.folders import folder_atomically
from ...networks.network import Network
from ...networks.plan_file import plan_json, read_plan
from ...networks.progress import Hear, unheard
from ...networks.sentence import Sentence
from ...networks.study_toml import FirstPeriod, study_toml
from ...networks.sumo.fixed import told
from ...networks.sumo.logics import OFF, Logic, loaded_programs, off_program, read_roots, running_logics
from ...networks.sumo.net import read_network
from ...simulation.loops import place_loops
from .waut import Stretch, stretches_of_day

PROGRAMS = "programs.add.xml"
DAY = "2026-03-04"
Programs = dict[str, dict[str, Logic]]


def import_sumo(net: Path, additional: Sequence[Path], out: Path, hear: Hear = unheard) -> dict[str, int]:
    """Write a study made of a network and additional files, and return how many signals, programs and periods it has.

    Programs become fixed-time ones; a signal of which one has no fixed times keeps its own and is left as it runs. A
    WAUT makes a period, a file of programs and a plan of each stretch between its switches; the first of them is what
    runs today in `study.toml`. `hear` is told what was made of the programs,
    guessed, left out, or is unsafe. Raises InputError for what cannot be read.
    """
    root = read_xml(net, what="a network", root="net")
    roots = read_roots(root, net, additional)
    programs = loaded_programs(roots)
    stretches = stretches_of_day(roots, programs)
    for sentence in _told(programs):
        hear(sentence)
    name = net.name.removesuffix(".gz").removesuffix(".net.xml")
    with folder_atomically(out) as folder:
        (folder / f"{name}.net.xml").write_bytes(xml_bytes(_bare(root, programs)))
        networks = [_write_programs(folder, name, k, _running(one, programs, root)) for k, one in _numbered(stretches)]
        for number, network in enumerate(networks, start=1):
            _write_plan(folder, name, number, network, networks[0])
        for note in networks[0].reading:
            hear(note)
        _write_detectors(folder, networks[0])
        toml = study_toml(
            name=name,
            network=f"{name}.net.xml",
            day=DAY,
            additional=PROGRAMS,
            about_counts="to be added: the table of your loops' counts",
            periods=[
                FirstPeriod(name=f"{'off' if one.is_off else 'plan'} {k}", begin_s=one.begin_s, end_s=one.end_s)
                for k, one in _numbered(stretches)
            ],
        )
        (folder / "study.toml").write_bytes(toml)
    return {"signals": len(programs), "programs": sum(map(len, programs.values())), "periods": len(stretches)}


def _numbered(stretches: Sequence[Stretch]) -> list[tuple[int, Stretch]]:
    return list(enumerate(stretches, start=1))


def _is_left(of_signal: Mapping[str, Logic]) -> bool:
    """Whether a signal is left as it runs: where one of its programs has no fixed times, whenever that runs."""
    return any(logic.left for logic in of_signal.values())


def _told(programs: Programs) -> tuple[Sentence, ...]:
    """Return what was made of the programs; the network as written has forgotten it."""
    return told({signal: logic.note for signal, logic in running_logics(programs).items()})


def _bare(root: etree._Element, programs: Programs) -> etree._Element:
    """Return the network with one program a signal: a fixed one, or for a signal that is left its own."""
    chosen = {name: next(iter(found.values())).fixed for name, found in programs.items()}
    chosen |= {name: logic.found for name, logic in running_logics(programs).items() if _is_left(programs[name])}
    bare = deepcopy(root)
    for logic in list(bare.iterchildren("tlLogic")):
        new = chosen.pop(logic.get("id", ""), None)
        if new is not None:
            bare.replace(logic, deepcopy(new))
        else:
            bare.remove(logic)
    return bare


def _running(stretch: Stretch, programs: Programs, net: etree._Element) -> bytes:
    """Return an additional file of the programs that run in a stretch, under one name, signals that are left apart."""
    root = etree.Element("additional")
    for signal, logic in running_logics(programs).items():
        called = stretch.called.get(signal)
        chosen = logic.fixed if called is None else _called(signal, called, programs, net)
        if not _is_left(programs[signal]):
            root.append(deepcopy(chosen))
            root[-1].set("programID", "imported")
    return xml_bytes(root)


def _called(signal: str, name: str, programs: Programs, net: etree._Element) -> etree._Element:
    if name in programs[signal]:
        return programs[signal][name].fixed
    off = off_program(signal, net) if name == OFF else None
    return programs[signal][next(iter(programs[signal]))].fixed if off is None else off


def _write_programs(folder: Path, name: str, number: int, content: bytes) -> Network:
    file = folder / (PROGRAMS if number == 1 else f"programs{number}.add.xml")
    file.write_bytes(content)
    return read_network(folder / f"{name}.net.xml", [file])


def _write_plan(folder: Path, name: str, number: int, network: Network, first: Network) -> None:
    """Write a stretch's programs as a plan, in the signal groups of the first one's where those hold here too."""
    about = {"study": name, "period": "as imported"}
    if number == 1:
        (folder / "plan.json").write_bytes(plan_json(first.running_plan, first, about))
        return
    try:
        read = read_plan(folder / f"programs{number}.add.xml", first)
        plan, of = replace(read, name=first.running_plan.name), first
    except InputError:  # it tells lamps apart that the first one never does
        plan, of = network.running_plan, network
    (folder / f"plan{number}.json").write_bytes(plan_json(plan, of, about))


def _write_detectors(folder: Path, network: Network) -> None:
    text = io.StringIO()
    rows = [(loop.id, loop.lane, loop.position_m, loop.kind) for loop in place_loops(network)]
    csv.writer(text, lineterminator="\n").writerows([("detector", "lane", "position_m", "kind"), *rows])
    (folder / "detectors.csv").write_text(text.getvalue())
