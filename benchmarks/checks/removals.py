"""Knowledge taken out of a network file, and whether the check then lets more pass: less known is never safer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
from greenband.engine.check.check import check_junction
from greenband.engine.check.own.limits import OwnLimits, limits_of
from greenband.engine.rules.pack import Pack, read_pack
from greenband.networks.errors import InputError
from greenband.networks.files import read_xml
from greenband.networks.junction import Junction
from greenband.networks.network import Network
from greenband.networks.plan import GroupPlan, JunctionPlan, Window
from greenband.networks.sumo.net import read_network
from lxml import etree

from .check_cases import drawn_case

MOST_AT_ONCE = 6
TOO_LITTLE_S = 1e-6
Remover = Callable[[etree._Element, str, np.random.Generator], bool]


@dataclass(kw_only=True)
class Removals:
    """What came of removals: how many there were, and which made something legal that was not."""

    removals: int = 0
    refused: int = 0  # files that were then no network any more
    plans: int = 0
    illegal: int = 0  # plans that the whole file forbids
    more_legal: int = 0  # of these, plans that less knowledge allows
    laxer: int = 0  # removals after which a limit is laxer
    unsafe_today: int = 0  # removals at junctions whose running program is itself an error: what is wrong there is seen
    laxer_there: int = 0  # only as long as it is known, and these are counted apart
    told: list[str] = field(default_factory=list)

    def add(self, other: Removals) -> None:
        """Take in what came of other removals."""
        for name in ("removals", "refused", "plans", "illegal", "more_legal", "laxer", "unsafe_today", "laxer_there"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.told = (self.told + other.told)[:8]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A network file as it was read, with the check's view of its junctions under a rules pack."""

    root: etree._Element
    network: Network
    pack: Pack
    before: dict[str, OwnLimits]
    unsafe: frozenset[str]  # junctions whose running program is an error


def ground_of(path: Path, pack_name: str = "none") -> Ground:
    """Return a network and what the check knows of it while the file is whole."""
    root, network, pack = read_xml(path, what="a network", root="net"), read_network(path), read_pack(pack_name)
    views = limits_of(root, (), network, pack, {})
    before = {view.junction: view for view in views}
    unsafe = frozenset(j.id for j in network.junctions if _errors(j.running, j, before[j.id]))
    return Ground(root=root, network=network, pack=pack, before=before, unsafe=unsafe)


@cache
def _ground(path: str) -> Ground:
    return ground_of(Path(path))


def removed_of(path: str, times: int, seed: int, plans: int = 3) -> Removals:
    """Return what came of removals from the network at a path, the same for the same seed."""
    return removed(_ground(path), times, plans, np.random.default_rng(seed))


def removed(ground: Ground, times: int, plans: int, rng: np.random.Generator) -> Removals:
    """Return what came of taking one to six pieces of knowledge out, so many times, with so many plans each."""
    tally = Removals()
    for _ in range(times):
        junction = ground.network.junctions[int(rng.integers(len(ground.network.junctions)))]
        root = copy.deepcopy(ground.root)
        names = list(_take_out(root, junction.id, rng))
        tally.removals += 1
        try:
            one = replace(ground.network, junctions=(junction,))
            (after,) = limits_of(root, (), one, ground.pack, {})
        except InputError:
            tally.refused += 1
            continue
        if junction.id in ground.unsafe:
            tally.unsafe_today += 1
            tally.laxer_there += any(laxer_limits(ground.before[junction.id], after))
            continue
        _compare(tally, junction, ground.before[junction.id], after, plans, rng, f"{junction.id}: {', '.join(names)}")
    return tally


def _compare(
    tally: Removals,
    junction: Junction,
    before: OwnLimits,
    after: OwnLimits,
    plans: int,
    rng: np.random.Generator,
    told: str,
) -> None:
    lost = list(laxer_limits(before, after))
    tally.laxer += bool(lost)
    tally.told += [f"{told}: laxer {lost[:3]}"] if lost else []
    ignorant = _ignorant(junction)
    for _ in range(plans):
        plan = _plan(junction, rng)
        tally.plans += 1
        if _errors(plan, ignorant, before):
            tally.illegal += 1
            if not _errors(plan, ignorant, after):
                tally.more_legal += 1
                tally.told.append(f"{told}: a plan became legal")


def laxer_limits(before: OwnLimits, after: OwnLimits) -> Iterator[tuple[object, ...]]:
    """Yield what one view forbids and the other, of the same junction, does not."""
    for name in ("foes", "protected"):
        yield from ((name, *pair) for pair in sorted(getattr(before, name) - getattr(after, name)))
    yield from (("together", *key) for key in sorted(after.together - before.together) if key[::2] in before.foes)
    for name in ("intergreen_s", "yellow_s", "min_green_s"):
        wanted, now = getattr(before, name), getattr(after, name)
        yield from ((name, key, s, now.get(key)) for key, s in wanted.items() if now.get(key, 0.0) < s - TOO_LITTLE_S)


def _ignorant(junction: Junction) -> Junction:
    """Return the junction as one knows it who found no conflict and no limit: the check stands alone."""
    return replace(
        junction,
        foes=frozenset(),
        together=frozenset(),
        intergreen_s={},
        yellow_s=dict.fromkeys(junction.yellow_s, 0.0),
        min_green_s=dict.fromkeys(junction.min_green_s, 0.0),
    )


def _errors(plan: JunctionPlan, junction: Junction, view: OwnLimits) -> bool:
    found = (f for f in check_junction("tried", plan, junction, view) if f.rule != "view")
    return any(finding.is_error for finding in found)


