"""A queue simulation of a whole street network: one event per vehicle and stop line, not one step per second.

Time runs in ticks of 0.1 s. Every lane is a queue, first in, first out: a *street* lane, a *box* (the place inside a
junction where a turn waits for a gap) or a *gate* (where vehicles wait to enter an edge). Only the head of a lane can
do something, so a lane has at most one event pending. A vehicle drives its lane at its own free speed, queues without
length at the stop line, and leaves when the headway to the vehicle before it, the lamp, the vehicles it must let pass
and the room downstream allow. Room that a leaving vehicle frees reaches the upstream end of the lane one lane length
of jam wave later (G. F. Newell, A simplified theory of kinematic waves in highway traffic, Transportation Research B
27, 1993), so queues spill back, and rings of full lanes lock, as streets do.

A *way* leads from one lane through a junction to the next edge of a vehicle's route, onto one of several lanes there.
Streets, traffic and lamps come as tables (`queue_tables`), and one `World` holds those of a run: every part of the
kernel takes it. The numbers that the parts share (lane, vehicle, place, way, turn) are places in its arrays; `tick` is
now. The parts are put into `_simulate` where they are called. From above: `_run` takes the events in order, `_enter`
and `_go` are what a vehicle does at a gate and at a stop line, and below them stand the rules that these two ask.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .compiled import inner_kernel, kernel
from .queue_tables import LANE, RING, no_log

# Numba compiles these in and looks at no other file for changes, so they stand here.
NEVER = 1 << 30
PERMITTED, PROTECTED = 0, 1
SCHEDULED, YIELDING, FULL = 0, 1, 2  # what the head of a lane waits for: a known tick, a gap, or room downstream
OUTSIDE, UNDER_WAY, ARRIVED = 0, 1, 2
ROLLING = 9  # place in a discharging queue from which on vehicles pass the stop line at speed
ONCE_PER_S = 10
STANDING = 30  # ticks: a head that goes on sooner does not stop those behind it
AHEAD = 3  # so many vehicles of a lane are looked at by one who has to let them pass
ANY_LANE = -1  # the bit set of all lanes


class World(NamedTuple):
    """The tables of one run. `lanes`, `turns`, `ways` and `vehicles` are its own copies, which it changes."""

    lanes: np.ndarray  # (L,) LANE: streets, boxes, gates
    rings: np.ndarray  # RING: the vehicles of each lane, from LANE.ring on; gates have none
    bucket: np.ndarray  # (ticks,) int32: the first lane with an event at each tick; -1 without
    batch: np.ndarray  # (L,) int32: the lanes with an event at this tick
    edges: np.ndarray  # EDGE
    turns: np.ndarray  # TURN
    turn_way: np.ndarray  # int32, see StreetTables
    ways: np.ndarray  # WAY
    foes: np.ndarray  # int32, see StreetTables
    starts: np.ndarray  # (ROLLING + 1,) START
    rules: np.ndarray  # (1,) RULE
    vehicles: np.ndarray  # (V,) VEHICLE
    places: np.ndarray  # PLACE
    gates: np.ndarray  # GATE
    gate_vehicle: np.ndarray  # (V,) int32
    signals: np.ndarray  # SIGNAL
    groups: np.ndarray  # GROUP
    windows: np.ndarray  # WINDOW
    legs: np.ndarray  # LEG; no row: nothing is written down
    holds: np.ndarray  # HOLD
    used: np.ndarray  # (2,) int64


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
    world = _fresh_world(streets, traffic, lamps, end, log or no_log())
    _simulate(world)
    return world.vehicles, world.turns


def _fresh_world(streets, traffic, lamps, end, log):
    """Return the world before the first tick: copies of what changes, no event, empty rings."""
    lanes = np.empty(streets.lanes.size + traffic.gates.size, LANE)
    rows = _whole_rows(lanes)
    rows[: streets.lanes.size], rows[streets.lanes.size :] = _whole_rows(streets.lanes), _whole_rows(streets.gate)
    last = streets.lanes[-1]
    return World(
        lanes=lanes,
        rings=np.zeros(int(last["ring"]) + int(last["wrap"]) + 1, RING),
        bucket=np.full(end, -1, np.int32),
        batch=np.empty(lanes.size, np.int32),
        edges=streets.edges,
        turns=_copied(streets.turns),
        turn_way=streets.turn_way,
        ways=_copied(streets.ways),
        foes=streets.foes,
        starts=streets.starts,
        rules=streets.rules,
        vehicles=_copied(traffic.vehicles),
        places=traffic.places,
        gates=traffic.gates,
        gate_vehicle=traffic.gate_vehicle,
        **lamps._asdict(),
        **log._asdict(),
    )


def _whole_rows(table):
    """Return a view of a table by rows without fields: field by field, NumPy copies twenty times as slowly."""
    return table.view(np.dtype((np.void, table.itemsize)))


def _copied(table):
    return _whole_rows(table).copy().view(table.dtype)


@kernel
def _simulate(world):
    """Run a fresh world to its end."""
    _run(world)


@inner_kernel
def _run(world):
    """Run the events in order of time, and of lanes within a tick."""
    first_gate = world.lanes.size - world.gates.size
    for gate in range(world.gates.size):
        _open_gate(world, gate)
    for tick in range(world.bucket.size):
        if world.bucket[tick] < 0:
            continue
        for k in range(_due_lanes(world, tick)):
            lane = world.batch[k]
            if lane >= first_gate:
                _enter(world, lane, tick)
            else:
                _go(world, lane, tick)
    _settle(world)
    if world.legs.size > 0:
        _write_rest(world)


# What a vehicle does at a gate


@inner_kernel
def _open_gate(world, gate):
    """Put all vehicles of a gate into its queue, and set its first event."""
    row = world.gates[gate]
    lane = world.lanes.size - world.gates.size + gate
    world.lanes[lane]["entered"] = row["end"] - row["at"]
    first = world.vehicles[world.gate_vehicle[row["at"]]]["depart"]
    _push(world, lane, _next_step(first, world.rules[0]["gate_step"]))


@inner_kernel
def _next_step(tick, step):
    """Return the first whole multiple of `step` from `tick` on. [ticks]"""
    return (tick + step - 1) // step * step


@inner_kernel
def _enter(world, lane, tick):
    """Let the first of a gate onto its edge, if there is room, and a gap behind the last one that came there."""
    at, rule = world.lanes[lane], world.rules[0]
    if tick % rule["gate_step"]:
        _push(world, lane, _next_step(tick, rule["gate_step"]))
        return
    _end_hold(world, lane, tick)
    at["status"] = SCHEDULED
    waiting = world.gates[lane - (world.lanes.size - world.gates.size)]["at"] + at["left"]
    vehicle = world.gate_vehicle[waiting]
    place = world.vehicles[vehicle]["place"]
    target, fits = _choose_lane(world, vehicle, place, ANY_LANE, tick)
    if world.places[place]["turn"] >= 0:
        if not fits:
            _wait_for_room(world, lane, target, tick)
            return
        if world.lanes[target]["last_in"] + rule["gate_gap"] > tick:
            _push(world, lane, world.lanes[target]["last_in"] + rule["gate_gap"])
            return
    if world.legs.size > 0:
        _write_leg(world, vehicle, lane, -1, tick)
    world.vehicles[vehicle]["phase"] = UNDER_WAY
    at["left"] += 1
    if at["left"] < at["entered"]:
        following = world.vehicles[world.gate_vehicle[waiting + 1]]["depart"]
        _push(world, lane, _next_step(max(following, tick + 1), rule["gate_step"]))
    _arrive(world, vehicle, place, target, tick, rule["gate_start"])


# What the head of a street lane or box does


@inner_kernel
def _go(world, lane, tick):
    """Let the head of a street lane or box go on, or find what it has to wait for."""
    at = world.lanes[lane]
    vehicle = _vehicle_at(world, lane, at["left"])
    if at["head_way"] < 0:
        _move_over(world, lane, vehicle, tick)
        return
    _end_hold(world, lane, tick)
    way = world.ways[at["head_way"]]
    if _pocket_blocks(world, lane, vehicle, tick):
        return
    opens, kind = _open_to_head(world, lane, tick)
    if opens > tick:
        at["nth"], at["status"] = 0, SCHEDULED
        _push(world, lane, opens + world.rules[0]["start_delay"])
        return
    to_box = way["box"] >= 0 and at["way"] < 0
    yields = way["foe_end"] > way["foe_at"] and kind == PERMITTED and not to_box
    if yields and _held_up(world, lane, tick):
        return
    place, target, fits = world.vehicles[vehicle]["place"], way["box"], True
    if to_box:
        fits = _has_room(world, target, vehicle, tick)
    else:
        place += 1
        if world.places[place]["turn"] >= 0:
            target, fits = _choose_lane(world, vehicle, place, way["targets"], tick)
    if not fits:
        at["nth"] = 0
        _wait_for_room(world, lane, target, tick)
        return
    travel = _time_to_cross(world, lane, vehicle, yields)
    _cross(world, lane, vehicle, tick)
    _arrive(world, vehicle, place, target, tick, travel)
    _schedule_head(world, lane, tick)


@inner_kernel
def _move_over(world, lane, vehicle, tick):
    """Move the head of a lane to the end of one from which its route goes on, once there is room.

    Two that want to change places do so.
    """
    world.lanes[lane]["nth"] = 0
    target, fits = _choose_lane(world, vehicle, world.vehicles[vehicle]["place"], ANY_LANE, tick)
    if not fits:
        full = world.lanes[target]
        if full["left"] == full["entered"] or full["head_way"] >= 0:
            _wait_for_room(world, lane, target, tick)
            return
    entry = world.vehicles[vehicle]["entry"]
    _leave(world, lane, tick)
    starts = _join(world, vehicle, target, tick, world.rules[0]["change"])
    world.vehicles[vehicle]["entry"] = entry
    if starts:
        _schedule_head(world, target, tick)
    _schedule_head(world, lane, tick)


@inner_kernel
def _pocket_blocks(world, lane, vehicle, tick):
    """Whether those who wait in a short box stand in the way of another one's head, which then waits for them."""
    at = world.lanes[lane]
    blocker = at["blocker"]
    if blocker < 0 or blocker == world.ways[at["head_way"]]["box"] or world.lanes[blocker]["status"] == SCHEDULED:
        return False
    at["nth"] = 0
    _has_room(world, blocker, vehicle, tick)
    _wait_for_room(world, lane, blocker, tick)
    return True


