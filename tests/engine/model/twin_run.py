"""The queue simulation again, with objects, tick by tick: slow and plain.

Order within a tick is part of the rules: street lanes act edge by edge from the kerb, then the waiting places within
junctions, then the gates; each sees what those before it did. Nothing that is set in a tick happens before the next.
"""

from tests.engine.model.twin_build import build
from tests.engine.model.twin_moves import act, enter

OUTSIDE, UNDER_WAY, ARRIVED = range(3)


def simulate_tick_by_tick(streets, traffic, plan, end):
    """Return the town after `end` ticks: cars with loss, stops and phase, turns with delay, which rules were met."""
    town = build(streets, traffic, plan)
    for tick in range(end):
        for lane in [lane for lane in town.lanes if awake(lane, tick)]:
            act(town, lane, tick, end)
        if tick % town.rule["gate_step"] == 0:
            for gate in [gate for gate in town.gates if gate.cars and awake(gate, tick)]:
                enter(town, gate, tick, end)
    settle(town, end)
    return town


def awake(lane, tick):
    """Whether it is time for the head of a lane: one without room looks again when the room it waits for is back."""
    if lane.asleep is None:
        return lane.due <= tick
    full, nth, since = lane.asleep
    if nth >= len(full.gone):
        return False
    return tick > since and tick > full.gone[nth].left and tick >= full.gone[nth].back


def settle(town, end):
    """Book what cars lost that have not arrived."""
    for car in town.cars:
        if car.depart >= end or car.phase == ARRIVED or (car.phase == UNDER_WAY and car.at.turn < 0):
            continue
        if car.phase == OUTSIDE:
            car.loss = end - car.depart
            continue
        # Who is in a waiting place counts as if back on its lane since it came there: the kernel keeps one entry only.
        free = town.by_edge[car.at.edge][0].free * car.pace
        car.loss = car.lost(end, 0.0) - min(free, end - car.entry)
        ahead = next((s.turn for s in car.route[car.stage :] if s.turn >= 0 and town.lit[s.turn]), None)
        if car.counted and ahead is not None:
            town.turn_delay[ahead] += car.loss - car.credited
            town.turn_cars[ahead] += 1
