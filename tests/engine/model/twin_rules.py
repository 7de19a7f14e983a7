"""The rules of the twin that look and change nothing: lamps, room, choice of lanes, gaps."""

from tests.engine.model.twin_things import NEVER, TIMED

SOON = 30  # a head that goes on within these ticks does not count as standing
SECOND = 10


def shows(town, group, tick):
    """Return "G", "g" or None (red)."""
    offset, shown = town.kinds[group]
    return shown[(tick - offset) % len(shown)]


def opens(town, group, tick):
    """Return the first tick from `tick` on in which a group is not red."""
    cycle = len(town.kinds[group][1])
    return next((later for later in range(tick, tick + cycle) if shows(town, group, later)), NEVER)


def way_of(town, lane, car):
    """Return the way that a car takes from a lane; None where the lane does not lead on."""
    return lane.box_of or town.way_from.get((car.at.turn, lane.place))


def taken(lane, tick):
    """Return the room that is taken: by those in the lane, and by those gone whose room the wave has not brought back.

    The rooms of those gone come back one after the other, so a long vehicle's waits for a short one's before it.
    """
    while lane.returned < len(lane.gone) and lane.gone[lane.returned].back <= tick:
        lane.returned += 1
    return sum(car.space for car in lane.cars) + sum(gone.space for gone in lane.gone[lane.returned :])


def stands(lane, tick):
    if not lane.cars:
        return False
    return lane.state != TIMED or (lane.cars[0].arrival <= tick and lane.due > tick + SOON)


def has_room(lane, car, tick):
    """Whether half of a car at least fits; moving cars may fill more than standing ones; an empty lane takes any."""
    used = taken(lane, tick)
    room = lane.length if stands(lane, tick) else lane.flowing
    return used == 0 or used + car.space / 2 <= room


def choose_lane(town, car, stage, way, tick):
    """Return the lane of a stage's edge to drive onto.

    Of the lanes from which the route goes on, one with room before one without, then the emptiest, then the one nearest
    to the kerb. A lane to which the way does not lead counts as 6 m fuller on an edge long enough to change lanes on;
    on a shorter one it is the last choice, and where the way leads to none of the right ones, any of its lanes will do.
    """
    able, led_to = stage.lanes, way.targets if way else stage.lanes
    changeable = town.changeable[stage.edge]
    if not changeable and not able & led_to:
        able = led_to
        town.seen["onto a wrong lane"] += 1

    def badness(lane):
        straight = lane.place in led_to
        far = not straight and not changeable
        aside = 60 if not straight and changeable else 0
        return far, not has_room(lane, car, tick), taken(lane, tick) + aside, lane.place

    found = [lane for lane in town.by_edge[stage.edge] if lane.place in able]
    best = min(found, key=badness)
    if best is not found[0]:
        town.seen["not the kerb lane"] += 1
    if best.place not in led_to:
        town.seen["change on the way"] += 1
    return best


def gap_ends(town, way, tick, need):
    """Return None where nobody with priority comes within `need` ticks, else the tick at which to look again.

    For each way with priority: somebody who just crossed is in the way until clear of it. Of the first three in the
    lane (or the waiting place) it comes from, the head is expected when it is due, the next ones at least 2 s after the
    one before; a head that itself yields or has no room is expected not at all. Who is expected when the lamp is red
    does not count, nor do those behind.
    """
    for foe in way.foes:
        clear = foe.row["clear"]
        if foe.last_cross + clear > tick:
            return int(foe.last_cross + clear)
        lane = foe.box or foe.lane
        if not lane.cars or lane.state != TIMED:
            continue
        expected = max(lane.due, tick)
        for k, car in enumerate(lane.cars[:3]):
            if k > 0:
                expected = max(expected + 2 * SECOND, car.arrival)
            if expected >= tick + need:
                break
            if way_of(town, lane, car) is not foe:
                continue
            if foe.group >= 0 and not foe.box and not shows(town, foe.group, expected):
                break
            return int(expected + clear)
    return None
