"""From a SUMO network file to a `Network`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from ..errors import InputError
from ..files import finite, read_xml
from ..junction import Junction, Movement, Pair, SignalGroup
from ..network import Connection, Edge, Network
from ..safety import derive_safety
from .links import Link, are_foes, read_crossings, read_foes, read_links
from .paths import broken_network
from .program import Program, columns, last_programs, plan_of_program, read_program
from .streets import read_connections, read_edges
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
    edges = read_edges(root, str(path))
    connections = with_ways(root, read_connections(root, edges))
    crossings = read_crossings(root)
    links, foes = read_links(root, crossings), read_foes(root)
    programs = _programs(root, path, additional)
    crossed = {name: crossing.edges for name, crossing in crossings.items()}
    governed: dict[str | None, list[Connection]] = defaultdict(list)
    for connection in connections:
        governed[connection.signal].append(connection)
    junctions = tuple(
        _junction(programs[signal], links.get(signal, []), governed[signal], foes, crossed)
        for signal in sorted(programs)
    )
    if not junctions:
        raise InputError(
            where=str(path),
            found="no signal",
            rule="a network to be planned has at least one traffic light with a program",
            fix="set signals with netconvert --tls.set, or give the network that has them",
        )
    return Network(
        path=path,
        edges=edges,
        connections=connections,
        junctions=junctions,
        positions=_positions(root, junctions, edges, connections),
    )


def _programs(root: etree._Element, path: Path, additional: Sequence[Path]) -> dict[str, Program]:
    programs = [read_program(element, str(path)) for element in root.iterchildren("tlLogic")]
    known = {program.junction: program.size for program in programs}
    for file in additional:
        for element in read_xml(file, what="an additional file", root=("additional", "add")).iter("tlLogic"):
            program = read_program(element, str(file))
            if known.get(program.junction) != program.size:
                raise InputError(
                    where=f"{file}, line {element.sourceline}, tlLogic {program.junction}",
                    found=f"{program.size} lamps",
                    rule=f"the network {path} has {known.get(program.junction, 0)} lamps for this signal",
                    fix="give the program that belongs to this network",
                )
            programs.append(program)
    return last_programs(programs)


def _junction(
    program: Program,
    links: list[Link],
    connections: Sequence[Connection],
    foes: dict[str, list[str]],
    crossing_edges: dict[str, tuple[str, ...]],
) -> Junction:
    groups = _groups(program, links, crossing_edges)
    group_of = {lamp: group.id for group in groups for lamp in group.links}
    pairs = _foe_pairs(links, foes, group_of)
    running = plan_of_program(program, groups)
    safety = derive_safety(running, groups, pairs)
    return Junction(
        id=program.junction,
        size=program.size,
        groups=groups,
        movements=_movements(connections, group_of),
        foes=pairs,
        together=safety.together,
        intergreen_s=safety.intergreen_s,
        yellow_s=safety.yellow_s,
        min_green_s=safety.min_green_s,
        running=running,
    )


def _groups(program: Program, links: list[Link], crossing_edges: dict[str, tuple[str, ...]]) -> tuple[SignalGroup, ...]:
    """Join the lamps of one approach that the program never tells apart; each crossing is a group of its own."""
    of_lamp: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        of_lamp[link.lamp].append(link)
    members: dict[object, list[int]] = defaultdict(list)
    for lamp in range(program.size):
        origins = tuple(sorted({(link.crossing, link.from_edge) for link in of_lamp[lamp]}))
        members[(origins, columns(program, lamp))].append(lamp)
    return tuple(
        _group(lamps, [link for lamp in lamps for link in of_lamp[lamp]], crossing_edges) for lamps in members.values()
    )


def _group(lamps: list[int], links: list[Link], crossing_edges: dict[str, tuple[str, ...]]) -> SignalGroup:
    walks = [link for link in links if link.crossing]
    drives = dict.fromkeys(link.from_edge for link in links if not link.crossing)
    crossed = dict.fromkeys(edge for link in walks for edge in crossing_edges[link.from_edge])
    return SignalGroup(
        id=f"g{lamps[0]}",
        kind="vehicle" if drives else "pedestrian" if walks else "unused",
        links=tuple(lamps),
        from_edges=tuple(drives) or tuple(crossed),
        length_m=max((link.length_m for link in walks), default=0.0),
    )


def _foe_pairs(links: list[Link], foes: dict[str, list[str]], group_of: dict[int, str]) -> frozenset[Pair]:
    return frozenset(
        (group_of[a.lamp], group_of[b.lamp])
        for a in links
        for b in links
        if a.lamp in group_of and b.lamp in group_of and group_of[a.lamp] != group_of[b.lamp] and are_foes(a, b, foes)
    )


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
    root: etree._Element, junctions: tuple[Junction, ...], edges: dict[str, Edge], connections: tuple[Connection, ...]
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
