"""Reports made by hand: real networks with a shifted plan and invented measurements, and a small street of our own."""

import math
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from greenband.engine.forecast.day_types import DaySpan, DayType
from greenband.engine.main_street.street import distances_m, main_street
from greenband.engine.main_street.trajectories import Tracks, Trajectories, shown_s
from greenband.engine.present.compare import PlaceMatch
from greenband.engine.present.judgement import FullEntry, Present
from greenband.engine.present.vehicle_length import VehicleLength
from greenband.engine.report.data import (
    CandidateRow,
    CyclePoint,
    DayCounts,
    DetectorDay,
    DetectorRow,
    FindingRow,
    ForecastSeries,
    JunctionRow,
    Missing,
    MovementRow,
    Optimisation,
    Provenance,
    ReportData,
    ResidualRow,
    Simulated,
    TrialFigures,
    VerdictView,
)
from greenband.engine.studies.file import Gate
from greenband.engine.validate.further_verdict import Case, Further, Switch
from greenband.networks.junction import Junction, Lane, Movement, SignalGroup
from greenband.networks.network import Connection, Edge, Network
from greenband.networks.plan import GroupPlan, JunctionPlan, Plan, Window

PERIOD_S = 7 * 3600.0


def further() -> Further:
    """Trials beyond the trial: worse with more demand, one switch, one case left out."""
    case = Case(
        name="+20 % demand",
        factor=1.2,
        seeds=(1, 2),
        plan_s=(61.0, 63.0),
        running_s=(60.0, 60.0),
        locked_plan=1,
        locked_running=0,
    )
    switch = Switch(mode="add", in_step_s={"J1": 130, "J2": 90}, extra_s=(0.4, 0.8), left_out={})
    return Further(cases=(case, case), switches=(switch,), left_out=())


def present(network: Network) -> Present:
    """Today in simulation: one place in four far off, so that its faults are told."""
    edges = [edge.id for edge in network.edges.values() if edge.vehicle_lanes][:8]
    places = tuple(
        PlaceMatch(
            edge=edge,
            kind=("approach", "exit", "entry")[place % 3],
            loops=(f"loop{place}",),
            counted_veh_h=300.0 + 20 * place,
            simulated_veh_h=(310.0 if place % 4 else 900.0) + 20 * place,
            counted_occupancy=0.2,
            simulated_occupancy=0.21 if place % 4 else 0.6,
            days_occupancy_sd=0.01,
        )
        for place, edge in enumerate(edges)
    )
    return Present(
        places=places,
        seeds=(1, 2, 3),
        locked=0,
        length=VehicleLength(length_m=4.4, error_m=0.05, loops=9),
        entries=tuple(FullEntry(edge=edge, factor=1.25) for edge in edges[:1]),
        limits=Gate(),
    )


def shifted_plan(plan: Plan, seed: int = 1) -> Plan:
    """Return the plan with other offsets, and in each group the first green shortened by up to 4 s."""
    chance = random.Random(seed)
    return Plan(
        name="plan",
        junctions=tuple(
            replace(junction, groups=tuple(shorter(group, chance) for group in junction.groups)).with_offset(
                junction.offset_s + chance.randrange(5, 60)
            )
            for junction in plan.junctions
        ),
    )


def shorter(group: GroupPlan, chance: random.Random) -> GroupPlan:
    """End the first long protected green earlier, with the yellow that follows it."""
    windows = list(group.windows)
    for place, window in enumerate(windows):
        if window.display == "G" and window.length_s > 15:
            cut_s = chance.randrange(0, 5)
            windows[place] = replace(window, length_s=window.length_s - cut_s)
            for other, follower in enumerate(windows):
                if follower.display == "y" and follower.start_s == window.start_s + window.length_s:
                    windows[other] = replace(follower, start_s=follower.start_s - cut_s)
            break
    return replace(group, windows=tuple(windows))


def comparison(seeds: int = 10) -> TrialFigures:
    chance = random.Random(2)
    before = [chance.gauss(49, 3) for _ in range(seeds)]
    before[4:5] = [140.0]
    after = [chance.gauss(33, 2) for _ in range(seeds)]
    return TrialFigures(
        seeds=tuple(range(100, 100 + seeds)),
        running=Simulated(delay_s=tuple(before), stops=1.62, unserved=12.0, gridlocked=(104,)),
        plan=Simulated(delay_s=tuple(after), stops=1.21, unserved=3.4, gridlocked=()),
        low_s=-31.2,
        high_s=-12.4,
        interval_by="Student's t, paired",
    )


