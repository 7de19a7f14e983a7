"""How drivers usually divide where counts leave a choice: by direction, and by what the exits take in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ...networks.types import Floats, Turn
from .equations import Equation, Kind
from .unknowns import Unknowns

# Weights of turns by SUMO's letter before any count is seen; the estimate learns them for its network, where the usual
# ones count as so many vehicles of each letter.
SHARE_BY_DIRECTION = {"s": 0.70, "l": 0.15, "r": 0.15, "L": 0.30, "R": 0.30, "t": 0.02}
OTHER_SHARE = 0.15
LETTER_VEH = 500.0
# What a share is worth for one edge: a Dirichlet distribution whose parameters add up to SHARE_WORTH; a share s then
# has the variance s (1 - s) / (SHARE_WORTH + 1), and no share is known better than LEAST_SHARE_SD.
SHARE_WORTH = 10.0
LEAST_SHARE_SD = 0.02
LANE_DOUBT = 0.5
LEAST_FLOW_VEH_H = 20.0
BALANCING_ROUNDS = 50


def usual_shares(
    unknowns: Unknowns, letters: Mapping[str, float], flows_veh: Floats | None = None
) -> dict[Turn, float]:
    """Return the share of its edge's vehicles that each turn usually takes: by its letter's weight.

    With flows, edges also draw what flows into them: the shares are balanced until both the flows out of all edges and
    those into all edges are met (K. P. Furness, Time function iteration, Traffic Engineering and Control 7, 1965).
    """
    turns = list(unknowns.by_turn)
    letter = [unknowns.streams[places[0]].direction for places in unknowns.by_turn.values()]
    number = {edge: k for k, edge in enumerate(unknowns.edges)}
    origin, target = (np.array([number[turn[end]] for turn in turns], dtype=np.int64) for end in (0, 1))
    weight = np.array([letters.get(one, OTHER_SHARE) for one in letter])
    if flows_veh is not None:
        flow = np.array([flows_veh[places].sum() for places in unknowns.by_turn.values()])
        out, into = (_added(edge, flow, len(number)) for edge in (origin, target))
        for _ in range(BALANCING_ROUNDS):
            weight = weight * _ratio(out, _added(origin, weight, len(number)))[origin]
            weight = weight * _ratio(into, _added(target, weight, len(number)))[target]
    total = np.bincount(origin, weight, len(number))[origin]
    plain = np.array([letters.get(one, OTHER_SHARE) for one in letter])
    even = plain / np.bincount(origin, plain, len(number))[origin]
    shares = np.where(total > 0, weight / np.where(total > 0, total, 1.0), even)
    return dict(zip(turns, shares.tolist(), strict=True))


def _added(place: NDArray[np.int64], values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(place, values, size), dtype=np.float64)


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.asarray(np.where(found > 0, wanted / np.where(found > 0, found, 1.0), 0.0))


def letter_weights(unknowns: Unknowns, letters: Mapping[str, float], flows_veh: Floats) -> dict[str, float]:
    """Return the weights by letter at which the usual shares give each letter the vehicles found; one step towards."""
    shares = usual_shares(unknowns, letters, flows_veh)
    found: dict[str, float] = {}
    due: dict[str, float] = {}
    for turn, places in unknowns.by_turn.items():
        if turn[0] not in unknowns.exits and len(unknowns.out_of[turn[0]]) > 1:
            letter = unknowns.streams[places[0]].direction
            found[letter] = found.get(letter, LETTER_VEH * letters.get(letter, OTHER_SHARE)) + float(
                flows_veh[places].sum()
            )
            usual = shares[turn] * float(flows_veh[unknowns.out_of[turn[0]]].sum())
            due[letter] = due.get(letter, LETTER_VEH * letters.get(letter, OTHER_SHARE)) + usual
    return {
        letter: weight * found.get(letter, 1.0) / max(due.get(letter, 1.0), 1e-9) for letter, weight in letters.items()
    }


def turn_beliefs(
    unknowns: Unknowns, edge_veh: Mapping[str, float], hours: float, shares: Mapping[Turn, float]
) -> Iterator[Equation]:
    """Yield the beliefs about turn shares and lane use of each edge, whose flow is about `edge_veh`.

    Each turn takes its usual share; the lanes of a turn carry equal parts, within a half of them. At the border of the
    network nobody turns round.
    """
    for edge, places in unknowns.out_of.items():
        flow = max(edge_veh.get(edge, 0.0), LEAST_FLOW_VEH_H * hours)
        for turn in dict.fromkeys(unknowns.streams[place].turn for place in places):
            own, share = set(unknowns.by_turn[turn]), shares[turn]
            if edge in unknowns.exits:
                terms = tuple((place, 1.0) for place in sorted(own))
                yield Equation(kind=Kind.BELIEF, terms=terms, sd_veh=0.1 * flow)
            elif len(own) < len(places):
                terms = tuple((place, (place in own) - share) for place in places)
                yield Equation(kind=Kind.BELIEF, terms=terms, sd_veh=flow * _share_sd(share))
            if len(own) > 1:
                for place in sorted(own):
                    even = tuple((k, (k == place) - 1.0 / len(own)) for k in sorted(own))
                    yield Equation(kind=Kind.BELIEF, terms=even, sd_veh=LANE_DOUBT * flow / len(own))


def _share_sd(share: float) -> float:
    return float(max(np.sqrt(share * (1.0 - share) / (SHARE_WORTH + 1.0)), LEAST_SHARE_SD))
