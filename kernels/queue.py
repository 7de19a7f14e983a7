"""A queue simulation of a whole street network: one event per vehicle and stop line, not one step per second.

Time runs in ticks of 0.1 s. Every lane is a queue, first in, first out: a *street* lane, a *box* (the place inside a
junction where a turn waits for a gap) or a *gate* (where vehicles wait to enter an edge). Only the head of a lane can
do something, so a lane has at most one event pending. A vehicle drives its lane at its own free speed, queues without
length at the stop line, and leaves when the headway to the vehicle before it, the lamp, the vehicles it must let pass
and the room downstream allow. Room that a leaving vehicle frees reaches the upstream end of the lane one lane length
of jam wave later (G. F. Newell, A simplified theory of kinematic waves in highway traffic, Transportation Research B
27, 1993), so queues spill back, and rings of full lanes lock, as streets do.

A *way* leads from one lane through a junction to the next edge of a vehicle's route, onto one of several lanes there.
Streets, traffic and lamps come as tables (structured arrays, one row per lane, vehicle, ...): a row is what the
processor has at hand when it works on one lane. Lanes are numbered streets first, then boxes, then one gate for each
edge on which vehicles enter. All kernels but the last are parts of one: they are put into it where they are called.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .compiled import inner_kernel, kernel

NEVER = 1 << 30
PERMITTED, PROTECTED = 0, 1
SCHEDULED, YIELDING, FULL = 0, 1, 2  # what the head of a lane waits for: a known tick, a gap, or room downstream
OUTSIDE, UNDER_WAY, ARRIVED = 0, 1, 2
ROLLING = 9  # place in a discharging queue from which on vehicles pass the stop line at speed
ONCE_PER_S = 10
STANDING = 30  # ticks: a head that goes on sooner does not stop those behind it

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


@inner_kernel
def open_at(signals, groups, windows, yellow_use, group, tick):
    """Return the first tick from `tick` on at which a group may be passed, and the kind of green then."""
    signal = groups[group]["signal"]
    cycle = signals[signal]["cycle"]
    second = (tick - signals[signal]["shift"]) % cycle
    soonest, soonest_kind = NEVER, PROTECTED
    latest, latest_kind = NEVER, PROTECTED
    for w in range(groups[group]["at"], groups[group]["end"]):
        length = windows[w]["length"]
        since = second - windows[w]["start"]
        if since < 0:
            since += cycle
        if since < length + yellow_use or length >= cycle:
            if since < latest:
                latest, latest_kind = since, windows[w]["kind"]
        elif cycle - since < soonest:
            soonest, soonest_kind = cycle - since, windows[w]["kind"]
    if latest < NEVER:
        return tick, latest_kind
    if soonest < NEVER:
        return tick + soonest, soonest_kind
    return NEVER, PROTECTED


@inner_kernel
def _next_step(tick, step):
    return (tick + step - 1) // step * step


@inner_kernel
def _push(lanes, bucket, lane, tick):
    """Put a lane's event into its tick's list."""
    lanes[lane]["due"] = tick
    if tick < bucket.size:
        lanes[lane]["following"] = bucket[tick]
        bucket[tick] = lane


@inner_kernel
def _due_lanes(lanes, bucket, batch, tick):
    """Write the lanes with an event at a tick into `batch`, in order, and return how many they are.

    To keep the lists in order instead would take a walk through each at every event: on 1600 junctions that took ten
    times as long as all the rest. D. L. Shell, A high-speed sorting procedure, Communications of the ACM 2, 1959.
    """
    count, lane = 0, bucket[tick]
    while lane >= 0:
        batch[count] = lane
        count += 1
        lane = lanes[lane]["following"]
    if count == 1:
        return 1
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, count):
            lane, j = batch[k], k
            while j >= gap and batch[j - gap] > lane:
                batch[j] = batch[j - gap]
                j -= gap
            batch[j] = lane
        gap //= 3
    return count


@inner_kernel
def _way_of(lanes, turns, turn_way, vehicles, places, lane, vehicle):
    """Return the way that a vehicle takes from a lane; -1 from a lane that does not lead on, which it has to change."""
    way = lanes[lane]["way"]
    if way >= 0:
        return way
    turn = places[vehicles[vehicle]["place"]]["turn"]
    return turn_way[turns[turn]["at"] + lanes[lane]["place"]]


@inner_kernel
def _stands(lanes, rings, vehicles, lane, tick):
    """Whether the head of a lane stands, and will for some seconds."""
    at = lanes[lane]
    if at["entered"] == at["left"]:
        return False
    if at["status"] != SCHEDULED:
        return True
    head = rings[at["ring"] + (at["left"] & at["wrap"])]["vehicle"]
    return vehicles[head]["arrival"] <= tick and at["due"] > tick + STANDING


@inner_kernel
def _has_room(lanes, rings, vehicles, lane, vehicle, tick):
    """Whether a vehicle fits, half of it at least; an empty lane takes any. Gives back room that the wave returned."""
    at = lanes[lane]
    released = at["released"]
    while released < at["left"]:
        slot = at["ring"] + (released & at["wrap"])
        if rings[slot]["release"] > tick:
            break
        at["occupied"] -= vehicles[rings[slot]["vehicle"]]["space"]
        released += 1
    at["released"] = released
    if at["occupied"] == 0:
        return True
    room = at["length"] if _stands(lanes, rings, vehicles, lane, tick) else at["flowing"]
    return 2 * at["occupied"] + vehicles[vehicle]["space"] <= 2 * room


@inner_kernel
def _wait_for_room(lanes, rings, bucket, lane, full, tick):
    """Let a lane sleep until room of another lane comes back."""
    at = lanes[full]
    lanes[lane]["status"], lanes[lane]["held"], lanes[lane]["held_by"] = FULL, tick, full
    if at["released"] < at["left"]:
        slot = at["ring"] + (at["released"] & at["wrap"])
        _push(lanes, bucket, lane, max(tick + 1, rings[slot]["release"]))
        return
    lanes[lane]["due"] = NEVER
    lanes[lane]["next_waiter"] = at["waiter"]
    at["waiter"] = lane


@inner_kernel
def _choose_lane(lanes, edges, rings, vehicles, places, vehicle, place, targets, tick):
    """Return the lane of an edge with most room among those from which the route goes on, and if it has room.

    Lanes that the way leads to straight are preferred: strictly on edges too short to change lanes on. If there the
    route goes on from none of these, the vehicle comes onto one of them all the same, and changes at its head.
    """
    edge = edges[places[place]["edge"]]
    usable = places[place]["lanes"]
    if not edge["change"] and not usable & targets:
        usable = targets
    best, least, fits = -1, NEVER, False
    for k in range(edge["lanes"]):
        if not (usable >> k) & 1:
            continue
        lane = edge["lane"] + k
        room = _has_room(lanes, rings, vehicles, lane, vehicle, tick)
        cost = lanes[lane]["occupied"]
        if not room:
            cost += 1 << 20
        if not (targets >> k) & 1:
            cost += 60 if edge["change"] else 1 << 22
        if cost < least:
            best, least, fits = lane, cost, room
    return best, fits


@inner_kernel
def _schedule_head(
    lanes, rings, bucket, turns, turn_way, ways, starts, rule, vehicles, places, signals, groups, windows, lane, tick
):
    """Set the event of a lane whose head has just changed: the first tick at which lamp and headway let it go."""
    at = lanes[lane]
    at["status"] = SCHEDULED
    if at["entered"] == at["left"]:
        at["due"] = NEVER
        return
    vehicle = rings[at["ring"] + (at["left"] & at["wrap"])]["vehicle"]
    at["head_way"] = _way_of(lanes, turns, turn_way, vehicles, places, lane, vehicle)
    if at["head_way"] < 0:
        _push(lanes, bucket, lane, max(vehicles[vehicle]["arrival"], tick + 1))
        return
    way = ways[at["head_way"]]
    nth = min(at["nth"] + 1, ROLLING)
    ready = at["last_out"] + rule["headway"] + int(vehicles[vehicle]["space"] * way["pace"]) + starts[nth]["headway"]
    if vehicles[vehicle]["arrival"] >= ready:
        ready, nth = vehicles[vehicle]["arrival"], ROLLING
    ready = max(ready, tick + 1)
    if way["group"] >= 0 and at["way"] < 0:
        opens, _ = open_at(signals, groups, windows, rule["yellow_use"], way["group"], ready)
        if opens > ready:
            ready, nth = opens + rule["start_delay"], 0
    at["nth"] = nth
    _push(lanes, bucket, lane, ready)


@inner_kernel
def _gap_ends(
    lanes, rings, turns, turn_way, ways, foes, rule, vehicles, places, signals, groups, windows, way, tick, need
):
    """Return 0 if nobody who has priority comes within `need` ticks, else the tick at which to look again."""
    for f in range(ways[way]["foe_at"], ways[way]["foe_end"]):
        foe = foes[f]
        row = ways[foe]
        clear = row["last_cross"] + row["clear"]
        if clear > tick:
            return clear
        lane = row["box"] if row["box"] >= 0 else row["lane"]
        at = lanes[lane]
        if at["status"] != SCHEDULED or at["entered"] == at["left"]:
            continue
        expected = max(at["due"], tick)
        for k in range(at["left"], min(at["entered"], at["left"] + 3)):
            vehicle = rings[at["ring"] + (k & at["wrap"])]["vehicle"]
            if k > at["left"]:
                expected = max(expected + 2 * ONCE_PER_S, vehicles[vehicle]["arrival"])
            if expected >= tick + need:
                break
            if _way_of(lanes, turns, turn_way, vehicles, places, lane, vehicle) != foe:
                continue
            if row["group"] < 0 or row["box"] >= 0:
                return expected + row["clear"]
            opens, _ = open_at(signals, groups, windows, rule["yellow_use"], row["group"], expected)
            if opens == expected:
                return expected + row["clear"]
            break
    return 0


@inner_kernel
def _credit(lanes, edges, turns, vehicles, places, vehicle, turn, tick):
    """Book the delay since the last signal to the turn that is being made."""
    row = vehicles[vehicle]
    place = places[row["place"]]
    free = place["free"] - places[row["start"]]["free"] + lanes[edges[place["edge"]]["lane"]]["free"]
    lost = tick - row["depart"] - free * row["pace"]
    if row["counted"]:
        turns[turn]["delay"] += lost - row["credited"]
        turns[turn]["vehicles"] += 1
    row["credited"] = lost


@inner_kernel
def _join(lanes, rings, vehicles, vehicle, lane, tick, travel):
    """Put a vehicle at the end of a queue, to be at the stop line `travel` ticks from now; True if it is the head."""
    at = lanes[lane]
    arrival = max(tick + int(travel), at["last_arrival"])
    at["last_arrival"] = arrival
    vehicles[vehicle]["arrival"] = arrival
    vehicles[vehicle]["entry"] = tick
    rings[at["ring"] + (at["entered"] & at["wrap"])]["vehicle"] = vehicle
    at["entered"] += 1
    at["occupied"] += vehicles[vehicle]["space"]
    at["last_in"] = tick
    return at["entered"] == at["left"] + 1


@inner_kernel
def _finish(lanes, edges, vehicles, places, vehicle, place, tick, travel, end):
    """Take a vehicle out of the network at the end of the last edge of its route, on which nothing hinders it."""
    row = vehicles[vehicle]
    last = lanes[edges[places[place]["edge"]]["lane"]]
    at_end = tick + travel + last["free"] * row["pace"] + last["drag"]
    free = places[place]["free"] - places[row["start"]]["free"] + last["free"]
    row["loss"] = at_end - row["depart"] - free * row["pace"]
    row["phase"] = ARRIVED if at_end <= end else UNDER_WAY


@inner_kernel
def _write_leg(legs, used, row, vehicle, lane, way, left):
    """Write down that a vehicle is done with a lane."""
    if used[0] < legs.size:
        leg = legs[used[0]]
        leg["vehicle"], leg["lane"], leg["way"], leg["left"] = vehicle, lane, way, left
        leg["entry"], leg["arrival"] = (row["entry"], row["arrival"]) if way >= 0 else (row["depart"], row["depart"])
    used[0] += 1


@inner_kernel
def _write_hold(holds, used, at, lane, until):
    """Write down how long the head of a lane waited for room."""
    if used[1] < holds.size:
        hold = holds[used[1]]
        hold["lane"], hold["way"], hold["by"] = lane, at["head_way"], at["held_by"]
        hold["since"], hold["until"] = at["held"], until
    used[1] += 1


@inner_kernel
def _write_rest(lanes, rings, turns, turn_way, vehicles, places, gates, gate_vehicle, legs, holds, used, end):
    """Write down the vehicles that are still on a lane or outside, and the heads that wait for room, at the end."""
    first_gate = lanes.size - gates.size
    for lane in range(lanes.size):
        at = lanes[lane]
        if at["status"] == FULL and at["entered"] > at["left"] and (lane >= first_gate or at["head_way"] >= 0):
            _write_hold(holds, used, at, lane, end)
        for k in range(at["left"], at["entered"]):
            if lane >= first_gate:
                vehicle, way = gate_vehicle[gates[lane - first_gate]["at"] + k], -1
            else:
                vehicle = rings[at["ring"] + (k & at["wrap"])]["vehicle"]
                way = _way_of(lanes, turns, turn_way, vehicles, places, lane, vehicle)
                turn = turns[places[vehicles[vehicle]["place"]]["turn"]]["at"]
                while way < 0:  # has to change lanes: any way of its turn will do
                    way = turn_way[turn]
                    turn += 1
            _write_leg(legs, used, vehicles[vehicle], vehicle, lane, way, NEVER)


@inner_kernel
def _leave(lanes, rings, bucket, rule, vehicles, lane, tick):
    """Take the head off a lane and wake who waits for its room, which comes back when the jam wave is through."""
    at = lanes[lane]
    slot = at["ring"] + (at["left"] & at["wrap"])
    release = tick + at["length"] * rule["wave"] // vehicles[rings[slot]["vehicle"]]["space"]
    rings[slot]["release"] = release
    at["left"] += 1
    at["last_out"] = tick
    other = at["waiter"]
    at["waiter"] = -1
    while other >= 0:
        _push(lanes, bucket, other, max(tick + 1, release))
        other = lanes[other]["next_waiter"]


@inner_kernel
def _change_lane(lanes, edges, rings, bucket, turns, turn_way, rule, vehicles, places, lane, vehicle, tick):
    """Move the head of a lane to the end of one from which its route goes on; -1 if it has to wait for room there.

    Two that want to change places do so.
    """
    place = vehicles[vehicle]["place"]
    target, fits = _choose_lane(lanes, edges, rings, vehicles, places, vehicle, place, -1, tick)
    if not fits:
        at = lanes[target]
        if at["left"] == at["entered"] or at["head_way"] >= 0:
            _wait_for_room(lanes, rings, bucket, lane, target, tick)
            return -1
    entry = vehicles[vehicle]["entry"]
    _leave(lanes, rings, bucket, rule, vehicles, lane, tick)
    starts = _join(lanes, rings, vehicles, vehicle, target, tick, rule["change"])
    vehicles[vehicle]["entry"] = entry
    return target if starts else lane


@inner_kernel
def _settle(lanes, edges, turns, vehicles, places, end):
    """Book what vehicles lost that are still under way, or still outside, at the end."""
    for v in range(vehicles.size):
        row = vehicles[v]
        if row["phase"] == ARRIVED or row["depart"] >= end:
            continue
        if row["phase"] == OUTSIDE:
            row["loss"] = end - row["depart"]
            continue
        p = row["place"]
        if places[p]["turn"] < 0:
            continue
        free = (places[p]["free"] - places[row["start"]]["free"]) * row["pace"]
        on_lane = lanes[edges[places[p]["edge"]]["lane"]]["free"] * row["pace"]
        row["loss"] = end - row["depart"] - free - min(on_lane, float(end - row["entry"]))
        while row["counted"] and places[p]["turn"] >= 0:
            turn = turns[places[p]["turn"]]
            if turn["lamp"]:
                turn["delay"] += row["loss"] - row["credited"]
                turn["vehicles"] += 1
                break
            p += 1


@inner_kernel
def _run(
    lanes,
    rings,
    bucket,
    batch,
    edges,
    turns,
    turn_way,
    ways,
    foes,
    starts,
    rule,
    vehicles,
    places,
    gates,
    gate_vehicle,
    signals,
    groups,
    windows,
    legs,
    holds,
    used,
    end,
):
    """Run the events in order of time, and of lanes within a tick."""
    first_gate = lanes.size - gates.size
    logs = legs.size > 0
    for gate in range(gates.size):
        lanes[first_gate + gate]["entered"] = gates[gate]["end"] - gates[gate]["at"]
        first = vehicles[gate_vehicle[gates[gate]["at"]]]["depart"]
        _push(lanes, bucket, first_gate + gate, _next_step(first, rule["gate_step"]))
    for tick in range(end):
        if bucket[tick] < 0:
            continue
        for k in range(_due_lanes(lanes, bucket, batch, tick)):
            this = batch[k]
            at = lanes[this]
            if this >= first_gate:
                if tick % rule["gate_step"]:
                    _push(lanes, bucket, this, _next_step(tick, rule["gate_step"]))
                    continue
                if logs and at["status"] == FULL:
                    _write_hold(holds, used, at, this, tick)
                at["status"] = SCHEDULED
                gate = gates[this - first_gate]
                waiting = gate["at"] + at["left"]
                vehicle = gate_vehicle[waiting]
                row = vehicles[vehicle]
                place = row["place"]
                target, fits = _choose_lane(lanes, edges, rings, vehicles, places, vehicle, place, -1, tick)
                last = places[place]["turn"] < 0
                if not last:
                    if not fits:
                        _wait_for_room(lanes, rings, bucket, this, target, tick)
                        continue
                    if lanes[target]["last_in"] + rule["gate_gap"] > tick:
                        _push(lanes, bucket, this, lanes[target]["last_in"] + rule["gate_gap"])
                        continue
                if logs:
                    _write_leg(legs, used, row, vehicle, this, -1, tick)
                row["phase"] = UNDER_WAY
                travel = rule["gate_start"]
                at["left"] += 1
                if at["left"] < at["entered"]:
                    following = vehicles[gate_vehicle[waiting + 1]]["depart"]
                    _push(lanes, bucket, this, _next_step(max(following, tick + 1), rule["gate_step"]))
                boxed = False
                to_box = False
            else:
                vehicle = rings[at["ring"] + (at["left"] & at["wrap"])]["vehicle"]
                row = vehicles[vehicle]
                w = at["head_way"]
                if w < 0:
                    at["nth"] = 0
                    target = _change_lane(
                        lanes, edges, rings, bucket, turns, turn_way, rule, vehicles, places, this, vehicle, tick
                    )
                    if target < 0:
                        continue
                    if target != this:
                        _schedule_head(
                            lanes, rings, bucket, turns, turn_way, ways, starts, rule, vehicles, places, signals,
                            groups, windows, target, tick,
                        )  # fmt: skip
                    _schedule_head(
                        lanes, rings, bucket, turns, turn_way, ways, starts, rule, vehicles, places, signals, groups,
                        windows, this, tick,
                    )  # fmt: skip
                    continue
                if logs and at["status"] == FULL:
                    _write_hold(holds, used, at, this, tick)
                way = ways[w]
                blocker = at["blocker"]
                if blocker >= 0 and blocker != way["box"] and lanes[blocker]["status"] != SCHEDULED:
                    at["nth"] = 0
                    _has_room(lanes, rings, vehicles, blocker, vehicle, tick)
                    _wait_for_room(lanes, rings, bucket, this, blocker, tick)
                    continue
                boxed = at["way"] >= 0
                yields = way["foe_end"] > way["foe_at"]
                if way["group"] >= 0 and not boxed:
                    opens, kind = open_at(signals, groups, windows, rule["yellow_use"], way["group"], tick)
                    if opens > tick:
                        at["nth"], at["status"] = 0, SCHEDULED
                        _push(lanes, bucket, this, opens + rule["start_delay"])
                        continue
                    yields = yields and kind == PERMITTED
                to_box = way["box"] >= 0 and not boxed
                yields = yields and not to_box
                if yields:
                    need = way["need_standing"] if at["nth"] == 0 else way["need"]
                    again = _gap_ends(
                        lanes, rings, turns, turn_way, ways, foes, rule, vehicles, places, signals, groups, windows,
                        w, tick, need,
                    )  # fmt: skip
                    if again > 0:
                        at["nth"], at["status"] = 0, YIELDING
                        _push(lanes, bucket, this, max(again, tick + ONCE_PER_S))
                        continue
                place = row["place"]
                last, fits = False, True
                target = way["box"]
                if to_box:
                    fits = _has_room(lanes, rings, vehicles, target, vehicle, tick)
                else:
                    place += 1
                    last = places[place]["turn"] < 0
                    if not last:
                        target, fits = _choose_lane(
                            lanes, edges, rings, vehicles, places, vehicle, place, way["targets"], tick
                        )
                if not fits:
                    at["nth"] = 0
                    _wait_for_room(lanes, rings, bucket, this, target, tick)
                    continue
                if tick > row["arrival"] + 2 * ONCE_PER_S:
                    row["stops"] += 1
                if not boxed and turns[way["turn"]]["lamp"]:
                    _credit(lanes, edges, turns, vehicles, places, vehicle, way["turn"], tick)
                travel = 0.0 if to_box else way["out"]
                if at["nth"] < ROLLING:
                    travel += starts[at["nth"]]["share"] * way["start"]
                elif not boxed:
                    travel += way["look"] if yields else way["slow_down"]
                travel += (way["wait"] if to_box else way["free"]) * row["pace"]
                if not to_box:
                    way["last_cross"] = tick
                if logs:
                    _write_leg(legs, used, row, vehicle, this, w, tick)
                _leave(lanes, rings, bucket, rule, vehicles, this, tick)
            row["place"] = place
            if last:
                _finish(lanes, edges, vehicles, places, vehicle, place, tick, travel, end)
            else:
                if not to_box:
                    travel += lanes[target]["free"] * row["pace"] + lanes[target]["drag"]
                if _join(lanes, rings, vehicles, vehicle, target, tick, travel):
                    _schedule_head(
                        lanes, rings, bucket, turns, turn_way, ways, starts, rule, vehicles, places, signals, groups,
                        windows, target, tick,
                    )  # fmt: skip
            if this < first_gate:
                _schedule_head(
                    lanes, rings, bucket, turns, turn_way, ways, starts, rule, vehicles, places, signals, groups,
                    windows, this, tick,
                )  # fmt: skip
    _settle(lanes, edges, turns, vehicles, places, end)
    if logs:
        _write_rest(lanes, rings, turns, turn_way, vehicles, places, gates, gate_vehicle, legs, holds, used, end)


def no_log():
    """Return the tables of a run that writes nothing down."""
    return LogTables(legs=np.empty(0, LEG), holds=np.empty(0, HOLD), used=np.zeros(2, np.int64))


@kernel
def _simulate(streets, traffic, lamps, end, log):
    """Run on fresh copies of what changes."""
    lanes = np.empty(streets.lanes.size + traffic.gates.size, LANE)
    lanes[: streets.lanes.size] = streets.lanes
    for gate in range(streets.lanes.size, lanes.size):
        lanes[gate] = streets.gate[0]
    turns, ways = streets.turns.copy(), streets.ways.copy()
    vehicles = traffic.vehicles.copy()
    last = streets.lanes[streets.lanes.size - 1]
    bucket = np.full(end, -1, np.int32)
    rings = np.zeros(last["ring"] + last["wrap"] + 1, RING)
    _run(
        lanes,
        rings,
        bucket,
        np.empty(lanes.size, np.int32),
        streets.edges,
        turns,
        streets.turn_way,
        ways,
        streets.foes,
        streets.starts,
        streets.rules[0],
        vehicles,
        traffic.places,
        traffic.gates,
        traffic.gate_vehicle,
        lamps.signals,
        lamps.groups,
        lamps.windows,
        log.legs,
        log.holds,
        log.used,
        end,
    )
    return vehicles, turns


def simulate(streets, traffic, lamps, end, log=None):
    """Return what became of each vehicle and what was lost at each turn when a plan meets some traffic.

    Parameters
    ----------
    streets : StreetTables
    traffic : TrafficTables
    lamps : LampTables
    end : int
        Ticks to simulate, from 0.
    log : LogTables, optional
        Filled with what each vehicle did; a table with no row is left alone. The results are the same with and without.

    Returns
    -------
    vehicles : (V,) VEHICLE
        `loss` [ticks]: travel time beyond the vehicle's own free time, plus the wait to enter. Vehicles under way at
        the end count with what they lost so far, those never let in with their wait so far. `stops`: how often it
        stood at a stop line. `phase`: OUTSIDE, UNDER_WAY or ARRIVED.
    turns : (T,) TURN
        `delay` [ticks] since the signal before, of the counted `vehicles` that made a signalised turn or were next to
        make it.
    """
    return _simulate(streets, traffic, lamps, end, log or no_log())
