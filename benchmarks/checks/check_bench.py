"""The safety check against its slow twin: what it lets pass, what it refuses, and which rules it names."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from greenband import networks
from greenband.engine.check.check import check_junction
from greenband.engine.check.own.limits import OwnLimits, own_limits
from greenband.engine.rules.pack import read_pack
from greenband.networks.junction import Junction
from greenband.networks.sumo.net import read_network

from .check_cases import Case, drawn_case
from .check_twin import Fault, faults

ARTERIAL = Path(networks.__file__).parent / "arterial" / "arterial.net.xml"
CHUNK = 500
MOST_TOLD = 5
Site = tuple[str, Junction, OwnLimits]


@dataclass(kw_only=True)
class Tally:
    """What came of some plans. `missed` counts rules that were broken on purpose and not named."""

    plans: int = 0
    unsafe: int = 0
    unsafe_accepted: int = 0
    safe_refused: int = 0
    other_findings: int = 0
    missed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    check_s: float = 0.0
    twin_s: float = 0.0
    told: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in what came of other plans."""
        for name in ("plans", "unsafe", "unsafe_accepted", "safe_refused", "other_findings", "missed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.kinds.update(other.kinds)
        self.broken.update(other.broken)
        self.check_s, self.twin_s = self.check_s + other.check_s, self.twin_s + other.twin_s
        self.told = (self.told + other.told)[:MOST_TOLD]

    @property
    def passed(self) -> bool:
        """Whether check and twin agreed on every plan, and every broken rule was named."""
        return not (self.unsafe_accepted or self.safe_refused or self.other_findings or self.missed)


@cache
def sites(paths: tuple[tuple[str, str], ...]) -> tuple[Site, ...]:
    """Return all junctions of some networks, with the check's own view of each."""
    found: list[Site] = []
    for name, path in paths:
        network = read_network(Path(path))
        views = own_limits(network, (), read_pack("none"))
        found += [(name, junction, view) for junction, view in zip(network.junctions, views, strict=True)]
    return tuple(found)


def named(case: Case, view: OwnLimits) -> tuple[set[Fault], set[str]]:
    """Return rules and groups of the errors that the check finds, and all rules; limits drawn anew stand alone.

    As in the twin, a pair whose greens meet is told once: its intergreen is then no further fault.
    """
    own = view if case.junction.intergreen_s == view.intergreen_s else None
    found: set[Fault] = set()
    for finding in check_junction("tried", case.plan, case.junction, own):
        if finding.is_error and finding.rule != "yellow_trap":  # the twin has no map to see who comes the other way
            of_cycle = finding.rule in ("cycle", "offset", "grid", "coordinated", "dark")
            groups = sorted(finding.groups) if finding.rule == "conflict" else finding.groups
            found.add((finding.rule,) if of_cycle else (finding.rule, *groups))
    met = {frozenset(fault[1:]) for fault in found if fault[0] == "conflict"}
    rules = {fault[0] for fault in found}
    return {fault for fault in found if fault[0] != "intergreen" or frozenset(fault[1:]) not in met}, rules


def tallied(paths: tuple[tuple[str, str], ...], places: range, seed: int) -> Tally:
    """Return what came of the plans of some places."""
    known, tally = sites(paths), Tally()
    for place in places:
        name, junction, view = known[place % len(known)]
        case = drawn_case(junction, place // len(known), seed + place % len(known))
        _count(tally, name, place, case, view)
    return tally


def _count(tally: Tally, name: str, place: int, case: Case, view: OwnLimits) -> None:
    began_s = time.perf_counter()
    checked, rules = named(case, view)
    middle_s = time.perf_counter()
    walked = faults(case.plan, case.junction)
    tally.check_s += middle_s - began_s
    tally.twin_s += time.perf_counter() - middle_s
    tally.plans += 1
    tally.kinds[case.kind] += 1
    tally.unsafe += bool(walked)
    wrong = {
        "unsafe_accepted": bool(walked) and not checked,
        "safe_refused": bool(checked) and not walked,
        "other_findings": checked != walked,
        "missed": case.broken is not None and case.broken not in rules,
    }
    if case.broken:
        tally.broken[case.broken] += 1
    for what, is_so in wrong.items():
        setattr(tally, what, getattr(tally, what) + is_so)
    if any(wrong.values()) and len(tally.told) < MOST_TOLD:
        said = f"check {sorted(checked - walked)}, twin {sorted(walked - checked)}, broken {case.broken}"
        tally.told.append(f"{name} {case.junction.id}, plan {place}: {said}")


def tallies(paths: Mapping[str, Path], plans: int, seed: int, workers: int) -> Iterator[Tally]:
    """Yield what came of each few hundred plans, in their order whatever the number of workers."""
    given = tuple((name, str(path)) for name, path in paths.items())
    chunks: Sequence[range] = [range(a, min(a + CHUNK, plans)) for a in range(0, plans, CHUNK)]
    if workers == 1:
        yield from (tallied(given, chunk, seed) for chunk in chunks)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from (done.result() for done in [pool.submit(tallied, given, chunk, seed) for chunk in chunks])
