"""What a reader must be told of a plan's foundations: signals left as they run, and traffic that looks unusual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ...networks.demand import Demand
from ...networks.detector import Detector
from ...networks.network import Network
from ...networks.sentence import Sentence
from ...simulation.safe_inputs import left_out
from ..optimise.candidates.candidates import idle_junctions

# Fewer who turn round are what any city has; the turns named are the most that a reader looks up.
LEAST_SHARE, MOST_NAMED = 0.02, 3


def told_of(
    network: Network, demand: Demand, additional: Iterable[Path] = (), detectors: Iterable[Detector] = ()
) -> tuple[Sentence, ...]:
    """Return sentences on signals without traffic, vehicles that turn round, guesses, and what no simulation gets."""
    return (
        *_left_as_they_run(network, demand),
        *_turning_round(network, demand),
        *_placed(detectors),
        *_left_out(additional),
    )


def _left_as_they_run(network: Network, demand: Demand) -> Iterator[Sentence]:
    for junction in idle_junctions(network, demand.flow_veh_h):
        yield Sentence(
            "Junction {junction} keeps its running plan: no traffic is expected there in the period, so there is "
            "nothing to weigh.",
            junction=junction,
        )


def _placed(detectors: Iterable[Detector]) -> Iterator[Sentence]:
    if placed := [one.id for one in detectors if one.placed]:
        yield Sentence(
            "{count} detectors have no position on their lane: they are taken to lie where loops usually do, {names}.",
            count=len(placed),
            names=", ".join(placed[:MOST_NAMED]) + (" and others" if len(placed) > MOST_NAMED else ""),
        )


def _left_out(additional: Iterable[Path]) -> Iterator[Sentence]:
    for path in additional:
        if tags := left_out(path):
            yield Sentence(
                "Of {file}, the simulator does not get {tags}: outputs, which it would write anywhere, and what is not "
                "known here.",
                file=path.name,
                tags=", ".join(tags),
            )


def _turning_round(network: Network, demand: Demand) -> Iterator[Sentence]:
    hours = (demand.end_s - demand.begin_s) / 3600
    veh = {turn: flow * hours for turn, flow in demand.flow_veh_h.items() if turn in network.turn_rounds}
    total = sum(veh.values())
    if demand.vehicles and total > LEAST_SHARE * demand.vehicles:
        most = sorted(veh, key=lambda turn: -veh[turn])[:MOST_NAMED]
        yield Sentence(
            "{round:.0f} times a vehicle turns round in the traffic that the counts explain best, with {vehicles:.0f} "
            "vehicles in all; most often {turns}. Look whether drivers do so there, or whether loops are missing or "
            "false.",
            round=total,
            vehicles=demand.vehicles,
            turns=", ".join(f"{a} > {b}" for a, b in most),
        )
