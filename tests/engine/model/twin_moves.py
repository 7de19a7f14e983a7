"""What the head of a lane does when its time has come, and what follows from it."""

from tests.engine.model.twin_rules import SECOND, choose_lane, gap_ends, has_room, opens, shows, taken, way_of
from tests.engine.model.twin_things import FULL, NEVER, ROLLING, TIMED, YIELDING, Gone


def act(town, lane, tick, end):
    """Let the head of a street lane or waiting place go, or find what it has to wait for."""
    lane.asleep = None
    car, way = lane.cars[0], lane.way
    if way is None:
        change_lane(town, lane, car, tick)
        return
    boxed = lane.box_of is not None
    if lane.pocket and lane.pocket is not way.box and lane.pocket.state != TIMED:
        taken(lane.pocket, tick)
        sleep(town, lane, lane.pocket, tick, "blocked by a pocket")
        return
    lit = way.group >= 0 and not boxed
    if lit and not shows(town, way.group, tick):
        lane.nth, lane.state, lane.due = 0, TIMED, opens(town, way.group, tick) + town.rule["start_delay"]
        town.seen["red"] += 1
        return
    to_box = way.box is not None and not boxed
    yields = bool(way.foes) and not to_box and not (lit and shows(town, way.group, tick) == "G")
    if yields:
        again = gap_ends(town, way, tick, way.row["need_standing"] if lane.nth == 0 else way.row["need"])
        if again is not None:
            lane.nth, lane.state, lane.due = 0, YIELDING, max(again, tick + SECOND)
            town.seen["yields in a box" if boxed else "yields with a lamp" if lit else "yields without a lamp"] += 1
            return
    ahead = car.at if to_box else car.route[car.stage + 1]
    last, target = ahead.turn < 0, way.box
    if not to_box:
        target = None if last else choose_lane(town, car, ahead, way, tick)
    if target and not has_room(target, car, tick):
        sleep(town, lane, target, tick, "box full" if to_box else "spillback to a box" if boxed else "spillback")
        return
    cross(town, lane, car, way, tick, to_box, yields)
    travel = time_to_cross(town, lane, car, way, to_box, yields)
    leave(town, lane, tick)
    if not to_box:
        car.stage += 1
    if last:
        finish(town, car, tick, travel, end)
    else:
        drive_onto(town, target, car, tick, travel)
    prepare_head(town, lane, tick)


def cross(town, lane, car, way, tick, to_box, yields):
    """Write down that a car passes a stop line or leaves a waiting place."""
    if tick > car.arrival + 2 * SECOND:
        car.stops += 1
    if lane.box_of is None and town.lit[way.turn]:
        lost = car.lost(tick, town.by_edge[car.at.edge][0].free)
        if car.counted:
            town.turn_delay[way.turn] += lost - car.credited
            town.turn_cars[way.turn] += 1
        car.credited = lost
    if not to_box:
        way.last_cross = tick
    town.seen["into a box" if to_box else "gap taken" if yields else "drives"] += 1


def time_to_cross(town, lane, car, way, to_box, yields):
    travel = 0.0 if to_box else way.row["out"]
    if lane.nth < ROLLING:
        travel += town.starts["share"][lane.nth] * way.row["start"]
    elif lane.box_of is None:
        travel += way.row["look"] if yields else way.row["slow_down"]
    return travel + (way.row["wait"] if to_box else way.row["free"]) * car.pace


def leave(town, lane, tick):
    """Take the head off a lane: its room is back when the jam wave has run from the stop line to the lane's start."""
    car = lane.cars.pop(0)
    vehicles_in_jam = int(lane.length) * int(town.rule["wave"]) // car.space
    lane.gone.append(Gone(left=tick, back=tick + vehicles_in_jam, space=car.space))
    lane.last_out = tick


def drive_onto(town, lane, car, tick, travel):
    join(town, lane, car, tick, travel if lane.box_of else travel + (lane.free * car.pace + lane.drag))


def join(town, lane, car, tick, travel):
    lane.last_arrival = car.arrival = max(tick + int(travel), lane.last_arrival)
    car.entry = lane.last_in = tick
    lane.cars.append(car)
    if len(lane.cars) == 1:
        prepare_head(town, lane, tick)


def prepare_head(town, lane, tick):
    """Set the tick at which arrival, headway and lamp let a new head go at the earliest."""
    lane.state, lane.due = TIMED, NEVER
    if not lane.cars:
        return
    car = lane.cars[0]
    lane.way = way = way_of(town, lane, car)
    if way is None:
        lane.due = max(car.arrival, tick + 1)
        return
    nth = min(lane.nth + 1, ROLLING)
    ready = lane.last_out + town.rule["headway"] + int(car.space * way.row["pace"]) + town.starts["headway"][nth]
    if car.arrival >= ready:
        ready, nth = car.arrival, ROLLING
    ready = max(int(ready), tick + 1)
    if way.group >= 0 and lane.box_of is None and not shows(town, way.group, ready):
        ready, nth = opens(town, way.group, ready) + int(town.rule["start_delay"]), 0
    lane.due, lane.nth = ready, nth


def change_lane(town, lane, car, tick):
    """Move a head whose lane does not lead on to the end of one that does; two that want each other's lanes swap."""
    lane.nth = 0
    target = choose_lane(town, car, car.at, None, tick)
    full = not has_room(target, car, tick)
    if full and not (target.cars and target.way is None):
        sleep(town, lane, target, tick, "no room to change lanes")
        return
    town.seen["swap" if full else "change at the head"] += 1
    since = car.entry
    leave(town, lane, tick)
    join(town, target, car, tick, int(town.rule["change"]))
    car.entry = since
    prepare_head(town, lane, tick)


def finish(town, car, tick, travel, end):
    """Let a car drive its last edge, on which nothing hinders it."""
    lane = town.by_edge[car.at.edge][0]
    at_end = tick + travel + lane.free * car.pace + lane.drag
    car.loss, car.phase = car.lost(at_end, lane.free), 2 if at_end <= end else 1


def enter(town, gate, tick, end):
    """Let the first of a gate onto its edge, if there is room, and a gap behind the last one that came there."""
    gate.asleep, gate.state, gate.due = None, TIMED, tick
    car, gap = gate.cars[0], int(town.rule["gate_gap"])
    if car.at.turn >= 0:
        target = choose_lane(town, car, car.at, None, tick)
        if not has_room(target, car, tick):
            sleep(town, gate, target, tick, "gate without room")
            return
        if target.last_in + gap > tick:
            gate.due = target.last_in + gap
            town.seen["gate without gap"] += 1
            return
    gate.cars.pop(0)
    car.phase, travel = 1, town.rule["gate_start"]
    gate.due = max(gate.cars[0].depart, tick + 1) if gate.cars else NEVER
    if car.at.turn < 0:
        finish(town, car, tick, travel, end)
    else:
        drive_onto(town, target, car, tick, travel)


def sleep(town, lane, full, tick, why):
    """Let a lane's head wait until the next room of another lane comes back."""
    lane.nth, lane.state, lane.due, lane.asleep = 0, FULL, NEVER, (full, full.returned, tick)
    town.seen[why] += 1