@inner_kernel
def _held_up(world, lane, tick):
    """Whether the head of a lane has to let somebody pass; it looks again when that one is through, or in a second."""
    at = world.lanes[lane]
    way = world.ways[at["head_way"]]
    need = way["need_standing"] if at["nth"] == 0 else way["need"]
    again = _gap_ends(world, at["head_way"], tick, need)
    if again == 0:
        return False
    at["nth"], at["status"] = 0, YIELDING
    _push(world, lane, max(again, tick + ONCE_PER_S))
    return True


@inner_kernel
def _time_to_cross(world, lane, vehicle, yields):
    """Return the ticks from the stop line to the box, or from there or the line to the start of the next edge."""
    at, pace = world.lanes[lane], world.vehicles[vehicle]["pace"]
    way = world.ways[at["head_way"]]
    boxed = at["way"] >= 0
    to_box = way["box"] >= 0 and not boxed
    travel = 0.0 if to_box else way["out"]
    if at["nth"] < ROLLING:
        travel += world.starts[at["nth"]]["share"] * way["start"]
    elif not boxed:
        travel += way["look"] if yields else way["slow_down"]
    return travel + (way["wait"] if to_box else way["free"]) * pace


@inner_kernel
def _cross(world, lane, vehicle, tick):
    """Book that a vehicle passes the stop line or leaves a box, and take it off its lane."""
    at, row = world.lanes[lane], world.vehicles[vehicle]
    way = world.ways[at["head_way"]]
    boxed = at["way"] >= 0
    if tick > row["arrival"] + 2 * ONCE_PER_S:
        row["stops"] += 1
    if not boxed and world.turns[way["turn"]]["lamp"]:
        _credit(world, vehicle, way["turn"], tick)
    if boxed or way["box"] < 0:
        way["last_cross"] = tick
    if world.legs.size > 0:
        _write_leg(world, vehicle, lane, at["head_way"], tick)
    _leave(world, lane, tick)


