"""From the product's tables to the objects of the twin."""

from greenband.networks import lamps

from tests.engine.model.twin_things import Car, Lane, Stage, Town, Way, bits

TICKS_PER_S = 10
PERMITTED = {lamps.PERMITTED, lamps.STOP_THEN_GO, lamps.DARK_YIELD, lamps.DARK}


def build(streets, traffic, plan):
    t = streets.tables
    lanes = [
        Lane(length=int(r["length"]), flowing=int(r["flowing"]), free=r["free"], drag=r["drag"], place=int(r["place"]))
        for r in t.lanes
    ]
    by_edge = [lanes[e["lane"] : e["lane"] + e["lanes"]] for e in t.edges]
    for edge, of_edge in enumerate(by_edge):
        for lane in of_edge:
            lane.edge = edge
    ways = [
        Way(number=k, row=r, turn=int(r["turn"]), group=int(r["group"]), targets=bits(r["targets"]),
            lane=lanes[r["lane"]], box=lanes[r["box"]] if r["box"] >= 0 else None)
        for k, r in enumerate(t.ways)
    ]  # fmt: skip
    for way in ways:
        way.foes = [ways[foe] for foe in t.foes[way.row["foe_at"] : way.row["foe_end"]]]
        if way.box:
            way.box.box_of = way
    for lane, row in zip(lanes, t.lanes, strict=True):
        lane.pocket = lanes[row["blocker"]] if row["blocker"] >= 0 else None
    cars = [_car(number, row, traffic.tables.places) for number, row in enumerate(traffic.tables.vehicles)]
    gates = [[cars[v] for v in traffic.tables.gate_vehicle[gate["at"] : gate["end"]]] for gate in traffic.tables.gates]
    return Town(
        lanes=lanes,
        by_edge=by_edge,
        changeable=[bool(e["change"]) for e in t.edges],
        ways=ways,
        way_from={(way.turn, way.lane.place): way for way in ways},
        gates=[Lane(cars=waiting, due=waiting[0].depart) for waiting in gates],
        cars=cars,
        lit=[bool(row["lamp"]) for row in t.turns],
        rule=t.rules[0],
        starts=t.starts,
        kinds=[_kinds(plan.by_junction[junction], name, t.rules[0]) for junction, name in streets.groups],
        turn_delay=[0.0] * len(streets.turns),
        turn_cars=[0] * len(streets.turns),
    )


def _car(number, row, places):
    route, at = [], int(row["start"])
    while True:
        p = places[at]
        route.append(Stage(turn=int(p["turn"]), edge=int(p["edge"]), lanes=bits(p["lanes"]), free=p["free"]))
        if p["turn"] < 0:
            break
        at += 1
    return Car(
        number=number, depart=int(row["depart"]), space=int(row["space"]), pace=row["pace"],
        counted=bool(row["counted"]), route=route,
    )  # fmt: skip


def _kinds(program, group, rule):
    """Return the ticks of the offset, and what a group shows in each tick of its cycle.

    Yellow is driven through for a while, as the green before it was; where a new green has begun, that one counts.
    """
    cycle = round(program.cycle_s * TICKS_PER_S)
    shown, begun = [None] * cycle, [cycle] * cycle
    for window in program.by_group[group].windows:
        if window.display not in PERMITTED | {lamps.PROTECTED}:
            continue
        length = round(window.length_s * TICKS_PER_S)
        for since in range(min(length + int(rule["yellow_use"]), cycle)):
            tick = (round(window.start_s * TICKS_PER_S) + since) % cycle
            if since < begun[tick]:
                shown[tick], begun[tick] = "g" if window.display in PERMITTED else "G", since
    return round(program.offset_s * TICKS_PER_S), shown
