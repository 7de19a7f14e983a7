"""The streets of the bundled arterial: where they lie, which lanes they have, which turns each lane makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SPEED_MAIN_M_S = 13.89  # 50 km/h
SPEED_SIDE_M_S = 11.11  # 40 km/h signed, as in many residential streets
LANE_WIDTH_M = 3.2
SIDEWALK_WIDTH_M = 2.0
POCKET_M = 70.0

POSITIONS_M: dict[str, tuple[float, float]] = {
    "W": (-520.0, -14.0),
    "J1": (0.0, 0.0),
    "J2": (340.0, 12.0),
    "J3": (550.0, 20.0),
    "J4": (1070.0, -4.0),
    "J5": (1350.0, -30.0),
    "J6": (1760.0, -46.0),
    "E": (2300.0, -40.0),
    "N1": (-14.0, 290.0),
    "S1": (10.0, -270.0),
    "N2": (352.0, 300.0),
    "N3": (560.0, 330.0),
    "S3": (541.0, -300.0),
    "N4": (1238.0, 236.0),  # the old country road: it meets the arterial at about 55 degrees
    "S4": (900.0, -247.0),
    "N5": (1366.0, 290.0),
    "S5": (1338.0, -330.0),
    "N6": (1772.0, 280.0),
    "S6": (1750.0, -320.0),
}

LEFT_OF = {"W": "N", "N": "E", "E": "S", "S": "W"}  # the arm to which a left turn from an arm leads
ACROSS = {"W": "E", "E": "W", "N": "S", "S": "N"}
RIGHT_OF = {arm: to for to, arm in LEFT_OF.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One leg of a junction, as its traffic comes in: the turns of each lane from the kerb, and the lanes out."""

    toward: str  # node at the other end
    lanes: tuple[str, ...]  # letters s, l, r per lane
    lanes_out: int
    crossing: bool = False


def _main(toward: str, *lanes: str, crossing: bool = False) -> Arm:
    return Arm(toward=toward, lanes=lanes or ("sr", "s", "l"), lanes_out=2, crossing=crossing)


def _side(toward: str, *lanes: str, lanes_out: int = 1) -> Arm:
    return Arm(toward=toward, lanes=lanes, lanes_out=lanes_out, crossing=True)


JUNCTIONS: dict[str, dict[str, Arm]] = {
    "J1": {"N": _side("N1", "lsr"), "E": _main("J2"), "S": _side("S1", "sr", "l"), "W": _main("W", crossing=True)},
    "J2": {"N": _side("N2", "r", "l"), "E": _main("J3", "sr", "s"), "W": _main("J1", "s", "s", "l", crossing=True)},
    "J3": {
        "N": _side("N3", "sr", "l"),
        "E": _main("J4", crossing=True),
        "S": _side("S3", "sr", "l"),
        "W": _main("J2", crossing=True),
    },
    "J4": {"N": _side("N4", "lsr"), "E": _main("J5", crossing=True), "S": _side("S4", "lsr"), "W": _main("J3")},
    "J5": {
        "N": _side("N5", "sr", "ls", lanes_out=2),
        "E": _main("J6"),
        "S": _side("S5", "sr", "ls", lanes_out=2),
        "W": _main("J4", crossing=True),
    },
    "J6": {"N": _side("N6", "sr", "l"), "E": _main("E"), "S": _side("S6", "lsr"), "W": _main("J5", crossing=True)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A connection of one lane through a junction; lanes are counted as SUMO does, with the sidewalk as lane 0."""

    junction: str
    arm: str
    letter: str
    from_edge: str
    from_lane: int
    to_edge: str
    to_lane: int


def has_pocket(arm: Arm) -> bool:
    """Whether the approach widens by a left-turn pocket before the stop line."""
    return len(arm.lanes) == 3


def approach_edge(junction: str, arm: Arm) -> str:
    """Return the edge that ends at the stop line."""
    return f"{arm.toward}_{junction}" + ("_pocket" if has_pocket(arm) else "")


def exit_edge(junction: str, arm: Arm) -> str:
    """Return the edge that leaves the junction by an arm."""
    return f"{junction}_{arm.toward}"


def turns(junction: str) -> Iterator[Turn]:
    """Yield the connections of a junction: arms clockwise from north, lanes from the kerb, right turns first."""
    arms = JUNCTIONS[junction]
    for name, arm in arms.items():
        straight = [lane for lane, letters in enumerate(arm.lanes) if "s" in letters]
        for lane, letters in enumerate(arm.lanes):
            for letter in sorted(letters, key="rsl".index):
                target = {"r": RIGHT_OF, "s": ACROSS, "l": LEFT_OF}[letter][name]
                to_lane = {"r": 0, "l": arms[target].lanes_out - 1}.get(letter)
                if to_lane is None:
                    to_lane = straight.index(lane)
                yield Turn(
                    junction=junction,
                    arm=name,
                    letter=letter,
                    from_edge=approach_edge(junction, arm),
                    from_lane=lane + 1,
                    to_edge=exit_edge(junction, arms[target]),
                    to_lane=to_lane + 1,
                )


def crossings(junction: str) -> list[str]:
    """Return the arms that have a crossing, clockwise from north."""
    return [name for name, arm in JUNCTIONS[junction].items() if arm.crossing]