def _plan(junction: Junction, rng: np.random.Generator) -> JunctionPlan:
    """Return one of the plans that the check is tried on, or one in which a group gets another's windows or all day."""
    drawn = drawn_case(junction, int(rng.integers(1 << 20)), int(rng.integers(1 << 20))).plan
    if rng.random() < 0.5:
        return drawn
    running = junction.running
    one, other = (running.groups[int(k)] for k in rng.integers(len(running.groups), size=2))
    everything = (Window(start_s=0.0, length_s=running.cycle_s, display="G"),)
    new = GroupPlan(group=one.group, windows=other.windows if rng.random() < 0.7 else everything)
    return replace(running, groups=tuple(new if group is one else group for group in running.groups))


def _take_out(root: etree._Element, signal: str, rng: np.random.Generator) -> Iterator[str]:
    """Take out one to six pieces of knowledge about the nodes of a signal, and yield what each was."""
    names = list(REMOVERS)
    wanted = int(rng.integers(1, MOST_AT_ONCE + 1))
    for _ in range(4 * wanted):
        name = names[int(rng.integers(len(names)))]
        if REMOVERS[name](root, signal, rng):
            wanted -= 1
            yield name
        if not wanted:
            return


def _links(root: etree._Element, signal: str) -> list[etree._Element]:
    return [link for link in root.findall("connection") if link.get("tl") == signal]


def _alone(root: etree._Element, signal: str) -> list[etree._Element]:
    """Return the connections whose lamp steers nothing else: without one, nobody knows what its lamp is for."""
    links = _links(root, signal)
    steered = [link.get("linkIndex") for link in links]
    return [link for link in links if steered.count(link.get("linkIndex")) == 1 and link.get("linkIndex2") is None]


def _node_names(root: etree._Element, signal: str) -> set[str]:
    starts = {link.get("from") for link in _links(root, signal)}
    ends = {edge.get("to") for edge in root.findall("edge") if edge.get("id") in starts}
    return {str(end) for end in ends if end}


def _nodes(root: etree._Element, signal: str) -> list[etree._Element]:
    names = _node_names(root, signal)
    return [node for node in root.findall("junction") if node.get("id") in names]


def _inner_edges(root: etree._Element, signal: str) -> list[etree._Element]:
    names = _node_names(root, signal)
    edges = (edge for edge in root.findall("edge") if str(edge.get("id")).startswith(":"))
    return [edge for edge in edges if str(edge.get("id"))[1:].rpartition("_")[0] in names]


def _one(found: list[etree._Element], rng: np.random.Generator) -> etree._Element | None:
    return found[int(rng.integers(len(found)))] if found else None


def _attribute(place: Callable[[etree._Element, str], list[etree._Element]], name: str) -> Remover:
    """Return what takes an attribute from one of some elements that have it."""

    def remove(root: etree._Element, signal: str, rng: np.random.Generator) -> bool:
        element = _one([e for e in place(root, signal) if e.get(name) is not None], rng)
        if element is None:
            return False
        del element.attrib[name]
        return True

    return remove


def _element(place: Callable[[etree._Element, str], list[etree._Element]]) -> Remover:
    def remove(root: etree._Element, signal: str, rng: np.random.Generator) -> bool:
        element = _one(place(root, signal), rng)
        parent = None if element is None else element.getparent()
        if element is None or parent is None:
            return False
        parent.remove(element)
        return True

    return remove


def _listed(name: str) -> Remover:
    """Return what takes one name out of a list in an attribute of a node."""

    def remove(root: etree._Element, signal: str, rng: np.random.Generator) -> bool:
        node = _one([node for node in _nodes(root, signal) if node.get(name)], rng)
        if node is None:
            return False
        names = (node.get(name) or "").split()
        names.pop(int(rng.integers(len(names))))
        node.set(name, " ".join(names))
        return True

    return remove


def _requests(root: etree._Element, signal: str) -> list[etree._Element]:
    return [request for node in _nodes(root, signal) for request in node.findall("request")]


def _inner_lanes(root: etree._Element, signal: str) -> list[etree._Element]:
    return [lane for edge in _inner_edges(root, signal) for lane in edge.findall("lane")]


def _inner_links(root: etree._Element, signal: str) -> list[etree._Element]:
    inner = {edge.get("id") for edge in _inner_edges(root, signal)}
    # One with a lamp may be one of several that the lamp steers: nothing would tell that it ever was.
    return [link for link in root.findall("connection") if link.get("from") in inner and link.get("tl") is None]


REMOVERS: dict[str, Remover] = {
    "a row": _element(_requests),
    "the foes of a row": _attribute(_requests, "foes"),
    "the yielding of a row": _attribute(_requests, "response"),
    "the way of a connection": _attribute(_links, "via"),
    "the direction of a connection": _attribute(_links, "dir"),
    "a connection": _element(_alone),
    "the way onward within": _attribute(_inner_links, "via"),
    "a connection within": _element(_inner_links),
    "the shape of a lane within": _attribute(_inner_lanes, "shape"),
    "the width of a lane within": _attribute(_inner_lanes, "width"),
    "an edge within": _element(_inner_edges),
    "the kind of an edge within": _attribute(_inner_edges, "function"),
    "the edges that are crossed": _attribute(_inner_edges, "crossingEdges"),
    "the lanes within": _attribute(_nodes, "intLanes"),
    "one of the lanes within": _listed("intLanes"),
    "the lanes that come in": _attribute(_nodes, "incLanes"),
    "one of the lanes that come in": _listed("incLanes"),
    "the kind of a node": _attribute(_nodes, "type"),
}