def movements(network: Network) -> tuple[MovementRow, ...]:
    chance = random.Random(3)
    rows = []
    for junction in network.junctions:
        shift = chance.gauss(-6, 6)
        for movement in junction.movements:
            if movement.direction == "t":
                rows.append(row(junction.id, movement, 0.0, math.nan, math.nan))
            else:
                before = abs(chance.gauss(40, 15))
                after = max(2.0, before + chance.gauss(shift, 6))
                rows.append(row(junction.id, movement, chance.uniform(20, 600), before, after))
    return tuple(rows)


def junctions(rows: tuple[MovementRow, ...]) -> tuple[JunctionRow, ...]:
    of_junction: dict[str, list[MovementRow]] = {}
    for movement in rows:
        if movement.flow_veh_h > 0:
            of_junction.setdefault(movement.junction, []).append(movement)
    return tuple(
        JunctionRow(
            junction=name,
            flow_veh_h=sum(m.flow_veh_h for m in found),
            running_delay_s=sum(m.running_delay_s for m in found) / len(found),
            plan_delay_s=sum(m.plan_delay_s for m in found) / len(found),
        )
        for name, found in of_junction.items()
    )


def row(junction: str, movement: Movement, flow: float, before: float, after: float) -> MovementRow:
    return MovementRow(
        junction=junction,
        from_edge=movement.from_edge,
        to_edge=movement.to_edge,
        flow_veh_h=flow,
        running_delay_s=before,
        plan_delay_s=after,
    )


def detectors(network: Network) -> tuple[DetectorRow, ...]:
    chance = random.Random(4)
    lanes = dict.fromkeys(lane for j in network.junctions for m in j.movements for lane in m.lanes)
    return tuple(detector(lane, chance) for lane in lanes)


def detector(lane: str, chance: random.Random) -> DetectorRow:
    days, reasons = [], []
    for day in range(1, 16):
        name = f"2024-05-{day:02d}"
        if chance.random() < 0.06:
            days.append(DetectorDay(day=name, observed=0.0, imputed=0.6, rejected=0.4))
            reasons.append(f"frozen on {name}")
        else:
            gap = 0.25 if chance.random() < 0.1 else 0.0
            days.append(DetectorDay(day=name, observed=1 - gap, imputed=gap / 2, rejected=0.0))
    coverage = sum(day.observed for day in days) / len(days)
    return DetectorRow(detector=f"loop_{lane}", lane=lane, days=tuple(days), coverage=coverage, reasons=tuple(reasons))


def forecast(labels: tuple[str, ...], intervals: int = 48) -> tuple[ForecastSeries, ...]:
    return tuple(series(label, intervals, seed) for seed, label in enumerate(labels))


def series(label: str, intervals: int, seed: int) -> ForecastSeries:
    chance = random.Random(seed)
    starts = tuple(5 * 3600.0 + 300 * place for place in range(intervals))
    shape = [400 + 900 * math.exp(-(((start / 3600 - 7.6) / 0.8) ** 2)) for start in starts]
    history = []
    for day in range(1, 16):
        level = chance.gauss(1, 0.08)
        values = tuple(math.nan if chance.random() < 0.01 else level * v * chance.gauss(1, 0.06) for v in shape)
        history.append(DayCounts(day=f"2024-05-{day:02d}", flow_veh_h=values))
    return ForecastSeries(
        label=label,
        starts_s=starts,
        interval_s=300.0,
        history=tuple(history),
        mean_veh_h=tuple(shape),
        q10_veh_h=tuple(0.88 * v for v in shape),
        q90_veh_h=tuple(1.12 * v for v in shape),
    )


