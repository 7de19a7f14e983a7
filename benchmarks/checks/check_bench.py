"""The safety check against its slow twins: what it lets pass, what it refuses, and which rules it names.

The one twin is given the limits and looks at every lamp in every tenth of a second; the other is given the map and the
texts alone, and looks on while the lamps of each plan that the check accepts change.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from greenband import networks
from greenband.engine.check.check import check_junction
from greenband.engine.check.own.limits import OwnLimits, own_limits
from greenband.engine.rules.pack import read_pack
from greenband.networks.junction import Junction
from greenband.networks.sumo.net import read_network

from .check_cases import Case, drawn_case
from .check_twin import Fault, faults
from .eyes import seen_in
from .looking import Onlooker
from .stricter import stricter

ARTERIAL = Path(networks.__file__).parent / "arterial" / "arterial.net.xml"
CHUNK = 500
OF_THE_MAP = ("yellow_trap", "left_turn")  # the first twin has no map to see who comes the other way
MOST_TOLD = 5
LONGEST_CYCLE_S = 255
COUNTS = ("plans", "unsafe", "accepted", "unsafe_accepted", "safe_refused", "other_findings", "missed", "seen_unsafe")
Site = tuple[str, Junction, OwnLimits, Onlooker]
Paths = tuple[tuple[str, str], ...]


@dataclass(kw_only=True)
class Tally:
    """What came of some plans.

    `missed` counts rules that were broken on purpose and not named, `seen_unsafe` accepted plans at which the twin with
    the map sees a fault. `networks` holds how many plans each network had, and how many of them were accepted.
    """

    plans: int = 0
    unsafe: int = 0
    accepted: int = 0
    seen_unsafe: int = 0
    unsafe_accepted: int = 0
    safe_refused: int = 0
    other_findings: int = 0
    missed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    check_s: float = 0.0
    twin_s: float = 0.0
    networks: Counter[str] = field(default_factory=Counter)
    accepted_of: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in what came of other plans."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("kinds", "broken", "networks", "accepted_of"):
            getattr(self, name).update(getattr(other, name))
        self.check_s, self.twin_s = self.check_s + other.check_s, self.twin_s + other.twin_s
        self.told = (self.told + other.told)[:MOST_TOLD]

    @property
    def passed(self) -> bool:
        """Whether check and twins agreed on every plan, and every broken rule was named."""
        wrong = self.unsafe_accepted or self.safe_refused or self.other_findings or self.missed
        return not (wrong or self.seen_unsafe)


@cache
def sites(paths: Paths) -> tuple[tuple[Site, ...], ...]:
    """Return the junctions of some networks, with the check's own view of each and what the twin sees on the map.

    Left out are junctions of which planner and check say that their views differ, for the check refuses every plan
    there, and signals whose cycle no controller holds (one in the wheels lasts 11 hours).
    """
    found = []
    for name, path in paths:
        network, seen = read_network(Path(path)), seen_in(Path(path))
        views = own_limits(network, (), read_pack("none"))
        found.append(
            tuple(
                (name, stricter(junction, view), view, Onlooker(junction, seen[junction.id]))
                for junction, view in zip(network.junctions, views, strict=True)
                if junction.running.cycle_s <= LONGEST_CYCLE_S and not _differ(junction, view)
            )
        )
    return tuple(of_network for of_network in found if of_network)


def _differ(junction: Junction, view: OwnLimits) -> bool:
    return any(f.is_error for f in check_junction("today", junction.running, junction, view) if f.rule == "view")


def named(case: Case, own: OwnLimits | None) -> tuple[set[Fault], set[str]]:
    """Return rules and groups of the errors that the check finds, and all rules; without its view, limits stand alone.

    As in the twin, a pair whose greens meet is told once: its intergreen is then no further fault.
    """
    found: set[Fault] = set()
    errors = [f for f in check_junction("tried", case.plan, case.junction, own) if f.is_error]
    for finding in errors:
        if finding.rule not in OF_THE_MAP:
            of_cycle = finding.rule in ("cycle", "offset", "grid", "coordinated", "dark")
            groups = sorted(finding.groups) if finding.rule == "conflict" else finding.groups
            found.add((finding.rule,) if of_cycle else (finding.rule, *groups))
    met = {frozenset(fault[1:]) for fault in found if fault[0] == "conflict"}
    rules = {finding.rule for finding in errors}
    return {fault for fault in found if fault[0] != "intergreen" or frozenset(fault[1:]) not in met}, rules


def tallied(paths: Paths, places: range, seed: int) -> Tally:
    """Return what came of the plans of some places: the networks in turn, and in each its junctions in turn."""
    known, tally = sites(paths), Tally()
    for place in places:
        turn, number = divmod(place, len(known))
        round_, site = divmod(turn, len(known[number]))
        _count(
            tally, place, known[number][site], drawn_case(known[number][site][1], round_, seed + 1000 * number + site)
        )
    return tally


def _count(tally: Tally, place: int, site: Site, case: Case) -> None:
    name, junction, view, onlooker = site
    began_s = time.perf_counter()
    is_drawn = case.junction is not junction  # with other limits than the junction's own
    checked, rules = named(case, None if is_drawn else view)
    middle_s = time.perf_counter()
    unknown = frozenset() if is_drawn else onlooker.unknown
    walked = faults(case.plan, case.junction, rails_too=is_drawn, unknown=unknown)
    tally.check_s += middle_s - began_s
    tally.twin_s += time.perf_counter() - middle_s
    tally.plans += 1
    tally.kinds[case.kind] += 1
    tally.networks[name] += 1
    tally.accepted_of[name] += not rules
    tally.accepted += not rules
    tally.unsafe += bool(walked)
    seen = onlooker.faults(case.plan) if not (rules or is_drawn) else set()
    wrong = {
        "seen_unsafe": bool(seen),
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
        said += f", seen {sorted(seen)[:3]}" if seen else ""
        tally.told.append(f"{name} {case.junction.id}, plan {place}: {said}")


def tallies(paths: Mapping[str, Path], plans: int, seed: int, workers: int) -> Iterator[Tally]:
    """Yield what came of each few hundred plans, in their order whatever the number of workers.

    The networks are read here, once, before the workers are forked.
    """
    given = tuple((name, str(path)) for name, path in paths.items())
    sites(given)
    chunks: Sequence[range] = [range(a, min(a + CHUNK, plans)) for a in range(0, plans, CHUNK)]
    if workers == 1:
        yield from (tallied(given, chunk, seed) for chunk in chunks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        yield from (done.result() for done in [pool.submit(tallied, given, chunk, seed) for chunk in chunks])
