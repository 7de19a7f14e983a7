"""Movement flows from a detector forecast, with what the counts disagree about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ...networks.demand import Demand, Turn
from ...networks.detector import Detector
from ...networks.network import Network
from ...networks.types import Floats
from ..forecast.day import DetectorForecast
from .assemble import assemble
from .beliefs import SHARE_BY_DIRECTION, letter_weights, turn_beliefs, usual_shares
from .equations import Counted, Equation, Kind, conservation_equations, count_equations
from .first_minutes import Emptiness, emptiness, passing
from .like_streets import like_streets
from .measured import MeasuredApproach, measured_equations
from .posterior import flow_draws, streams_by_node
from .predict import seed_of, turn_bounds
from .residuals import Residuals, count_residuals
from .solve import count_trust, solve
from .time_slices import interval_flows
from .turning import TurnHistory, day_levels, turning_equations
from .unknowns import Unknowns, unknowns_of

# Lanes are trusted to so many times their deviation, round by round.
WIDENED = (10.0, 10.0, 5.0, 2.0, 1.0, 1.0)
# Lanes of an exit speak one by one about the ups and downs if their totals fit at least so well; else the exit does.
LEAST_LANE_TRUST = 0.3


def estimate(network: Network, detectors: Sequence[Detector], forecast: DetectorForecast) -> tuple[Demand, Residuals]:
    """Return the flow of every turn in every interval of the forecast, and the residuals of the counts.

    The whole period is solved first, with less weight for counts that contradict the others; then each interval, kept
    to the period's pattern where its few vehicles say little; the intervals add up to the period. The bounds of each
    turn come from draws of all that the counts leave open. Detectors that the forecast has dropped are left out.
    """
    return movements_of(known_flows(network, detectors, forecast), forecast)


def movements_of(known: KnownFlows, forecast: DetectorForecast) -> tuple[Demand, Residuals]:
    """Return the demand and the residuals of the counts from the flows of the period."""
    parts_veh = interval_flows(known.unknowns, known.equations, known.trust, known.flows_veh, forecast)
    bounds_veh = turn_bounds(known.unknowns, known.draws_veh, forecast, known.history, seed_of(forecast))
    demand = assemble(known.unknowns, parts_veh, forecast, bounds_veh)
    hours = (forecast.end_s - forecast.begin_s) / 3600
    return demand, count_residuals(known.equations, known.flows_veh, known.trust, known.used, hours)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownFlows:
    """The most likely flows of a period, (streams,), and the equations and trusts that say how sure they are.

    `draws_veh` (draws, streams) are flows that the equations leave open, each as likely as any other. Flows are those
    of the vehicles that start in the period; they pass within it but for those still under way, which are few unless
    streets are `empty` when it begins.
    """

    unknowns: Unknowns
    used: tuple[Detector, ...]
    history: TurnHistory
    flows_veh: Floats
    equations: list[Equation]
    trust: Floats
    draws_veh: Floats
    empty: Emptiness | None = None


def known_flows(
    network: Network,
    detectors: Sequence[Detector],
    forecast: DetectorForecast,
    measured: Sequence[MeasuredApproach] = (),
) -> KnownFlows:
    """Return the flows of the whole period that fit all that is known best: loops' counts and counted turns."""
    unknowns = unknowns_of(network)
    used = tuple(detector for detector in detectors if detector.id in forecast.place)
    history = history_of(forecast)
    alike = [*like_streets(network, unknowns, detectors, counted(forecast))]
    counts = [*count_equations(unknowns, used, counted(forecast), network)]
    solved = partial(_solve_period, network, unknowns, used, forecast, history, measured, alike)
    flows_veh, equations, trust = solved(counts)
    empty = emptiness(network, unknowns, counts, flows_veh, forecast)
    if empty is not None:
        flows_veh, equations, trust = solved(passing(counts, empty.reach))
    groups = streams_by_node(network, unknowns)
    return KnownFlows(
        unknowns=unknowns,
        used=used,
        history=history,
        flows_veh=flows_veh,
        equations=equations,
        trust=trust,
        draws_veh=flow_draws(equations, flows_veh, trust, groups, seed_of(forecast)),
        empty=empty,
    )


def history_of(forecast: DetectorForecast) -> TurnHistory:
    """Return the counts of the days before, and how busy each was."""
    return TurnHistory(
        place=forecast.place,
        veh=forecast.history_veh,
        level=day_levels(forecast.history_veh),
        interval_s=forecast.interval_s,
        forecast_veh=forecast.veh.mean.sum(axis=1),
    )


def counted(forecast: DetectorForecast) -> dict[str, Counted]:
    """Return what each detector says of the period.

    Means over different days differ: a detector that was seen in a share s of n days has a mean whose variance exceeds
    that of the mean over all days by (1 / s - 1) / n of the mean, Poisson's law given. What was inferred of hours that
    no day has seen is known as far as its bounds say.
    """
    days = forecast.history_veh.shape[1]
    seen = (~np.isnan(forecast.history_veh)).mean(axis=(1, 2))
    inferred_sd_veh = forecast.gaps.sd_veh(forecast.veh.mean)
    found = {}
    for name, row in forecast.place.items():
        veh = float(forecast.veh.mean[row].sum())
        missed = (1.0 / max(float(seen[row]), 1.0 / max(days, 1)) - 1.0) / max(days, 1)
        found[name] = Counted(veh=veh, gap_sd_veh=float(np.hypot(np.sqrt(veh * missed), inferred_sd_veh[row])))
    return found