@inner_kernel
def _credit(world, vehicle, turn, tick):
    """Book the delay since the last signal to the turn that is being made."""
    row = world.vehicles[vehicle]
    place = world.places[row["place"]]
    on_lane = world.lanes[world.edges[place["edge"]]["lane"]]["free"]
    free = place["free"] - world.places[row["start"]]["free"] + on_lane
    lost = tick - row["depart"] - free * row["pace"]
    if row["counted"]:
        world.turns[turn]["delay"] += lost - row["credited"]
        world.turns[turn]["vehicles"] += 1
    row["credited"] = lost


# Onto a lane and off it


@inner_kernel
def _arrive(world, vehicle, place, target, tick, travel):
    """Put a vehicle, `travel` ticks away, onto the lane it drives to, or out of the network on its last edge."""
    world.vehicles[vehicle]["place"] = place
    if world.places[place]["turn"] < 0:
        _finish(world, vehicle, tick, travel)
        return
    lane = world.lanes[target]
    if lane["way"] < 0:
        travel += lane["free"] * world.vehicles[vehicle]["pace"] + lane["drag"]
    if _join(world, vehicle, target, tick, travel):
        _schedule_head(world, target, tick)


@inner_kernel
def _join(world, vehicle, lane, tick, travel):
    """Put a vehicle at the end of a queue, to be at the stop line `travel` ticks from now; True if it is the head."""
    at, row = world.lanes[lane], world.vehicles[vehicle]
    arrival = max(tick + int(travel), at["last_arrival"])
    at["last_arrival"] = arrival
    row["arrival"] = arrival
    row["entry"] = tick
    world.rings[at["ring"] + (at["entered"] & at["wrap"])]["vehicle"] = vehicle
    at["entered"] += 1
    at["occupied"] += row["space"]
    at["last_in"] = tick
    return at["entered"] == at["left"] + 1


