"""What the sections on the plan show: timing diagrams, changes, the main street, the search."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ....networks.junction import Junction
from ....networks.main_through import ways_in_words
from ....networks.plan import JunctionPlan, Plan
from ...main_street.street import Street, distances_m, street_of
from ...main_street.trajectories import Tracks, Trajectories, shown_s
from ..changes import ShownChange, plan_changes
from ..data import Missing, Optimisation, ReportData
from ..pictures.charts import cycle_chart
from ..pictures.stage_diagram import stage_diagram
from ..pictures.time_space import DrawnWay, time_space_diagram, way_bandwidth_s, ways
from ..pictures.timing_diagram import timing_diagram
from ..places import junction_numbers
from ..words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class JunctionView:
    """One junction's plans side by side."""

    number: int
    id: str
    running: JunctionPlan
    plan: JunctionPlan
    running_diagram: Markup
    plan_diagram: Markup
    running_stages: Markup | None
    plan_stages: Markup | None
    changes: tuple[ShownChange, ...]
    running_leads: str  # the coordinated group of each, with its ways
    plan_leads: str


def junction_views(data: ReportData) -> tuple[JunctionView, ...]:
    """Return the junctions in the network's order: those with a plan on both sides."""
    running, plan = data.running.by_junction, data.plan.by_junction
    numbers = junction_numbers(data.network)
    return tuple(
        _junction(data, junction, numbers[junction.id], running[junction.id], plan[junction.id])
        for junction in data.network.junctions
        if junction.id in running and junction.id in plan
    )


def _junction(
    data: ReportData, junction: Junction, number: int, running: JunctionPlan, plan: JunctionPlan
) -> JunctionView:
    axis_s = max(running.cycle_s, plan.cycle_s)
    titles = (say("Running plan of junction {n}", n=number), say("Plan of junction {n}", n=number))
    return JunctionView(
        number=number,
        id=junction.id,
        running=running,
        plan=plan,
        running_diagram=timing_diagram(data.network, junction, running, titles[0], axis_s),
        plan_diagram=timing_diagram(data.network, junction, plan, titles[1], axis_s),
        running_stages=stage_diagram(
            data.network, junction, running, say("Stages of the running plan of junction {n}", n=number)
        ),
        plan_stages=stage_diagram(data.network, junction, plan, say("Stages of the plan of junction {n}", n=number)),
        changes=tuple(plan_changes(data.network, junction, running, plan)),
        running_leads=_leads(junction, running.coordinated),
        plan_leads=_leads(junction, plan.coordinated),
    )


def _leads(junction: Junction, group: str | None) -> str:
    ways = ways_in_words(junction, group)
    return f"{group} ({ways})" if ways else group or "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth:
    """The through band of one direction, before and after; nan where there is none to speak of."""

    direction: str
    running_s: float
    plan_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetView:
    """The main street's diagrams and the table beside them."""

    junctions: tuple[tuple[int, str, float], ...]  # number, id, metres from the first
    straight: bool  # False if it takes turns to follow the street
    running: Markup
    plan: Markup
    bandwidths: tuple[Bandwidth, ...]
    one_cycle: bool  # whether all junctions of the street share a cycle, in both plans
    driven: Trajectories | Missing

    @property
    def measurable(self) -> bool:
        """Whether any band has a width, be it 0: junctions of different cycles have none that lasts."""
        return any(math.isfinite(width) for band in self.bandwidths for width in (band.running_s, band.plan_s))


def street_view(data: ReportData) -> StreetView | Missing:
    """Return the time-space diagrams of the main street."""
    flow = _flows(data)
    street = street_of(data.network, flow)
    if street is None:
        return Missing(why=say("no two signals are linked by less than 2 km of street"))
    plans = (data.running, data.plan)
    if any(junction not in plan.by_junction for plan in plans for junction in street.junctions):
        return Missing(why=say("a plan lacks a signal of the main street"))
    return _street(data, street, ways(data.network, street, flow))


def _flows(data: ReportData) -> Mapping[tuple[str, str], float]:
    if isinstance(data.movements, Missing):
        return {}
    return {(row.from_edge, row.to_edge): row.flow_veh_h for row in data.movements}


def _street(data: ReportData, street: Street, both: tuple[DrawnWay, DrawnWay]) -> StreetView:
    driven = data.trajectories
    begin_s, length_s = data.begin_s, shown_s((data.running, data.plan), street)
    if not isinstance(driven, Missing):
        begin_s, length_s = driven.begin_s, driven.end_s - driven.begin_s
    numbers = junction_numbers(data.network)

    def diagram(plan: Plan, title: str, tracks: Tracks | None) -> Markup:
        return time_space_diagram(data.network, plan, street, both, (begin_s, begin_s + length_s), title, tracks)

    return StreetView(
        junctions=tuple((numbers[s], s, m) for s, m in zip(street.junctions, distances_m(street), strict=True)),
        straight=street.straight,
        running=diagram(
            data.running,
            say("Time-space diagram of the running plan"),
            None if isinstance(driven, Missing) else driven.running,
        ),
        plan=diagram(
            data.plan, say("Time-space diagram of the plan"), None if isinstance(driven, Missing) else driven.plan
        ),
        driven=driven,
        bandwidths=tuple(
            Bandwidth(
                direction=f"{numbers[way.junctions[0]]} → {numbers[way.junctions[-1]]}",
                running_s=way_bandwidth_s(way, data.running),
                plan_s=way_bandwidth_s(way, data.plan),
            )
            for way in both
            if way.whole
        ),
        one_cycle=all(
            len({plan.by_junction[junction].cycle_s for junction in street.junctions}) == 1
            for plan in (data.running, data.plan)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimisationView:
    """The search."""

    optimisation: Optimisation
    chart: Markup | None


def optimisation_view(optimisation: Optimisation | Missing) -> OptimisationView | Missing:
    """Return the search with its chart, if several cycles were tried."""
    if isinstance(optimisation, Missing):
        return optimisation
    return OptimisationView(
        optimisation=optimisation, chart=cycle_chart(optimisation.cycles, optimisation.objective_unit)
    )
