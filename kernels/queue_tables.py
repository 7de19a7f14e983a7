"""The tables of the queue simulation: structured arrays, one row per lane, way, vehicle, ..., and how they go together.

A tick is 0.1 s; lengths are in decimetres. Lanes are numbered streets first, then boxes, then gates: see `queue`.

No kernel lies here, and nothing that one compiles in: a change of this file does not refresh the kernels that Numba
keeps. Of a table they see the dtype of what they are given, so another dtype is another kernel. What they would take
as a constant (a number, a NamedTuple with the order of its fields) lies in `queue`, beside them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

LANE = np.dtype(
    [
        ("length", "i4"),  # room for standing vehicles [dm]
        ("flowing", "i4"),  # room for moving ones, which may fill the junction too [dm]
        ("free", "f8"),  # ticks at the speed limit
        ("drag", "f8"),  # ticks that drivers' imperfection adds
        ("place", "i4"),  # within the edge, from the kerb
        ("way", "i4"),  # of a box: the way it belongs to; -1
        ("blocker", "i4"),  # box so short that who waits in it blocks this lane; -1
        ("ring", "i4"),  # first place of the queue in the ring store
        ("wrap", "i4"),  # size of its ring (a power of two) less 1
        # From here on what changes during a run; a fresh table has NEVER, -NEVER, -1 or 0.
        ("due", "i4"),  # tick of the pending event
        ("following", "i4"),  # next lane with an event at the same tick
        ("status", "i4"),
        ("entered", "i4"),  # vehicles so far
        ("left", "i4"),
        ("released", "i4"),  # vehicles whose room has come back
        ("occupied", "i4"),  # dm
        ("last_in", "i4"),  # tick
        ("last_out", "i4"),
        ("last_arrival", "i4"),
        ("nth", "i4"),  # place of the head in a discharging queue
        ("head_way", "i4"),  # way that the head takes; -1 on a gate
        ("waiter", "i4"),  # first lane that sleeps until room comes back here
        ("next_waiter", "i4"),
        ("held", "i4"),  # tick since which the head waits for room on ...
        ("held_by", "i4"),  # ... this lane
    ],
    align=True,
)
EDGE = np.dtype([("lane", "i4"), ("lanes", "i4"), ("change", "i4")], align=True)  # change: long enough to change lanes
TURN = np.dtype([("at", "i4"), ("lamp", "i4"), ("vehicles", "i4"), ("delay", "f8")], align=True)
WAY = np.dtype(
    [
        ("lane", "i4"),  # it starts from
        ("turn", "i4"),
        ("group", "i4"),  # signal group, -1 without
        ("box", "i4"),  # lane of its waiting place, -1 without
        ("targets", "i4"),  # bit set of lanes of the next edge that it leads to
        ("foe_at", "i4"),
        ("foe_end", "i4"),
        ("need", "i4"),  # ticks that a moving vehicle needs to get clear, look-ahead included
        ("need_standing", "i4"),  # the same from standstill
        ("clear", "i4"),  # the same for a moving vehicle without look-ahead
        ("last_cross", "i4"),
        ("free", "f8"),  # ticks through the junction, after the waiting place
        ("wait", "f8"),  # ticks to the waiting place
        ("pace", "f8"),  # headway per dm of vehicle space [ticks/dm]
        ("start", "f8"),  # ticks lost by speeding up from standstill to the speed of the way
        ("out", "f8"),  # ticks lost by speeding up from that speed to the next edge's
        ("slow_down", "f8"),  # ticks lost by slowing down to it
        ("look", "f8"),  # the same when the driver has to look for others
    ],
    align=True,
)
RULE = np.dtype(
    [
        ("headway", "i4"),  # ticks, besides the part in proportion to vehicle space
        ("start_delay", "i4"),  # ticks from green until the first vehicle crosses
        ("wave", "i4"),  # ticks per vehicle that the front of a starting queue takes
        ("change", "i4"),  # ticks that changing lanes at the head of a queue takes
        ("yellow_use", "i4"),  # ticks of yellow that are driven through
        ("gate_gap", "i4"),  # ticks since the last vehicle came onto the lane that an entering one asks for
        ("gate_step", "i4"),  # vehicles enter at whole multiples of this [ticks]
        ("gate_start", "f8"),  # ticks lost by speeding up after entering
    ],
    align=True,
)
START = np.dtype([("headway", "i4"), ("share", "f8")], align=True)
VEHICLE = np.dtype(
    [
        ("depart", "i4"),  # tick
        ("start", "i4"),  # first place of its route
        ("space", "i4"),  # length and gap [dm]
        ("pace", "f8"),  # own free travel time over that at the speed limit
        ("counted", "i4"),  # whether its delay is booked to turns: those of the warm-up only keep the streets busy
        ("place", "i4"),  # in the route; a fresh table has `start`
        ("arrival", "i4"),  # tick at which it could pass the stop line
        ("entry", "i4"),  # tick at which it came onto its lane
        ("stops", "i4"),
        ("phase", "i4"),
        ("loss", "f8"),
        ("credited", "f8"),
    ],
    align=True,
)
PLACE = np.dtype([("turn", "i4"), ("edge", "i4"), ("lanes", "i4"), ("free", "f8")], align=True)
SIGNAL = np.dtype([("cycle", "i4"), ("shift", "i4")], align=True)
GROUP = np.dtype([("signal", "i4"), ("at", "i4"), ("end", "i4")], align=True)
WINDOW = np.dtype([("start", "i4"), ("length", "i4"), ("kind", "i4")], align=True)
GATE = np.dtype([("edge", "i4"), ("at", "i4"), ("end", "i4")], align=True)  # a stretch of gate_vehicle
RING = np.dtype([("vehicle", "i4"), ("release", "i4")], align=True)  # its room is back from `release` on

LEG = np.dtype(  # a vehicle's time on a lane, or outside of the network on a gate
    [
        ("vehicle", "i4"),
        ("lane", "i4"),
        ("way", "i4"),  # taken from there; -1 from a gate
        ("entry", "i4"),  # tick; on a gate its planned departure
        ("arrival", "i4"),  # tick at which it could pass the stop line; on a gate its planned departure
        ("left", "i4"),  # tick; NEVER where it is still there at the end
    ],
    align=True,
)
HOLD = np.dtype(  # the head of a lane waits for room
    [
        ("lane", "i4"),
        ("way", "i4"),  # that it takes; -1 from a gate
        ("by", "i4"),  # lane that has no room
        ("since", "i4"),  # tick
        ("until", "i4"),  # tick
    ],
    align=True,
)


class StreetTables(NamedTuple):
    """What does not change with traffic or plan."""

    lanes: np.ndarray  # LANE, streets and boxes
    gate: np.ndarray  # LANE, one row: what a gate starts with
    edges: np.ndarray  # EDGE
    turns: np.ndarray  # TURN, a pair of edges each
    turn_way: np.ndarray  # int32: way of a turn from each lane of its edge, from TURN.at on; -1 without
    ways: np.ndarray  # WAY
    foes: np.ndarray  # int32: ways that a way lets pass, from WAY.foe_at to WAY.foe_end
    starts: np.ndarray  # START: what the n-th vehicle of a queue adds to its headway and loses by speeding up
    rules: np.ndarray  # RULE, one row


class TrafficTables(NamedTuple):
    """The vehicles and their routes."""

    vehicles: np.ndarray  # VEHICLE
    places: np.ndarray  # PLACE: edge by edge, route by route; turn -1 on the last edge; lanes: from which it goes on
    gates: np.ndarray  # GATE
    gate_vehicle: np.ndarray  # (V,) int32: vehicles by gate and departure


class LogTables(NamedTuple):
    """What a run writes down where it is asked to: rows in the order in which they end."""

    legs: np.ndarray  # LEG
    holds: np.ndarray  # HOLD
    used: np.ndarray  # (2,) int64: rows of each that the run would fill; those beyond a table's size are not written


class LampTables(NamedTuple):
    """A plan: windows of green per signal group."""

    signals: np.ndarray  # SIGNAL
    groups: np.ndarray  # GROUP
    windows: np.ndarray  # WINDOW


def no_log():
    """Return the tables of a run that writes nothing down."""
    return LogTables(legs=np.empty(0, LEG), holds=np.empty(0, HOLD), used=np.zeros(2, np.int64))
