"""What a lamp can show: the letters are those of SUMO's tlLogic states."""

from __future__ import annotations

PROTECTED = "G"
PERMITTED = "g"  # green, but yields to what it conflicts with
YELLOW = "y"
RED = "r"
RED_AMBER = "u"
STOP_THEN_GO = "s"  # red with a green arrow: stop, then turn if the way is free
DARK_YIELD = "o"  # blinking: yield
DARK = "O"  # off: the signs rule

GREENS = frozenset((PROTECTED, PERMITTED))
YELLOWS = frozenset((YELLOW, "Y"))
OFF = frozenset((DARK_YIELD, DARK))
UNYIELDING = frozenset((PROTECTED, DARK))  # of two that conflict and show these, none has to let the other pass
KNOWN = GREENS | YELLOWS | {RED, RED_AMBER, STOP_THEN_GO, DARK_YIELD, DARK}
