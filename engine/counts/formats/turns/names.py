"""Names of turns in the headers of turning counts: NBL, `NB Left`, `n_appr_cars_l`, `sb_truck_t`."""

from __future__ import annotations

import re
from collections.abc import Iterable

HEADING_OF_LEG = {"n": "SB", "s": "NB", "e": "WB", "w": "EB", "ne": "SW", "sw": "NE", "nw": "SE", "se": "NW"}
HEADINGS = {"northbound": "NB", "southbound": "SB", "eastbound": "EB", "westbound": "WB"}
TURNS = {
    "l": "L",
    "left": "L",
    "lt": "L",
    "t": "T",
    "thru": "T",
    "through": "T",
    "th": "T",
    "straight": "T",
    "r": "R",
    "right": "R",
    "rt": "R",
    "u": "U",
    "u_turn": "U",
    "u-turn": "U",
    "uturn": "U",
    "u turn": "U",
}
VEHICLES = ("cars", "car", "light", "lights", "truck", "trucks", "heavy", "heavies", "bus", "buses", "motorcycles")
_CLASS = "|".join(VEHICLES)
_HEADING = r"nb|sb|eb|wb|ne|nw|se|sw|northbound|southbound|eastbound|westbound"
_TURN = r"l2|r2|" + "|".join(sorted((re.escape(name) for name in TURNS), key=len, reverse=True))
OF_LEG = re.compile(rf"^(?P<leg>n|s|e|w)_appr_(?:{_CLASS})_(?P<turn>[rtlu])$", re.IGNORECASE)
OF_CLASS = re.compile(rf"^(?P<heading>{_HEADING})[_ -](?:{_CLASS})[_ -](?P<turn>{_TURN})$", re.IGNORECASE)
PLAIN = re.compile(rf"^(?P<heading>{_HEADING})[_ -]?(?P<turn>{_TURN})$", re.IGNORECASE)
PEOPLE = re.compile(r"(ped|bike|bicycle|cyclist|_other$)", re.IGNORECASE)


def turn_of(column: str) -> str | None:
    """Return the turn that a column counts, as NBL; None if it counts none."""
    name = column.strip()
    for pattern in (OF_LEG, OF_CLASS, PLAIN):
        if found := pattern.match(name):
            parts = found.groupdict()
            heading = HEADING_OF_LEG[parts["leg"].lower()] if "leg" in parts else heading_of(parts["heading"])
            return heading + turn_letter(parts["turn"])
    return None


def heading_of(text: str) -> str:
    """Return a heading as NB."""
    return HEADINGS.get(text.strip().lower(), text.strip().upper())


def turn_letter(text: str) -> str:
    """Return a turn as L, T, R or U."""
    return TURNS.get(text.strip().lower(), text.strip().upper())


def turns_in(columns: Iterable[str]) -> dict[str, list[str]]:
    """Return the columns of each turn that is counted: one, or one for each class of vehicles."""
    found: dict[str, list[str]] = {}
    for column in columns:
        if (turn := turn_of(column)) is not None:
            found.setdefault(turn, []).append(column)
    return found