@inner_kernel
def _finish(world, vehicle, tick, travel):
    """Take a vehicle out of the network at the end of the last edge of its route, on which nothing hinders it."""
    row = world.vehicles[vehicle]
    place = world.places[row["place"]]
    last = world.lanes[world.edges[place["edge"]]["lane"]]
    at_end = tick + travel + last["free"] * row["pace"] + last["drag"]
    free = place["free"] - world.places[row["start"]]["free"] + last["free"]
    row["loss"] = at_end - row["depart"] - free * row["pace"]
    row["phase"] = ARRIVED if at_end <= world.bucket.size else UNDER_WAY


@inner_kernel
def _leave(world, lane, tick):
    """Take the head off a lane and wake who waits for its room, which comes back when the jam wave is through."""
    at = world.lanes[lane]
    slot = at["ring"] + (at["left"] & at["wrap"])
    vehicles_in_jam = at["length"] * world.rules[0]["wave"] // world.vehicles[world.rings[slot]["vehicle"]]["space"]
    release = tick + vehicles_in_jam
    world.rings[slot]["release"] = release
    at["left"] += 1
    at["last_out"] = tick
    other = at["waiter"]
    at["waiter"] = -1
    while other >= 0:
        _push(world, other, max(tick + 1, release))
        other = world.lanes[other]["next_waiter"]


