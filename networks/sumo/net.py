"""From a SUMO network file to a `Network`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree

from ..errors import InputError
from ..files import finite, read_xml
from ..junction import Junction, Movement, Pair, SignalGroup
from ..main_through import greens_of, main_through, turned_to
from ..network import Connection, Edge, LeftAsItRuns, Network, RunningProgram
from ..reading import how_conflicts_were_found, unsafe_displays
from ..safety import derive_safety
from ..sentence import Sentence
from .conflicts import Conflicts, conflicts_of
from .fixed import told
from .links import Link, read_crossings, read_links
from .logics import Logic, loaded_programs, read_roots, refuse_switching, running_logics
from .paths import broken_network
from .program import Program, columns, plan_of_program
from .streets import read_connections, read_edges
from .tables import read_rows, read_tables
from .ways import with_ways


def read_network(path: Path, additional: Sequence[Path] = ()) -> Network:
    """Return the network, its signals, and the programs that run.

    Parameters
    ----------
    path : Path
        A SUMO network, plain or gzipped.
    additional : sequence of Path
        Additional files; a `tlLogic` in them replaces the network's program of the same signal, as in SUMO.

    Raises
    ------
    InputError
        A file is missing, broken or of another kind, or no signal is in the network.
    """
    root = read_xml(path, what="a network", root="net")
    try:
        return _network(root, path, additional)
    except (KeyError, ValueError, IndexError, TypeError, OverflowError) as error:
        raise broken_network(path, error) from error


def _network(root: etree._Element, path: Path, additional: Sequence[Path]) -> Network:
    edges, tables = read_edges(root, str(path)), read_tables(root)
    rows = read_rows(root, tables)
    roots = read_roots(root, path, additional)
    refuse_switching(roots)
    logics, lamps = running_logics(loaded_programs(roots)), _lamps(root)
    programs = {signal: _read_sized(logic, lamps, path) for signal, logic in logics.items()}
    connections, untimed = _timed(with_ways(root, read_connections(root, edges), tables, rows), programs)
    links = read_links(root, read_crossings(root), rows)
    governed: dict[str | None, list[Connection]] = defaultdict(list)
    for connection in connections:
        governed[connection.signal].append(connection)
    signals = [
        _junction(
            programs[signal], links.get(signal, []), governed[signal], conflicts_of(links.get(signal, []), tables)
        )
        for signal in sorted(programs)
    ]
    left = tuple(_left(one, why) for one in signals if (why := logics[one.id].left))
    junctions = tuple(one for one in signals if not logics[one.id].left)
    if not junctions:
        raise _nothing_to_plan(path, left)
    return Network(
        path=path,
        edges=edges,
        connections=connections,
        junctions=junctions,
        positions=_positions(root, signals, edges, connections),
        notes=(*told({one.id: logics[one.id].note for one in junctions}), *untimed),
        left=left,
        programs={
            signal: RunningProgram(name=program.program_id, offset_s=program.offset_s)
            for signal, program in programs.items()
        },
    )


def _nothing_to_plan(path: Path, left: Sequence[LeftAsItRuns]) -> InputError:
    found = "no signal"
    if left:
        found = f"no signal with fixed times. {str(left[0].why).rstrip('.')}"
    if left and all(group.rail for one in left for group in one.junction.groups):
        found = f"no signal of a road; trains alone pass {', '.join(one.junction.id for one in left)}"
    return InputError(
        where=str(path),
        found=found,
        rule="a network to be planned has at least one traffic light with a program",
        fix="set signals with netconvert --tls.set, or give the network that has them",
    )


def _timed(
    connections: tuple[Connection, ...], programs: Mapping[str, Program]
) -> tuple[tuple[Connection, ...], tuple[Sentence, ...]]:
    """Return the connections without signals that have no program, such as level crossings, and what was left out."""
    untimed = sorted({c.signal for c in connections if c.signal is not None and c.signal not in programs})
    return (
        tuple(replace(c, signal=None, link=None) if c.signal in untimed else c for c in connections),
        tuple(
            Sentence(
                "signal {signal} has no program (a level crossing has none): it is no junction to be timed.",
                signal=name,
            )
            for name in untimed
        ),
    )


def _read_sized(logic: Logic, lamps: Mapping[str, int], net: Path) -> Program:
    """Return a fixed-time program that has as many lamps as the network's own of the signal. Raises InputError."""
    program = logic.read()
    if lamps.get(program.junction) != program.size:
        raise InputError(
            where=f"{logic.source}, line {logic.found.sourceline}, tlLogic {program.junction}",
            found=f"{program.size} lamps",
            rule=f"the network {net} has {lamps.get(program.junction, 0)} lamps for this signal",
            fix="give the program that belongs to this network",
        )
    return program


def _lamps(root: etree._Element) -> dict[str, int]:
    """Return how many lamps the network's own programs steer, by signal."""
    return {
        logic.get("id", ""): max((len(phase.get("state") or "") for phase in logic.iterchildren("phase")), default=0)
        for logic in root.iterchildren("tlLogic")
    }