def optimisation() -> Optimisation:
    names = ("running plan", "running greens, new offsets", "cycle 70", "cycle 80", "cycle 90")
    return Optimisation(
        objective=1834.2,
        bound=1790.5,
        objective_unit="veh·s/cycle",
        objective_is="The objective is the delay of all signals by the formulas.",
        status="stopped at the limit",
        seconds=41.3,
        candidates=tuple(
            CandidateRow(
                name=name,
                cycle_s=90.0 if place < 2 else 60.0 + 10 * (place - 1),
                model_objective=50 - 4.2 * place,
                race_delay_s=math.nan if place == 1 else 49.1 - 4 * place,
                race_seeds=0 if place == 1 else 3,
                chosen=place == 4,
                note="left the race after 3 seeds" if place == 2 else "",
            )
            for place, name in enumerate(names)
        ),
        cycles=tuple(
            CyclePoint(cycle_s=c, objective=1800 + (c - 85) ** 2 * 1.3, bound=1760 + (c - 85) ** 2 * 1.1)
            for c in range(60, 121, 10)
        ),
    )


def provenance() -> Provenance:
    return Provenance(
        commands=("greenband run study --out plan", "greenband validate study plan/plan.json --seeds 10"),
        versions=(("greenband", "0.1.0"), ("SUMO", "1.28.0"), ("Python", "3.11")),
        seeds=(("optimiser", "1"), ("validation", "100–109")),
        hashes=(("counts.csv", "sha256:" + "0a" * 32), ("plan.json", "sha256:" + "f3" * 32)),
    )


def full_report(network: Network, study: str) -> ReportData:
    return ReportData(
        study=study,
        period="Tuesday, 07:00–08:00",
        begin_s=PERIOD_S,
        network=network,
        running=network.running_plan,
        plan=shifted_plan(network.running_plan),
        verdict=VerdictView(
            outcome="passed",
            reasons=(
                "The whole 95 % interval of the difference in delay lies below zero.",
                "No movement waits more than 30 s longer than today.",
            ),
            judged_on="forecast traffic",
        ),
        comparison=comparison(),
        junctions=junctions(movements(network)),
        movements=movements(network),
        detectors=detectors(network),
        forecast=forecast(("whole network", *(f"junction {j.id}" for j in network.junctions))),
        day_types=kinds_of_day(),
        residuals=tuple(
            ResidualRow(place=f"loop_{place}", counted_veh_h=100.0 * place, estimated_veh_h=104.0 * place)
            for place in range(1, 12)
        ),
        optimisation=optimisation(),
        findings=(),
        provenance=provenance(),
        trajectories=trajectories(network),
        further=further(),
        present=present(network),
    )


def trajectories(network: Network) -> Trajectories | Missing:
    """Return vehicles every 15 s on the busiest street, which wait in its middle for a while."""
    street = main_street(network, {})
    if street is None:
        return Missing(why="no two signals are linked")
    far_m = distances_m(street)[-1]
    end_s = PERIOD_S + shown_s((network.running_plan,), street)

    def tracks(wait_s: float) -> Tracks:
        starts = [PERIOD_S + 15.0 * place for place in range(12)]
        shape = ((0.0, 0.0), (far_m / 26, far_m / 2), (far_m / 26 + wait_s, far_m / 2), (far_m / 13 + wait_s, far_m))
        forth = tuple(tuple((min(start + t, end_s), m) for t, m in shape) for start in starts)
        back = tuple(tuple((t, far_m - m) for t, m in track) for track in forth)
        return Tracks(forth=forth, back=back)

    return Trajectories(begin_s=PERIOD_S, end_s=end_s, seed=100, running=tracks(30.0), plan=tracks(5.0))


def kinds_of_day() -> tuple[DayType, ...]:
    """Return a working day of three plans in four stretches, and a quiet Sunday of one."""
    curve = np.array([200.0 + 900.0 * math.exp(-((hour - 13) ** 2) / 40) for hour in range(24)])
    spans = tuple(
        DaySpan(begin_s=3600 * a, end_s=3600 * b, plan=n) for a, b, n in ((0, 6, 1), (6, 9, 2), (9, 19, 3), (19, 24, 1))
    )
    quiet = (DaySpan(begin_s=0, end_s=86_400, plan=1),)
    return tuple(
        DayType(
            name=name,
            classes=(name,),
            days=days,
            mean_veh_h=share * curve,
            q10_veh_h=0.9 * share * curve,
            q90_veh_h=1.1 * share * curve,
            spans=some,
            misfit=np.zeros(10),
        )
        for name, days, share, some in (("Mon–Fri", 20, 1.0, spans), ("Sun", 4, 0.5, quiet))
    )