@inner_kernel
def _schedule_head(world, lane, tick):
    """Set the event of a lane whose head has just changed: the first tick at which lamp and headway let it go."""
    at, rule = world.lanes[lane], world.rules[0]
    at["status"] = SCHEDULED
    if at["entered"] == at["left"]:
        at["due"] = NEVER
        return
    vehicle = _vehicle_at(world, lane, at["left"])
    row = world.vehicles[vehicle]
    at["head_way"] = _way_of(world, lane, vehicle)
    if at["head_way"] < 0:
        _push(world, lane, max(row["arrival"], tick + 1))
        return
    way = world.ways[at["head_way"]]
    nth = min(at["nth"] + 1, ROLLING)
    ready = at["last_out"] + rule["headway"] + int(row["space"] * way["pace"]) + world.starts[nth]["headway"]
    if row["arrival"] >= ready:
        ready, nth = row["arrival"], ROLLING
    ready = max(ready, tick + 1)
    opens, _ = _open_to_head(world, lane, ready)
    if opens > ready:
        ready, nth = opens + rule["start_delay"], 0
    at["nth"] = nth
    _push(world, lane, ready)


# What the rules ask


@inner_kernel
def _vehicle_at(world, lane, nth):
    """Return the vehicle that came onto a lane as the n-th, from 0; it is still there, so its place in the ring is."""
    at = world.lanes[lane]
    return world.rings[at["ring"] + (nth & at["wrap"])]["vehicle"]


@inner_kernel
def _way_of(world, lane, vehicle):
    """Return the way that a vehicle takes from a lane; -1 from a lane that does not lead on, which it has to change."""
    way = world.lanes[lane]["way"]
    if way >= 0:
        return way
    turn = world.places[world.vehicles[vehicle]["place"]]["turn"]
    return world.turn_way[world.turns[turn]["at"] + world.lanes[lane]["place"]]


@inner_kernel
def _open_to_head(world, lane, tick):
    """Return as `_open_at` for the head of a lane; without a lamp, or past it in a box, that is now, to yield."""
    at = world.lanes[lane]
    group = world.ways[at["head_way"]]["group"]
    if group < 0 or at["way"] >= 0:
        return tick, PERMITTED
    return _open_at(world, group, tick)


@inner_kernel
def _open_at(world, group, tick):
    """Return the first tick from `tick` on at which a group may be passed, and the kind of green then."""
    signal = world.signals[world.groups[group]["signal"]]
    cycle, yellow_use = signal["cycle"], world.rules[0]["yellow_use"]
    within = (tick - signal["shift"]) % cycle
    soonest, soonest_kind = NEVER, PROTECTED
    latest, latest_kind = NEVER, PROTECTED
    for w in range(world.groups[group]["at"], world.groups[group]["end"]):
        window = world.windows[w]
        length = window["length"]
        since = within - window["start"]
        if since < 0:
            since += cycle
        if since < length + yellow_use or length >= cycle:
            if since < latest:
                latest, latest_kind = since, window["kind"]
        elif cycle - since < soonest:
            soonest, soonest_kind = cycle - since, window["kind"]
    if latest < NEVER:
        return tick, latest_kind
    if soonest < NEVER:
        return tick + soonest, soonest_kind
    return NEVER, PROTECTED


@inner_kernel
def _gap_ends(world, way, tick, need):
    """Return 0 if nobody who has priority comes within `need` ticks, else the tick at which to look again."""
    for f in range(world.ways[way]["foe_at"], world.ways[way]["foe_end"]):
        foe = world.foes[f]
        row = world.ways[foe]
        clear = row["last_cross"] + row["clear"]
        if clear > tick:
            return clear
        expected = _next_of(world, foe, tick, tick + need)
        if expected < NEVER:
            return expected + row["clear"]
    return 0