def _solve_period(
    network: Network,
    unknowns: Unknowns,
    used: Sequence[Detector],
    forecast: DetectorForecast,
    history: TurnHistory,
    measured: Sequence[MeasuredApproach],
    alike: Sequence[Equation],
    counts: Sequence[Equation],
) -> tuple[Floats, list[Equation], Floats]:
    """Return the flows of the period, the equations (`counts` first) and the trust in each.

    `alike` are beliefs about streets whose loops say nothing.
    """
    hours = (forecast.end_s - forecast.begin_s) / 3600
    says = counted(forecast)
    said = [*measured_equations(unknowns, measured), *alike]
    fixed = [*counts, *conservation_equations(unknowns, hours, {}), *said]
    at_exits = {detector.id for detector in used if detector.kind == "exit"}
    exits = [count for count in counts if count.detectors[0] in at_exits]
    loops_of_edge = _loops_of_edges(network, used)
    edge_veh = _counted_edges(unknowns, used, says)
    flows, trust = np.zeros(len(unknowns.streams)), _at_first(counts)
    letters: Mapping[str, float] = SHARE_BY_DIRECTION
    unseen = _unseen_rounds(network, used)
    shares = usual_shares(unknowns, letters, unseen=unseen)
    for turn, widened in enumerate(WIDENED):
        equations = [*fixed, *turn_beliefs(unknowns, edge_veh, hours, shares)]
        if turn:
            followed = _exits_to_follow(exits, dict(zip(counts, trust, strict=False)))
            equations += turning_equations(unknowns, followed, loops_of_edge, history, flows)
        weight = np.ones(len(equations))
        known = min(len(trust), len(equations) if turn else len(counts))
        weight[:known] = trust[:known]
        weight[[k for k, one in enumerate(equations) if one.kind == Kind.HISTORY]] = 1.0
        flows = solve(equations, flows, weight)
        trust = count_trust(equations, flows, widened)
        letters = letter_weights(unknowns, letters, flows)
        shares = usual_shares(unknowns, letters, flows, unseen)
        edge_veh = {edge: float(flows[places].sum()) for edge, places in unknowns.out_of.items()}
    return flows, equations, weight


def _unseen_rounds(network: Network, used: Sequence[Detector]) -> frozenset[Turn]:
    """Return the turns that lead back and that no loop tells of: none just past them, none in a lane of their own.

    Where counts leave the choice, turning round would make up for any that do not fit. A loop before the stop line
    counts those who turn round among those who turn left: only where its lane leads nowhere else does it tell.
    """
    edge_of = {lane.id: edge.id for edge in network.edges.values() for lane in edge.lanes}
    past = {edge_of[loop.lane] for loop in used if loop.kind == "exit"}
    before = {loop.lane for loop in used if loop.kind == "approach"}
    leads_to: dict[str, set[Turn]] = {}
    for c in network.connections:
        leads_to.setdefault(network.edges[c.from_edge].lanes[c.from_lane].id, set()).add((c.from_edge, c.to_edge))
    own = {turn for lane in before if len(turns := leads_to.get(lane, set())) == 1 for turn in turns}
    return frozenset(turn for turn in network.turn_rounds if turn[1] not in past and turn not in own)


def _at_first(counts: Sequence[Equation]) -> Floats:
    return np.array([WIDENED[0] ** -2 if count.kind == Kind.LANE else 1.0 for count in counts])


def _exits_to_follow(exits: Sequence[Equation], trust: Mapping[Equation, float]) -> list[Equation]:
    """Return the exits whose ups and downs tell turn shares: lane by lane where their lanes fit, else as a whole."""
    lanes: dict[str, list[Equation]] = {}
    for count in exits:
        if count.kind == Kind.LANE:
            lanes.setdefault(count.where, []).append(count)
    whole = {count.where for count in exits if count.kind == Kind.COUNT}
    by_lane = {where for where, found in lanes.items() if where in whole and trust[found[0]] >= LEAST_LANE_TRUST}
    return [count for count in exits if (count.kind == Kind.LANE) == (count.where in by_lane)]


def _loops_of_edges(network: Network, used: Sequence[Detector]) -> dict[str, list[str]]:
    """Return the approach detectors of each edge that has one in every lane from which a way leads on."""
    loop_of_lane = {detector.lane: detector.id for detector in used if detector.kind == "approach"}
    going_on = {(c.from_edge, network.edges[c.from_edge].lanes[c.from_lane].id) for c in network.connections}
    found: dict[str, list[str]] = {}
    for edge, lane in sorted(going_on):
        found.setdefault(edge, []).append(loop_of_lane.get(lane, ""))
    return {edge: loops for edge, loops in found.items() if all(loops)}


def _counted_edges(unknowns: Unknowns, used: Sequence[Detector], says: Mapping[str, Counted]) -> dict[str, float]:
    """Return what the approach detectors say about the flow out of their edges."""
    found: dict[str, float] = {}
    for detector in used:
        if detector.kind == "approach" and (places := unknowns.from_lane.get(detector.lane)):
            edge = unknowns.streams[places[0]].from_edge
            found[edge] = found.get(edge, 0.0) + says[detector.id].veh
    return found
