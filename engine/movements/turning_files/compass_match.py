"""Which approach of a junction a count means that names it by the compass alone: by geometry, or refused.

A count of NB at a junction whose streets run north-east may mean either of two approaches. The assignment of all names
that were counted to approaches is taken that turns them least; where another one is nearly as good, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

from ....networks.errors import InputError
from ....networks.network import Network
from ....networks.types import Turn
from ...export.compass import APPROACHES, arrival, between
from ...export.compass import Turn as Way

MOST_DEGREES = 60.0  # from the compass's direction to that in which vehicles drive
CLEAR_DEGREES = 15.0  # by which another assignment must be worse, for each name that it places elsewhere
LEFT_OUT_DEGREES = 120.0  # what it costs to match a name with no approach
TOO_MANY = 7  # names or approaches: all ways to pair them are tried
OPPOSITE = {"NB": "SB", "SB": "NB", "EB": "WB", "WB": "EB", "NE": "SW", "SW": "NE", "NW": "SE", "SE": "NW"}
Pairs = tuple[tuple[str, str], ...]


def matched(
    ways: Sequence[Way], counted: Mapping[str, Sequence[str]], network: Network, said: Mapping[str, str], where: str
) -> dict[str, Turn]:
    """Return the turns of the network by column (NBL) of the file, for approaches that lie as their names say.

    Parameters
    ----------
    ways : sequence of Turn
        The turns at the junction.
    counted : mapping of str to sequence of str
        The turns (L, T …) that were counted on each approach (NB).
    network : Network
        Where they lie.
    said : mapping of str to str
        The edge of an approach, where the study says it.
    where : str
        File and site, for errors.

    Raises
    ------
    InputError
        Two approaches fit a name nearly as well, two exits a turn, or the names fit only if they mean the legs from
        which vehicles come.
    """
    edges = sorted({way.from_edge for way in ways})
    headings = {edge: arrival(network.edges[edge]) for edge in edges}
    _require_edges(said, edges, where)
    open_names = sorted(name for name in counted if name not in said)
    left = [edge for edge in edges if edge not in said.values()]
    edge_of = dict(said) | _clear(open_names, {edge: headings[edge] for edge in left}, where)
    found: dict[str, Turn] = {}
    for name, edge in edge_of.items():
        if name in counted:
            found |= _turns(name, edge, [way for way in ways if way.from_edge == edge], counted[name], where)
    return found


def _clear(names: Sequence[str], headings: Mapping[str, float], where: str) -> dict[str, str]:
    """Return the edge of each name that has one. Raises InputError where that is not clear."""
    if not names or not headings or max(len(names), len(headings)) > TOO_MANY:
        return {}
    best, others = _assignments(names, headings)
    chosen = dict(best[1])
    for cost, pairs in others:
        differ = [name for name, edge in chosen.items() if dict(pairs).get(name) != edge]
        if differ and cost - best[0] < CLEAR_DEGREES * len(differ):
            raise _unclear(differ[0], headings, where)
    if len(chosen) < len(names):
        turned = _assignments([OPPOSITE[name] for name in names], headings)[0]
        if len(turned[1]) == len(names):
            raise InputError(
                where=where,
                found=f"approaches {', '.join(names)}, which fit no approaches of the junction, and their opposites do",
                rule="NB is northbound, from the south; a leg N or an approach N lies in the north, southbound",
                fix="name the approaches by where vehicles drive to (NB), or say the edges: approaches in study.toml",
            )
    return chosen


def _assignments(
    names: Sequence[str], headings: Mapping[str, float]
) -> tuple[tuple[float, Pairs], list[tuple[float, Pairs]]]:
    """Return the assignment that turns names least, and all others, each with what it turns them by. [degrees]

    A name may stay without an approach, which costs more than any approach within reach.
    """
    places = [*headings, *[""] * len(names)]
    tried: dict[Pairs, float] = {}
    for order in permutations(places, len(names)):
        cost, pairs = 0.0, []
        for name, edge in zip(names, order, strict=True):
            off = abs(between(APPROACHES[name], headings[edge])) if edge else LEFT_OUT_DEGREES
            if edge and off > MOST_DEGREES:
                break
            cost += off
            pairs += [(name, edge)] if edge else []
        else:
            tried[tuple(pairs)] = cost
    ranked = sorted((cost, pairs) for pairs, cost in tried.items())
    return ranked[0], ranked[1:]


def _unclear(name: str, headings: Mapping[str, float], where: str) -> InputError:
    near = sorted((abs(between(APPROACHES[name], angle)), edge) for edge, angle in headings.items())
    listed = ", ".join(f"{edge} ({headings[edge]:.0f}°)" for off, edge in near if off <= MOST_DEGREES)
    return InputError(
        where=where,
        found=f"the approach {name}, which may be one of {listed or 'none'}",
        rule="an approach that is named by the compass alone must lie so that only one can be meant",
        fix=f'say which it is in study.toml, beside the file: approaches = {{ {name} = "{near[0][1]}" }}',
    )


def _require_edges(said: Mapping[str, str], edges: Sequence[str], where: str) -> None:
    for name, edge in said.items():
        if name not in APPROACHES or edge not in edges:
            raise InputError(
                where=where,
                found=f"approaches: {name} = '{edge}'",
                rule=f"an approach is one of {', '.join(APPROACHES)}, and an edge that leads to the junction: "
                + ", ".join(edges),
                fix="correct it",
            )


def _turns(name: str, edge: str, ways: Sequence[Way], counted: Sequence[str], where: str) -> dict[str, Turn]:
    """Return the turns of one approach by column. Raises InputError for a turn that may be one of two exits."""
    by_letter = {way.column[2:]: way for way in ways}
    for letter in ("L", "R"):
        sharp = by_letter.get(f"{letter}2")
        if letter in counted and sharp is not None and letter in by_letter and f"{letter}2" not in counted:
            raise InputError(
                where=where,
                found=f"the turn {name}{letter} from {edge}, which may lead to {by_letter[letter].to_edge} or "
                f"{sharp.to_edge}",
                rule=f"where two exits lie on one side, the sharper one is counted as {name}{letter}2",
                fix="count both, or take the turn out",
            )
    return {name + letter: (edge, way.to_edge) for letter, way in by_letter.items()}