@inner_kernel
def _next_of(world, way, tick, until):
    """Return the tick before `until` at which the next vehicle of a way with priority is expected; NEVER without.

    The head is expected when it is due, the others two seconds after the one before; nobody behind a head that waits
    for a gap or for room, and nobody whom the lamp then holds back.
    """
    row = world.ways[way]
    lane = row["box"] if row["box"] >= 0 else row["lane"]
    at = world.lanes[lane]
    if at["status"] != SCHEDULED or at["entered"] == at["left"]:
        return NEVER
    expected = max(at["due"], tick)
    for k in range(at["left"], min(at["entered"], at["left"] + AHEAD)):
        vehicle = _vehicle_at(world, lane, k)
        if k > at["left"]:
            expected = max(expected + 2 * ONCE_PER_S, world.vehicles[vehicle]["arrival"])
        if expected >= until:
            return NEVER
        if _way_of(world, lane, vehicle) != way:
            continue
        if row["group"] < 0 or row["box"] >= 0:
            return expected
        opens, _ = _open_at(world, row["group"], expected)
        return expected if opens == expected else NEVER
    return NEVER


@inner_kernel
def _choose_lane(world, vehicle, place, targets, tick):
    """Return the lane of an edge with most room among those from which the route goes on, and if it has room.

    Lanes that the way leads to straight (the bit set `targets`) are preferred: strictly on edges too short to change
    lanes on. If there the route goes on from none of these, the vehicle comes onto one of them all the same, and
    changes at its head. What a lane costs is its occupied room, and so much more. [dm]
    """
    edge = world.edges[world.places[place]["edge"]]
    usable = world.places[place]["lanes"]
    if not edge["change"] and not usable & targets:
        usable = targets
    best, least, fits = -1, NEVER, False
    for k in range(edge["lanes"]):
        if not (usable >> k) & 1:
            continue
        lane = edge["lane"] + k
        room = _has_room(world, lane, vehicle, tick)
        cost = world.lanes[lane]["occupied"]
        if not room:
            cost += 1 << 20
        if not (targets >> k) & 1:
            cost += 60 if edge["change"] else 1 << 22
        if cost < least:
            best, least, fits = lane, cost, room
    return best, fits


@inner_kernel
def _has_room(world, lane, vehicle, tick):
    """Whether a vehicle fits, half of it at least; an empty lane takes any. Gives back room that the wave returned."""
    at = world.lanes[lane]
    released = at["released"]
    while released < at["left"]:
        slot = at["ring"] + (released & at["wrap"])
        if world.rings[slot]["release"] > tick:
            break
        at["occupied"] -= world.vehicles[world.rings[slot]["vehicle"]]["space"]
        released += 1
    at["released"] = released
    if at["occupied"] == 0:
        return True
    room = at["length"] if _stands(world, lane, tick) else at["flowing"]
    return 2 * at["occupied"] + world.vehicles[vehicle]["space"] <= 2 * room


@inner_kernel
def _stands(world, lane, tick):
    """Whether the head of a lane stands, and will for some seconds."""
    at = world.lanes[lane]
    if at["entered"] == at["left"]:
        return False
    if at["status"] != SCHEDULED:
        return True
    head = _vehicle_at(world, lane, at["left"])
    return world.vehicles[head]["arrival"] <= tick and at["due"] > tick + STANDING


@inner_kernel
def _wait_for_room(world, lane, full, tick):
    """Let a lane sleep until room of another lane comes back."""
    this, at = world.lanes[lane], world.lanes[full]
    this["status"], this["held"], this["held_by"] = FULL, tick, full
    if at["released"] < at["left"]:
        slot = at["ring"] + (at["released"] & at["wrap"])
        _push(world, lane, max(tick + 1, world.rings[slot]["release"]))
        return
    this["due"] = NEVER
    this["next_waiter"] = at["waiter"]
    at["waiter"] = lane


# Events


@inner_kernel
def _push(world, lane, tick):
    """Put a lane's event into its tick's list."""
    world.lanes[lane]["due"] = tick
    if tick < world.bucket.size:
        world.lanes[lane]["following"] = world.bucket[tick]
        world.bucket[tick] = lane


