"""The queue model again, without events: every lane is asked in every tick, and everything is looked up afresh.

For streets of one lane of at least 30 m without priority rules. It shares the tables that say how long things take
with the product, and nothing of how time is stepped through.
"""

from dataclasses import dataclass, field

TICKS_PER_S = 10
ROLLING = 9


@dataclass
class Queue:
    edge: str
    waiting: list = field(default_factory=list)
    gone: list = field(default_factory=list)  # (tick at which the room is back, space) of those that left
    nth: int = ROLLING
    last_out: int = -(10**9)
    last_arrival: int = -(10**9)
    head: int = -1  # vehicle that `nth` and the next two are about
    red: bool = False
    full: bool = False
    opened: int = -1


def simulate_by_asking_every_lane(streets, traffic, plan, end_s):
    """Return the delay of every vehicle [s]."""
    return _Twin(streets, traffic, plan, round(end_s * TICKS_PER_S)).run()


class _Twin:
    def __init__(self, streets, traffic, plan, end):
        self.streets, self.plan, self.end = streets, plan, end
        self.tables, self.cars, self.places = streets.tables, traffic.tables.vehicles, traffic.tables.places
        self.lanes = [Queue(edge) for edge in streets.edges]
        self.gates = [Queue(streets.edges[gate["edge"]]) for gate in traffic.tables.gates]
        for gate, row in zip(self.gates, traffic.tables.gates, strict=True):
            gate.waiting = traffic.tables.gate_vehicle[row["at"] : row["end"]].tolist()
        self.place = self.cars["start"].tolist()
        self.arrival, self.entry = {}, {}
        self.loss = [max(end - int(car["depart"]), 0) for car in self.cars]
        self.entered_at = dict.fromkeys(streets.edges, -(10**9))

    def run(self):
        for tick in range(self.end):
            for lane in self.lanes:
                self.ask(lane, tick)
            for gate in self.gates:
                self.ask_gate(gate, tick)
        for lane in self.lanes:
            for car in lane.waiting:
                self.loss[car] = self.lost(car, self.end) - min(
                    self.free(lane.edge) * self.cars[car]["pace"], self.end - self.entry[car]
                )
        return [loss / TICKS_PER_S for loss in self.loss]

    def free(self, edge):
        return self.tables.lanes["free"][self.streets.edge_index[edge]]

    def lost(self, car, tick):
        row = self.cars[car]
        way = self.places["free"][self.place[car]] - self.places["free"][row["start"]]
        return tick - row["depart"] - way * row["pace"]

    def green(self, way, tick):
        group = self.streets.ways[way].group
        if group < 0:
            return True
        junction, name = self.streets.groups[group]
        plan = self.plan.by_junction[junction]
        since = (tick - round(plan.offset_s * TICKS_PER_S)) % round(plan.cycle_s * TICKS_PER_S)
        extra = self.tables.rules[0]["yellow_use"]
        return any(
            (since - round(w.start_s * TICKS_PER_S)) % round(plan.cycle_s * TICKS_PER_S)
            < round(w.length_s * TICKS_PER_S) + extra
            for w in plan.by_group[name].windows
        )

    def room(self, edge, car, tick):
        at = self.streets.edge_index[edge]
        lane, row = self.lanes[at], self.tables.lanes[at]
        space = self.cars["space"]
        taken = sum(int(space[other]) for other in lane.waiting)
        taken += sum(size for left, size in lane.gone[-30:] if left > tick)
        return taken == 0 or 2 * taken + space[car] <= 2 * row["length"]

    def ask(self, lane, tick):
        if not lane.waiting:
            return
        car, rule = lane.waiting[0], self.tables.rules[0]
        turn = self.places["turn"][self.place[car]]
        edge, onto = self.streets.turns[turn]
        number = self.tables.turn_way[self.tables.turns["at"][turn]]
        way = self.tables.ways[number]
        if lane.head != car:
            lane.head, lane.red, lane.full, lane.opened = car, False, False, -1
            lane.since = tick
            nth = min(lane.nth + 1, ROLLING)
            extra = self.tables.starts["headway"][nth]
            lane.ready = lane.last_out + rule["headway"] + int(self.cars["space"][car] * way["pace"]) + extra
            lane.nth = nth
            if self.arrival[car] >= lane.ready:
                lane.ready, lane.nth = self.arrival[car], ROLLING
        if tick < lane.ready:
            return
        following = self.place[car] + 1
        last = self.places["turn"][following] < 0
        if lane.full and not self.room(onto, car, tick):
            return
        if not self.green(number, tick):
            lane.red, lane.full, lane.nth, lane.opened = True, False, 0, -1
            return
        if lane.red:
            if lane.opened < 0:
                lane.opened = tick
            if tick < lane.opened + rule["start_delay"]:
                return
        if not last and not self.room(onto, car, tick):
            lane.full, lane.nth = True, 0
            return
        travel = way["out"] + way["free"] * self.cars["pace"][car]
        if lane.nth < ROLLING:
            travel += self.tables.starts["share"][lane.nth] * way["start"]
        else:
            travel += way["slow_down"]
        lane.waiting.pop(0)
        space = int(self.cars["space"][car])
        row = self.tables.lanes[self.streets.edge_index[edge]]
        lane.gone.append((tick + row["length"] * rule["wave"] // space, space))
        lane.last_out = tick
        self.drive(car, onto, following, tick, travel, last)

    def drive(self, car, edge, place, tick, travel, last):
        self.place[car] = place
        at, pace = self.streets.edge_index[edge], self.cars["pace"][car]
        on_lane = self.free(edge) * pace + self.tables.lanes["drag"][at]
        if last:
            self.loss[car] = self.lost(car, tick + travel + on_lane) - self.free(edge) * pace
            return
        lane = self.lanes[at]
        lane.last_arrival = max(tick + int(travel + on_lane), lane.last_arrival)
        self.arrival[car], self.entry[car] = lane.last_arrival, tick
        lane.waiting.append(car)
        self.entered_at[edge] = tick

    def ask_gate(self, gate, tick):
        rule = self.tables.rules[0]
        if not gate.waiting or tick % rule["gate_step"] > 0:
            return
        car = gate.waiting[0]
        if tick < self.cars["depart"][car] or tick < self.entered_at[gate.edge] + rule["gate_gap"]:
            return
        if not self.room(gate.edge, car, tick):
            return
        gate.waiting.pop(0)
        self.drive(car, gate.edge, self.place[car], tick, rule["gate_start"], False)
