"""Links between junctions: where the platoons of one junction arrive at the next, and what each offset costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ....kernels.cyclic import delay_by_offset, departures, disperse
from ....networks.network import Network
from ....networks.types import Turn
from ..junction.skeleton import Skeleton
from ..junction.streams import FULL_WEIGHT, Stream

# Platoon dispersion, Robertson 1969: F = 1 / (1 + a b T), T_head = b T, with the British values a = 0.35, b = 0.8.
DISPERSION, HEAD = 0.35, 0.8
# Platoons are followed this far; further on, and below this share, they are part of the even flow.
FARTHEST_S, SMALLEST_SHARE = 75.0, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way from an exit of one junction to an approach of the next, with its share of the exit's flow."""

    exit_edge: str
    approach_edge: str
    junction: str
    travel_s: float
    share: float


def paths_from(
    network: Network, exit_edge: str, flow_veh_h: Mapping[Turn, float], junctions: Mapping[str, str]
) -> list[Path]:
    """Return the ways from an exit edge to the next junctions, split at unsignalised nodes by the turning flows.

    `junctions` tells the junction at the end of each approach edge.
    """
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    stack = [(exit_edge, 0.0, 1.0, frozenset((exit_edge,)))]
    while stack:
        edge, time_s, share, seen = stack.pop()
        time_s += network.edges[edge].length_m / network.edges[edge].speed_m_s
        if edge in junctions:
            found[edge].append((time_s, share))
            continue
        turns = {to: flow_veh_h.get((edge, to), 0.0) for to in network.turns[edge] if to not in seen}
        total = sum(turns.values())
        for to, flow in sorted(turns.items()):
            part = share * flow / total if total > 0 else 0.0
            if part >= SMALLEST_SHARE and time_s < FARTHEST_S:
                stack.append((to, time_s, part, seen | {to}))
    return [
        Path(
            exit_edge=exit_edge,
            approach_edge=edge,
            junction=junctions[edge],
            travel_s=sum(t * s for t, s in ways) / sum(s for _, s in ways),
            share=sum(s for _, s in ways),
        )
        for edge, ways in sorted(found.items())
    ]


def junction_of_approach(network: Network) -> dict[str, str]:
    """Return the junction at the end of each edge that leads to one."""
    return {edge: junction for (edge, _), junction in network.signal_of_turn.items()}


def seconds_of(skeleton: Skeleton, lengths_s: Sequence[float], weights: Sequence[float]) -> np.ndarray:
    """Return an interval's value for each second of the cycle. Returns (C,) float64."""
    ends = np.cumsum(lengths_s)
    cycle_s = round(float(ends[-1]))
    place = np.minimum(np.searchsorted(ends, np.arange(cycle_s) + 0.5), len(weights) - 1)
    return np.asarray(weights, dtype=float)[place]


def service_of(skeleton: Skeleton, lengths_s: Sequence[float], stream: Stream) -> np.ndarray:
    """Return the vehicles that a lane can send in each second of the cycle. Returns (C,) float64."""
    share = seconds_of(skeleton, lengths_s, stream.weights) / FULL_WEIGHT
    return share * stream.saturation_veh_h / 3600


def repeated(seconds: np.ndarray, cycle_s: int) -> np.ndarray:
    """Return a junction's seconds over a cycle into which its own goes once, twice, or more. Returns (C,) float64."""
    times, rest = divmod(cycle_s, seconds.size)
    if rest:
        raise ValueError(f"a cycle of {seconds.size} s does not go into one of {cycle_s} s")
    return np.tile(seconds, times) if times > 1 else seconds


def exit_profiles(
    skeleton: Skeleton, lengths_s: Sequence[float], streams: Sequence[Stream], cycle_s: int | None = None
) -> dict[str, np.ndarray]:
    """Return what leaves into each exit edge in each second of the cycle, arrivals being even. [veh]

    The cycle is the junction's own, or a common one into which its own goes.
    """
    profiles: dict[str, np.ndarray] = {}
    for stream in streams:
        service = service_of(skeleton, lengths_s, stream)
        service = repeated(service, cycle_s or service.size)
        arrivals = np.full(service.size, stream.flow_veh_h / 3600)
        leaving = departures(arrivals, service)
        for (_, to), flow in stream.turns:
            profiles[to] = profiles.get(to, np.zeros(service.size)) + leaving * (flow / stream.flow_veh_h)
    return profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTable:
    """What the offset between two junctions costs: `delay[d]` when `to` starts its cycle d seconds after `from`."""

    from_junction: str
    to_junction: str
    delay: np.ndarray  # (C,) [veh s / s]