@inner_kernel
def _due_lanes(world, tick):
    """Write the lanes with an event at a tick into `batch`, in order, and return how many they are.

    To keep the lists in order instead would take a walk through each at every event: on 1600 junctions that took ten
    times as long as all the rest. D. L. Shell, A high-speed sorting procedure, Communications of the ACM 2, 1959.
    """
    batch = world.batch
    count, lane = 0, world.bucket[tick]
    while lane >= 0:
        batch[count] = lane
        count += 1
        lane = world.lanes[lane]["following"]
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


# What is written down


@inner_kernel
def _settle(world):
    """Book what vehicles lost that are still under way, or still outside, at the end."""
    places, end = world.places, world.bucket.size
    for v in range(world.vehicles.size):
        row = world.vehicles[v]
        if row["phase"] == ARRIVED or row["depart"] >= end:
            continue
        if row["phase"] == OUTSIDE:
            row["loss"] = end - row["depart"]
            continue
        p = row["place"]
        if places[p]["turn"] < 0:
            continue
        free = (places[p]["free"] - places[row["start"]]["free"]) * row["pace"]
        on_lane = world.lanes[world.edges[places[p]["edge"]]["lane"]]["free"] * row["pace"]
        row["loss"] = end - row["depart"] - free - min(on_lane, float(end - row["entry"]))
        while row["counted"] and places[p]["turn"] >= 0:
            turn = world.turns[places[p]["turn"]]
            if turn["lamp"]:
                turn["delay"] += row["loss"] - row["credited"]
                turn["vehicles"] += 1
                break
            p += 1


@inner_kernel
def _write_leg(world, vehicle, lane, way, left):
    """Write down that a vehicle is done with a lane, at the tick `left`."""
    if world.used[0] < world.legs.size:
        leg, row = world.legs[world.used[0]], world.vehicles[vehicle]
        leg["vehicle"], leg["lane"], leg["way"], leg["left"] = vehicle, lane, way, left
        leg["entry"], leg["arrival"] = (row["entry"], row["arrival"]) if way >= 0 else (row["depart"], row["depart"])
    world.used[0] += 1


@inner_kernel
def _end_hold(world, lane, tick):
    """Write down, in a run with logs, that the head of a lane waited for room until now, if it did."""
    if world.legs.size > 0 and world.lanes[lane]["status"] == FULL:
        _write_hold(world, lane, tick)


@inner_kernel
def _write_hold(world, lane, until):
    """Write down how long the head of a lane waited for room."""
    if world.used[1] < world.holds.size:
        hold, at = world.holds[world.used[1]], world.lanes[lane]
        hold["lane"], hold["way"], hold["by"] = lane, at["head_way"], at["held_by"]
        hold["since"], hold["until"] = at["held"], until
    world.used[1] += 1


@inner_kernel
def _write_rest(world):
    """Write down the vehicles that are still on a lane or outside, and the heads that wait for room, at the end."""
    first_gate = world.lanes.size - world.gates.size
    for lane in range(world.lanes.size):
        at = world.lanes[lane]
        if at["entered"] > at["left"] and (lane >= first_gate or at["head_way"] >= 0):
            _end_hold(world, lane, world.bucket.size)
        for k in range(at["left"], at["entered"]):
            if lane >= first_gate:
                vehicle = world.gate_vehicle[world.gates[lane - first_gate]["at"] + k]
                _write_leg(world, vehicle, lane, -1, NEVER)
            else:
                vehicle = _vehicle_at(world, lane, k)
                _write_leg(world, vehicle, lane, _some_way_of(world, lane, vehicle), NEVER)


@inner_kernel
def _some_way_of(world, lane, vehicle):
    """Return the way that a vehicle takes from a lane; from one that does not lead on, any way of its turn will do."""
    way = _way_of(world, lane, vehicle)
    k = world.turns[world.places[world.vehicles[vehicle]["place"]]["turn"]]["at"]
    while way < 0:
        way = world.turn_way[k]
        k += 1
    return way
