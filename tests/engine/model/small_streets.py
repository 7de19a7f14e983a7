"""Streets small enough to think through, made by hand: one lane each, signals where asked."""

from pathlib import Path

import numpy as np
from greenband.engine.model.behaviour import Behaviour
from greenband.engine.model.queue_traffic import Vehicles
from greenband.networks.junction import Junction, Lane, SignalGroup
from greenband.networks.network import Connection, Edge, Network
from greenband.networks.plan import GroupPlan, JunctionPlan, Plan, Window

SPEED_M_S = 10.0
PLAIN = Behaviour(
    start_headway_s=(), start_share=(), start_delay_s=0.0, yellow_use_s=0.0, drag_m_s=0.0, entry_gap_s=0.0,
    entry_step_s=0.1,
)  # fmt: skip


def network(lengths_m, turns, signals=None, yields=None):
    """Edges by name with lengths; turns as pairs; signals as {turn: (junction, lamp)}; yields as {turn: [turns]}."""
    signals, yields = signals or {}, yields or {}
    edges = {
        name: Edge(
            id=name,
            from_node=f"{name}<",
            to_node=f"{name}>",
            lanes=(Lane(id=f"{name}_0", edge=name, index=0, length_m=m, speed_m_s=SPEED_M_S, vehicles=True),),
            shape=(),
        )
        for name, m in lengths_m.items()
    }
    connections = tuple(
        Connection(
            from_edge=a,
            from_lane=0,
            to_edge=b,
            to_lane=0,
            direction="s",
            signal=signals.get((a, b), (None, None))[0],
            link=signals.get((a, b), (None, None))[1],
            length_m=10.0,
            speed_m_s=SPEED_M_S,
            yields_to=tuple(turns.index(foe) for foe in yields.get((a, b), ())),
        )
        for a, b in turns
    )
    return Network(path=Path("none"), edges=edges, connections=connections, junctions=junctions(signals), positions={})


def junctions(signals):
    lamps = {}
    for name, lamp in signals.values():
        lamps.setdefault(name, set()).add(lamp)
    return tuple(
        Junction(
            id=name,
            size=max(links) + 1,
            groups=tuple(SignalGroup(id=f"g{k}", kind="vehicle", links=(k,), from_edges=()) for k in sorted(links)),
            movements=(),
            foes=frozenset(),
            together=frozenset(),
            intergreen_s={},
            yellow_s={},
            min_green_s={},
            running=junction_plan(name, 60, {f"g{k}": (0, 30) for k in links}),
        )
        for name, links in sorted(lamps.items())
    )


def junction_plan(name, cycle_s, greens, display="G", offset_s=0):
    groups = tuple(
        GroupPlan(group=group, windows=(Window(start_s=start, length_s=length, display=display),))
        for group, (start, length) in greens.items()
    )
    return JunctionPlan(junction=name, cycle_s=cycle_s, offset_s=offset_s, coordinated=None, groups=groups)


def plan(*junctions):
    return Plan(name="test", junctions=junctions)


def vehicles(depart_s, routes, route=None, space_m=7.5):
    count = len(depart_s)
    return Vehicles(
        depart_s=np.array(depart_s, dtype=float),
        route=np.zeros(count, dtype=int) if route is None else np.array(route),
        routes=tuple(map(tuple, routes)),
        space_m=np.full(count, space_m),
    )