def bare_report(network: Network) -> ReportData:
    """Return a report of which nothing but the plans is known."""
    why = Missing(why="it was not asked for")
    return replace(
        full_report(network, "bare"),
        verdict=why,
        comparison=why,
        junctions=why,
        movements=why,
        detectors=why,
        forecast=why,
        day_types=why,
        residuals=why,
        optimisation=why,
        findings=why,
        provenance=why,
        trajectories=why,
        present=why,
    )


def finding() -> FindingRow:
    return FindingRow(
        junction="B", groups=("g0", "g1"), rule="the intergreen matrix asks for 5 s", found="2 s from g0 to g1"
    )


# --- A street of three signals, 300 m and 200 m apart, 10 m/s, every length and second chosen by hand.

POSTS = {"W": -100.0, "A": 0.0, "B": 300.0, "C": 500.0, "E": 600.0}
ORDER = tuple(POSTS)


def edge(name: str, from_node: str, to_node: str, shape: tuple[tuple[float, float], ...]) -> Edge:
    length = math.dist(shape[0], shape[-1])
    lane = Lane(id=f"{name}_0", edge=name, index=0, length_m=length, speed_m_s=10.0, vehicles=True)
    return Edge(id=name, from_node=from_node, to_node=to_node, lanes=(lane,), shape=shape)


def three_junctions(cycle_s: float = 60.0, offsets_s: tuple[float, float, float] = (0.0, 30.0, 50.0)) -> Network:
    """Return a street W–A–B–C–E. The street is green from 0 to 30, side roads from the south from 35 to 55."""
    edges: dict[str, Edge] = {}
    for a, b in pairwise(ORDER):
        for start, end in ((a, b), (b, a)):
            edges[f"{start}{end}"] = edge(f"{start}{end}", start, end, ((POSTS[start], 0.0), (POSTS[end], 0.0)))
    for post in "ABC":
        edges[f"s{post}"] = edge(f"s{post}", f"S{post}", post, ((POSTS[post], -120.0), (POSTS[post], 0.0)))
    junctions, connections = [], []
    for place, post in enumerate("ABC"):
        west, east = ORDER[place], ORDER[place + 2]
        turns = ((f"{west}{post}", f"{post}{east}", "s"), (f"{east}{post}", f"{post}{west}", "s"))
        turns += ((f"s{post}", f"{post}{east}", "r"), (f"s{post}", f"{post}{west}", "l"))
        connections += [
            Connection(from_edge=a, from_lane=0, to_edge=b, to_lane=0, direction=d, signal=post, link=link)
            for link, (a, b, d) in enumerate(turns)
        ]
        junctions.append(three_junctions_junction(post, turns, cycle_s, offsets_s[place]))
    return Network(
        path=Path("made-up.net.xml"),
        edges=edges,
        connections=tuple(connections),
        junctions=tuple(junctions),
        positions={post: (POSTS[post], 0.0) for post in "ABC"},
    )


def three_junctions_junction(post: str, turns: tuple, cycle_s: float, offset_s: float) -> Junction:
    group_of = ("g0", "g0", "g2", "g2")
    groups = (
        SignalGroup(id="g0", kind="vehicle", links=(0, 1), from_edges=(turns[0][0], turns[1][0])),
        SignalGroup(id="g2", kind="vehicle", links=(2, 3), from_edges=(turns[2][0],)),
    )
    main = (Window(start_s=0, length_s=30, display="G"), Window(start_s=30, length_s=3, display="y"))
    side = (Window(start_s=35, length_s=20, display="G"), Window(start_s=55, length_s=3, display="y"))
    pair = ("g0", "g2")
    return Junction(
        id=post,
        size=4,
        groups=groups,
        movements=tuple(
            Movement(from_edge=a, to_edge=b, direction=d, lanes=(f"{a}_0",), groups=(group_of[link],))
            for link, (a, b, d) in enumerate(turns)
        ),
        foes=frozenset((pair, pair[::-1])),
        together=frozenset(),
        intergreen_s={pair: 5.0, pair[::-1]: 5.0},
        yellow_s={"g0": 3.0, "g2": 3.0},
        min_green_s={"g0": 5.0, "g2": 5.0},
        running=JunctionPlan(
            junction=post,
            cycle_s=cycle_s,
            offset_s=offset_s,
            coordinated="g0",
            groups=(GroupPlan(group="g0", windows=main), GroupPlan(group="g2", windows=side)),
        ),
    )
