"""Streets and programs drawn at random, through the commands one after the other: from import to a small plan."""

from __future__ import annotations

import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from lxml import etree

from ..drawn.programs import draw_programs
from ..drawn.street import draw_street, made_by
from .fuzz_cases import Tried, wrong_with
from .fuzz_run import Limits, emptied, run
from .fuzz_targets import Target

NETWORK, PROGRAMS, ROUTES = "street.net.xml", "more.add.xml", "trips.rou.xml"
BEGIN_S, END_S = 25_200, 26_100
STUDY = """schema = 1
name = "drawn"
network = "street.net.xml"
counts = "counts.csv"
detectors = "detectors.csv"
additional = [{additional}]
day = "2026-03-03"
[[periods]]
name = "morning"
begin = "07:00"
end = "08:00"
"""
LIMITS = Limits(memory_bytes=4 << 30, processor_s=120, longest_s=400.0)
MOST_DRAWS = 50


def street_tried(folder: Path, seed: int, number: int) -> Iterator[Tried]:
    """Yield what came of each command that a street was given to; the files of the case stay in the folder."""
    rng = random.Random(f"street {seed} {number}")
    place = folder / "study"
    emptied(place)
    about = laid_out(place, rng)
    additional = f'"{PROGRAMS}"' if (place / PROGRAMS).exists() else ""
    (place / "study.toml").write_text(STUDY.format(additional=additional), encoding="utf-8")
    (place / "counts.csv").write_text("detector,start,interval_s,count\n")
    (place / "detectors.csv").write_text("detector,lane,position_m,kind\n")
    ends: dict[str, int] = {}
    for target in targets(with_programs=bool(additional), with_run=rng.random() < 0.5):
        if target.name == "street, run" and ends.get("street, field"):
            continue
        one = _ended(target, about, folder, number)
        ends[target.name] = one.ended.code
        yield one
    for name in ("out", "field", "new", "plan"):
        emptied(folder / name)
        (folder / name).rmdir()


def laid_out(place: Path, rng: random.Random) -> str:
    """Write a street that netconvert builds, often with programs, and with routes; return what it is."""
    drawn = next(one for _ in range(MOST_DRAWS) if (one := draw_street(place, rng)) is not None)
    about = drawn.about
    if rng.random() < 0.6:
        about += "; " + draw_programs(drawn.network, place / PROGRAMS, rng)
    _write_routes(place, rng)
    return about


def _write_routes(place: Path, rng: random.Random) -> None:
    root = etree.parse(str(place / NETWORK)).getroot()
    names = [str(edge.get("id")) for edge in root.findall("edge") if edge.get("function") is None]
    trips = etree.Element("routes")
    for k in range(rng.choice((5, 60, 200))):
        depart = str(BEGIN_S + rng.randrange(END_S - BEGIN_S))
        etree.SubElement(
            trips, "trip", {"id": f"t{k}", "depart": depart, "from": rng.choice(names), "to": rng.choice(names)}
        )
    trips[:] = sorted(trips, key=lambda trip: int(str(trip.get("depart"))))
    (place / "trips.xml").write_bytes(etree.tostring(trips, encoding="utf-8"))
    words = ["--net-file", NETWORK, "--route-files", "trips.xml", "--output-file", ROUTES, "--ignore-errors"]
    if not made_by("duarouter", words, place):  # names that the router does not take: SUMO may, on its own way
        (place / ROUTES).write_bytes((place / "trips.xml").read_bytes())


def targets(*, with_programs: bool, with_run: bool) -> Iterator[Target]:
    """Yield the commands that a street is given to."""
    more = ("--additional", PROGRAMS) if with_programs else ()
    yield Target(name="street, import", file=NETWORK, command=("import", NETWORK, "--out", "../out", *more))
    yield Target(name="street, new", file=NETWORK, command=("study", "new", "../new", "--net", NETWORK))
    if with_programs:
        yield Target(name="street, check", file=PROGRAMS, command=("check", ".", PROGRAMS))
    yield Target(name="street, rules", file=NETWORK, command=("rules", ".", "--pack", "de"))
    period = ("--begin", str(BEGIN_S), "--end", str(END_S), "--days", "2")
    command = ("study", "field", NETWORK, ROUTES, "--out", "../field", *period, *more)
    yield Target(name="street, field", file=NETWORK, command=command)
    if with_run:
        yield Target(
            name="street, run", file=NETWORK, command=("run", "../field", "--out", "../plan", "--effort", "0.01")
        )


def _ended(target: Target, about: str, folder: Path, number: int) -> Tried:
    scratch = folder.parent / "scratch"
    emptied(scratch)
    before = _contents(folder)
    ended = run(target.command, folder / "study", folder.parent / f"{folder.name}.said", LIMITS, scratch=scratch)
    out = {word.removeprefix("../") for word in target.command if word.startswith("../")} - {"field"}
    after = {name: content for name, content in _contents(folder).items() if name.split("/")[0] not in out}
    if target.name == "street, field":
        after = {name: content for name, content in after.items() if not name.startswith("field")}
    wrong = wrong_with(ended, LIMITS, written=False)
    if wrong is None and after != before:
        wrong = f"written outside --out: {sorted(set(after.items()) ^ set(before.items()))[:3]}"
    left = sorted(path.name for path in scratch.iterdir())
    if wrong is None and left:
        wrong = f"scratch files left behind: {left[:3]}"
    return Tried(number=number, target=target, what=about, ended=ended, wrong=wrong)


def _contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