def _left(junction: Junction, why: Sentence) -> LeftAsItRuns:
    told = Sentence(
        "{junction} is left as it runs: {why}. No plan times it, the check leaves it out, SUMO runs its own program, "
        "and the queue model takes it for fixed times of {cycle} s.",
        junction=junction.id,
        why=why,
        cycle=f"{junction.running.cycle_s:g}",
    )
    return LeftAsItRuns(junction=junction, why=told)


def _junction(program: Program, links: list[Link], connections: Sequence[Connection], conflicts: Conflicts) -> Junction:
    groups = _groups(program, links)
    group_of = {lamp: group.id for group in groups for lamp in group.links}
    movements = _movements(connections, group_of)
    running = plan_of_program(program, groups)
    if (main := main_through(groups, movements, greens_of(running))) is not None:
        running = turned_to(running, main)
    foes, blind = _pairs(conflicts.lamps, group_of), _pairs_of_blind(groups)
    harmless = _pairs(conflicts.harmless, group_of) - _pairs(conflicts.lamps - conflicts.harmless, group_of)
    strips, guessed = _pairs(conflicts.strips, group_of) & harmless, _pairs(conflicts.guessed, group_of)
    safety = derive_safety(running, groups, foes | blind, as_shown=blind | harmless, guessed=guessed | blind)
    return Junction(
        id=program.junction,
        size=program.size,
        groups=groups,
        movements=movements,
        foes=foes | blind,
        together=safety.together,
        intergreen_s=safety.intergreen_s,
        yellow_s=safety.yellow_s,
        min_green_s=safety.min_green_s,
        running=running,
        guessed=guessed | blind,
        notes=(
            *how_conflicts_were_found(running, groups, guessed, strips),
            *unsafe_displays(running, groups, foes - harmless),
        ),
    )


def _groups(program: Program, links: list[Link]) -> tuple[SignalGroup, ...]:
    """Join the lamps of one approach that the program never tells apart; each crossing is a group of its own."""
    of_lamp: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        of_lamp[link.lamp].append(link)
    members: dict[object, list[int]] = defaultdict(list)
    for lamp in range(program.size):
        origins = tuple(sorted({(link.crossing, link.from_edge) for link in of_lamp[lamp]}))
        members[(origins, columns(program, lamp))].append(lamp)
    return tuple(_group(lamps, [link for lamp in lamps for link in of_lamp[lamp]]) for lamps in members.values())


def _group(lamps: list[int], links: list[Link]) -> SignalGroup:
    walks = [link for link in links if link.crossing]
    drives = dict.fromkeys(link.from_edge for link in links if not link.crossing)
    crossed = dict.fromkeys(edge for link in walks for edge in link.crossed)
    return SignalGroup(
        id=f"g{lamps[0]}",
        kind="vehicle" if drives else "pedestrian" if walks else "unused",
        links=tuple(lamps),
        from_edges=tuple(drives) or tuple(crossed),
        length_m=max((link.length_m for link in walks), default=0.0),
        rail=bool(drives) and all(link.rail for link in links),
    )


def _pairs(lamps: Iterable[tuple[int, int]], group_of: dict[int, str]) -> frozenset[Pair]:
    """Return the groups that have some lamps, where these are of two groups."""
    named = ((group_of[a], group_of[b]) for a, b in lamps if a in group_of and b in group_of)
    return frozenset((a, b) for a, b in named if a != b)


def _pairs_of_blind(groups: Sequence[SignalGroup]) -> frozenset[Pair]:
    """Return each group whose lamps govern nothing that is known, paired with each other one."""
    blind, names = {group.id for group in groups if group.kind == "unused"}, [group.id for group in groups]
    return frozenset((a, b) for a in names for b in names if a != b and (a in blind or b in blind))


def _movements(connections: Sequence[Connection], group_of: dict[int, str]) -> tuple[Movement, ...]:
    of_turn: dict[tuple[str, str], list[Connection]] = defaultdict(list)
    for connection in connections:
        if connection.link is not None:
            of_turn[(connection.from_edge, connection.to_edge)].append(connection)
    return tuple(
        Movement(
            from_edge=origin,
            to_edge=target,
            direction=found[0].direction,
            lanes=tuple(dict.fromkeys(f"{c.from_edge}_{c.from_lane}" for c in found)),
            groups=tuple(dict.fromkeys(group_of[c.link] for c in found if c.link in group_of)),
        )
        for (origin, target), found in of_turn.items()
    )


def _positions(
    root: etree._Element, junctions: Sequence[Junction], edges: dict[str, Edge], connections: tuple[Connection, ...]
) -> dict[str, tuple[float, float]]:
    """Return the middle of the nodes that each signal governs."""
    of_node = {
        node.get("id") or "": (finite(node.get("x") or "0"), finite(node.get("y") or "0"))
        for node in root.iterchildren("junction")
    }
    nodes: dict[str, dict[str, None]] = defaultdict(dict)
    for connection in connections:
        if connection.signal is not None:
            nodes[connection.signal][edges[connection.from_edge].to_node] = None
    positions = {}
    for junction in junctions:
        points = [of_node[node] for node in nodes[junction.id]] or [(0.0, 0.0)]
        positions[junction.id] = (
            sum(x for x, _ in points) / len(points),
            sum(y for _, y in points) / len(points),
        )
    return positions
