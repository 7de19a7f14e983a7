"""Turning counts that name approaches by the compass alone: matched by geometry, or refused with the candidates."""

from dataclasses import dataclass
from math import cos, radians, sin

import pytest
from greenband.engine.export.compass import Turn
from greenband.engine.movements.turning_files.compass_match import matched
from greenband.networks.errors import InputError

ALL = {name: ["L", "T", "R"] for name in ("NB", "EB", "SB", "WB")}


@dataclass(frozen=True)
class Edge:
    shape: tuple


@dataclass(frozen=True)
class Streets:
    edges: dict


def junction(*headings, left=()):
    """Approaches that drive in these directions (degrees from north), each with three exits; `left`: L2 beside L."""
    edges, ways = {}, []
    for angle in headings:
        east, north = sin(radians(angle)), cos(radians(angle))
        name = f"from{(angle + 180) % 360:g}"
        edges[name] = Edge(shape=((-100 * east, -100 * north), (0.0, 0.0)))
        for letter in ("L", "T", "R", *(["L2"] if angle in left else [])):
            ways.append(Turn(node="J", from_edge=name, to_edge=f"{name}-{letter}", column=f"NB{letter}"))
    return ways, Streets(edges=edges)


def found(headings, counted=ALL, said=None, **more):
    ways, streets = junction(*headings, **more)
    turns = matched(ways, counted, streets, said or {}, "tmc.csv, site 1")
    return {column[:2]: edge for column, (edge, _) in turns.items()}


@pytest.mark.parametrize("turned", [0, 10, -20, 30, -35])
def test_four_streets_that_run_about_as_the_compass_says_are_matched(turned):
    """By hand: who drives north comes from the south; a turn of all streets by less than 45 degrees changes nothing."""
    headings = [(angle + turned) % 360 for angle in (0, 90, 180, 270)]
    origins = [(angle + turned + 180) % 360 for angle in (0, 90, 180, 270)]
    expected = {name: f"from{origin:g}" for name, origin in zip(ALL, origins, strict=True)}
    assert found(headings) == expected


def test_streets_half_way_between_are_refused_with_the_candidates():
    with pytest.raises(InputError, match=r"site 1: the approach \w\w, which may be one of from.*from") as error:
        found([45, 135, 225, 315])
    assert "approaches = {" in str(error.value)


def test_two_approaches_from_the_same_side_are_refused_with_both():
    with pytest.raises(InputError, match=r"the approach NB, which may be one of from180.*from190|from190.*from180"):
        found([0, 10, 90, 270], {"NB": ["T"]})


def test_what_the_study_says_decides():
    names = {"NB": "from225", "EB": "from315", "SB": "from45", "WB": "from135"}
    assert found([45, 135, 225, 315], said=names) == names
    assert found([45, 135, 225, 315], said={"NB": "from225", "EB": "from315"})["SB"] == "from45"
    with pytest.raises(InputError, match="approaches: NB = 'elsewhere'"):
        found([0, 90], said={"NB": "elsewhere"})


def test_a_street_that_the_network_has_not_leaves_its_counts_without_a_turn():
    assert found([0, 90, 180]) == {"NB": "from180", "EB": "from270", "SB": "from0"}


def test_names_that_mean_the_leg_are_refused_where_only_their_opposites_fit():
    """A junction without a southern leg: nobody can drive north into it, so a count of NB means the leg."""
    with pytest.raises(InputError, match="their opposites do"):
        found([180, 90], {"NB": ["L"], "WB": ["T"]})


def test_a_left_turn_that_may_lead_to_two_exits_is_refused_with_both():
    with pytest.raises(InputError, match=r"the turn NBL from from180, which may lead to from180-L or from180-L2"):
        found([0, 90], {"NB": ["L", "T"]}, left=(0,))
    assert found([0, 90], {"NB": ["L", "L2"]}, left=(0,)) == {"NB": "from180"}


def test_diagonal_names_are_matched_to_diagonal_streets():
    names = {"NE": ["T"], "SW": ["T"], "NB": ["T"]}
    assert found([0, 50, 230], names) == {"NB": "from180", "NE": "from230", "SW": "from50"}