Platoons = dict[tuple[str, str], dict[str, np.ndarray]]


def link_tables(
    network: Network,
    skeletons: Mapping[str, Skeleton],
    lengths_s: Mapping[str, Sequence[float]],
    streams: Mapping[str, Sequence[Stream]],
    flow_veh_h: Mapping[Turn, float],
) -> list[LinkTable]:
    """Return the tables of all pairs of junctions between which platoons pass, at the given splits of one cycle.

    The longest cycle is the common one. Junctions whose own is half of it repeat, so their tables do, too: offsets of
    theirs that are half a cycle apart cost the same.
    """
    cycle_s = max((round(sum(lengths_s[junction])) for junction in skeletons), default=1)
    platoons = platoons_between(network, skeletons, lengths_s, streams, flow_veh_h, cycle_s)
    return tables_of(platoons, skeletons, lengths_s, streams, cycle_s)


def platoons_between(
    network: Network,
    skeletons: Mapping[str, Skeleton],
    lengths_s: Mapping[str, Sequence[float]],
    streams: Mapping[str, Sequence[Stream]],
    flow_veh_h: Mapping[Turn, float],
    cycle_s: int,
) -> Platoons:
    """Return what arrives from one junction at another by approach edge, in each second from the first one's start."""
    junctions = junction_of_approach(network)
    arriving: Platoons = defaultdict(dict)
    for junction, skeleton in skeletons.items():
        profiles = exit_profiles(skeleton, lengths_s[junction], streams[junction], cycle_s)
        for exit_edge, profile in profiles.items():
            for path in paths_from(network, exit_edge, flow_veh_h, junctions):
                if path.junction == junction or path.junction not in skeletons:
                    continue
                flow = _dispersed(profile * path.share, path.travel_s)
                edges = arriving[(junction, path.junction)]
                edges[path.approach_edge] = edges.get(path.approach_edge, np.zeros(flow.size)) + flow
    return arriving


def tables_of(
    platoons: Platoons,
    skeletons: Mapping[str, Skeleton],
    lengths_s: Mapping[str, Sequence[float]],
    streams: Mapping[str, Sequence[Stream]],
    cycle_s: int,
) -> list[LinkTable]:
    """Return the tables of the pairs of junctions between which platoons pass, at the second ones' splits."""
    return [
        LinkTable(
            from_junction=a,
            to_junction=b,
            delay=_table(skeletons[b], lengths_s[b], streams[b], edges, cycle_s),
        )
        for (a, b), edges in sorted(platoons.items())
    ]


def _dispersed(flow: np.ndarray, travel_s: float) -> np.ndarray:
    factor = 1.0 / (1.0 + DISPERSION * HEAD * travel_s)
    return disperse(flow, round(HEAD * travel_s), factor)


def _table(
    skeleton: Skeleton,
    lengths_s: Sequence[float],
    streams: Sequence[Stream],
    edges: Mapping[str, np.ndarray],
    cycle_s: int,
) -> np.ndarray:
    platoons, even, service = [], [], []
    for stream in streams:
        edge = stream.turns[0][0][0]
        if edge not in edges:
            continue
        of_edge = sum(other.flow_veh_h for other in streams if other.turns[0][0][0] == edge)
        mine = edges[edge] * (stream.flow_veh_h / of_edge)
        per_second = stream.flow_veh_h / 3600
        total = per_second * mine.size
        mine = mine * min(1.0, total / max(mine.sum(), 1e-12))
        platoons.append(mine)
        even.append(max(0.0, per_second - mine.sum() / mine.size))
        service.append(repeated(service_of(skeleton, lengths_s, stream), cycle_s))
    if not platoons:
        return np.zeros(cycle_s)
    return delay_by_offset(np.array(platoons), np.array(even), np.array(service))
