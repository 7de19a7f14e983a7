"""The rules of the check on fixed-time plans: the id that a finding carries, what must hold, and where that comes from.

`docs/rules.md` has the same table, and the ids are exactly those that the check's modules give (tests compare).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule by its id. Its findings are errors unless `warning` is set."""

    id: str
    about: str
    source: str
    warning: bool = False


_ALL = (
    Rule(id="presence", about="every junction and group has one plan", source="network"),
    Rule(id="cycle", about="the cycle is 1 to 255 whole seconds, and no longer than allowed", source="rules pack"),
    Rule(id="offset", about="the offset is a whole second within the cycle", source="controllers"),
    Rule(id="grid", about="every window starts and ends on a tenth of a second", source="controllers"),
    Rule(id="split", about="greens start at whole seconds", source="controllers", warning=True),
    Rule(
        id="coordinated", about="second 0 is the start of a green of the coordinated group", source="the plan's offset"
    ),
    Rule(id="red", about="no red lasts longer than allowed", source="rules pack"),
    Rule(id="served", about="a group has a green exactly if it has one today", source="running program"),
    Rule(id="display", about="a group shows no other display than today", source="running program"),
    Rule(
        id="min_green",
        about="greens last their minimum",
        source="running program, rules pack, `junctions.toml`: the longest",
    ),
    Rule(id="yellow", about="a green that ends is followed by its yellow", source="running program, rules pack"),
    Rule(
        id="red_amber",
        about="where every green begins with red-amber today, every green does",
        source="running program",
    ),
    Rule(
        id="yellow_order",
        about="yellow follows a green and a red follows yellow; a warning where today's lamp does so too",
        source="RiLSA 2015; MUTCD 2009, 4D.04",
    ),
    Rule(
        id="short_red",
        about="a red between two greens lasts 2 s; a warning where today's is as short",
        source="NTCIP 1202 v03, phaseRedRevert; 2 s is our value",
    ),
    Rule(
        id="unstopped",
        about="no dark, blinking or arrow display over a foe's green, unless it is the lamp's red there today",
        source="running program",
    ),
    Rule(id="dark", about="a signal is not off all the cycle", source="the plan"),
    Rule(
        id="yellow_on_walk",
        about="no walk while vehicles that cross it have yellow; a warning where it is so today",
        source="MUTCD 2009, 4D.04",
    ),
    Rule(
        id="yellow_trap",
        about="a turn that yields does not end before those who come the other way; a warning where it does today",
        source="FHWA-HOP-08-024, figure 4-13",
    ),
    Rule(
        id="left_turn",
        about="a turn across keeps its protected time unless it may yield; a warning where it yields so today",
        source="rules pack, `junctions.toml`",
    ),
    Rule(
        id="conflict",
        about="conflicting groups are never green together, except as today, and never both protected",
        source="right of way, merging lanes, lines on the map",
    ),
    Rule(
        id="intergreen",
        about="every intergreen is kept, across the end of the cycle too",
        source="running program, rules pack: the longer",
    ),
    Rule(id="fixed", about="a junction that has to stay shows what it shows today", source="`junctions.toml`"),
    Rule(
        id="view", about="the plan was not made with laxer limits than the check's own", source="the check's own view"
    ),
    Rule(
        id="clearance",
        about="the network has the lanes that the pack's clearances are measured on",
        source="rules pack",
        warning=True,
    ),
    Rule(
        id="coordination",
        about="cycles are the common one, a part or a multiple of it",
        source="the plan",
        warning=True,
    ),
)
RULE_LIST = {rule.id: rule for rule in _ALL}
