"""The running programs of the bundled arterial: what was set up years ago, as tables of greens.

One cycle for the whole day, splits from an older count with busier side streets, and offsets for the morning way to
the centre in the east, from the time when 60 km/h were allowed.

Each row of a table says: these movements show this letter from this second up to that second of the cycle. A movement
is its arm and its turn (`Ws`: from the west, straight on), a crossing is `p` and the arm it crosses.
Yellow follows by itself wherever a vehicle green ends; pedestrians go from green to red.
"""

from __future__ import annotations

from itertools import groupby

from lxml import etree

from .streets import JUNCTIONS, crossings, turns

CYCLE_S = 105
YELLOW_S = 3

Row = tuple[str, int, int, str]

# J2 got its signal later and was never fitted in; J4 was moved by hand after complaints from the other direction.
OFFSETS_S = {"J1": 0, "J2": 45, "J3": 18, "J4": 70, "J5": 81, "J6": 0}

GREENS: dict[str, tuple[Row, ...]] = {
    "J1": (  # main road, then both its left turns protected (lagging), then the side streets
        ("Ws Es", 0, 50, "G"),
        ("Wr Er", 0, 50, "g"),
        ("Wl El", 0, 55, "g"),
        ("Wl El", 55, 64, "G"),
        ("pN pS", 0, 30, "G"),
        ("Ns Ss", 69, 100, "G"),
        ("Nr Nl Sr Sl", 69, 100, "g"),
        ("pW", 69, 83, "G"),
    ),
    "J2": (  # T-junction: the left turn from the west leads, then the main road, then the side street
        ("Ws", 0, 64, "G"),
        ("Wl", 0, 14, "G"),
        ("Wl", 19, 64, "g"),
        ("Es", 19, 64, "G"),
        ("Er", 19, 64, "g"),
        ("pN", 19, 45, "G"),
        ("Nl", 69, 100, "G"),
        ("Nr", 69, 100, "g"),
        ("pW", 69, 83, "G"),
    ),
    "J3": (  # both left turns lead, then the main road, then the side streets
        ("Wl El", 0, 10, "G"),
        ("Ws Es", 15, 56, "G"),
        ("Wr Er Wl El", 15, 56, "g"),
        ("pN pS", 15, 40, "G"),
        ("Ns Ss", 61, 100, "G"),
        ("Nr Nl Sr Sl", 61, 100, "g"),
        ("pE pW", 61, 80, "G"),
    ),
    "J4": (  # skewed: two stages, longer all-red because the ways through are long
        ("Ws Es", 0, 54, "G"),
        ("Wr Er Wl El", 0, 54, "g"),
        ("pN pS", 0, 30, "G"),
        ("Ns Ss", 60, 99, "G"),
        ("Nr Nl Sr Sl", 60, 99, "g"),
        ("pE", 60, 80, "G"),
    ),
    "J5": (  # split phasing: the side streets have shared left-and-straight lanes, each approach runs alone
        ("Ws Es", 0, 44, "G"),
        ("Wr Er Wl El", 0, 44, "g"),
        ("pN pS", 0, 25, "G"),
        ("Ns Nl", 49, 72, "G"),
        ("Nr", 49, 72, "g"),
        ("pW", 49, 56, "G"),
        ("Ss Sl Sr", 77, 100, "G"),
    ),
    "J6": (  # the left turn from the west leads, then the main road, then the side streets
        ("Ws", 0, 62, "G"),
        ("Wr", 0, 62, "g"),
        ("Wl", 0, 10, "G"),
        ("Wl", 15, 62, "g"),
        ("Es", 15, 62, "G"),
        ("Er El", 15, 62, "g"),
        ("pN pS", 15, 40, "G"),
        ("Ns Ss", 67, 100, "G"),
        ("Nr Nl Sr Sl", 67, 100, "g"),
        ("pW", 67, 83, "G"),
    ),
}


def lamps_of(junction: str) -> list[str]:
    """Return the movement or crossing of each lamp, in the order of the state string."""
    return [turn.arm + turn.letter for turn in turns(junction)] + [f"p{arm}" for arm in crossings(junction)]


def letters_of(movement: str, rows: tuple[Row, ...], cycle_s: int) -> str:
    """Return what a movement shows in each second of the cycle, one letter per second."""
    letters = ["r"] * cycle_s
    for names, start_s, end_s, letter in rows:
        if movement in names.split():
            letters[start_s:end_s] = letter * (end_s - start_s)
    if not movement.startswith("p"):
        ends = [t for t in range(cycle_s) if letters[t] == "r" and letters[t - 1] in "Gg"]
        for end_s in ends:
            for second in range(end_s, end_s + YELLOW_S):
                letters[second % cycle_s] = "y"
    return "".join(letters)


def phases(junction: str) -> list[tuple[int, str]]:
    """Return the program as (seconds, state) from second 0 of the cycle on."""
    columns = [letters_of(lamp, GREENS[junction], CYCLE_S) for lamp in lamps_of(junction)]
    states = ["".join(second) for second in zip(*columns, strict=True)]
    return [(len(list(run)), state) for state, run in groupby(states)]


def signals_xml() -> etree._Element:
    """Return the programs, and which lamp governs which connection."""
    root = etree.Element("tlLogics")
    for junction in JUNCTIONS:
        logic = etree.SubElement(root, "tlLogic", id=junction, type="static", programID="0")
        logic.set("offset", str(OFFSETS_S[junction]))
        for seconds, state in phases(junction):
            etree.SubElement(logic, "phase", duration=str(seconds), state=state)
    for junction in JUNCTIONS:
        for link, turn in enumerate(turns(junction)):
            ends = {"from": turn.from_edge, "to": turn.to_edge}
            lanes = {"fromLane": str(turn.from_lane), "toLane": str(turn.to_lane)}
            etree.SubElement(root, "connection", {**ends, **lanes, "tl": junction, "linkIndex": str(link)})
    return root
