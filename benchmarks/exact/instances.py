"""Instances of junction problems in JSON files, as the optimiser takes them: offsets, junctions, streets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from greenband.benchmarks.exact.bandwidth import BandLink, Bands, BandSignal
from greenband.benchmarks.exact.circle_model import GroupDemand
from greenband.benchmarks.exact.sequences import COST_SCALE
from greenband.engine.optimise.offsets.links import LinkTable
from greenband.kernels.delay import hcm_delay
from greenband.networks.errors import InputError

FOOT_M, MILE_PER_HOUR_M_S = 0.3048, 0.44704
LEAST_GREEN_S, ANALYSIS_H = 0.1, 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Junctions with a common cycle, and what the offset between each linked pair costs."""

    cycle_s: int
    junctions: tuple[str, ...]
    tables: tuple[LinkTable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One junction at one cycle: its groups, and the intergreen of each conflicting pair, both ways round."""

    cycle_s: int
    groups: tuple[GroupDemand, ...]
    intergreen_s: dict[tuple[str, str], int]
    sides: tuple[tuple[str, ...], tuple[str, ...]] | None = None  # of the barrier, where the junction runs two rings


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street for green waves, outbound first."""

    cycles_s: tuple[float, float]
    junctions: tuple[BandSignal, ...]
    links: tuple[BandLink, ...]
    ratio: float


def read(path: Path, take: Callable[[Mapping[str, Any]], list[Any]]) -> list[Any]:
    """Return the instances of a file. Raises InputError where it is no JSON or lacks what its kind needs."""
    try:
        return take(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        found = error.strerror or str(error)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        found = f"{type(error).__name__}: {error}"
    raise InputError(
        where=str(path),
        found=found,
        rule="an instance is a JSON file whose 'inputs' hold the problem, in the units of its kind",
        fix="give a file of that kind; the documentation of `greenband benchmark` names the keys",
    )


def networks(content: Mapping[str, Any]) -> list[Network]:
    """Return the offset problem of a file: `C`, `nodes`, and `edges` with `i`, `j` and `table` over offset j - i."""
    given = content["inputs"]
    tables = [
        LinkTable(from_junction=str(edge["i"]), to_junction=str(edge["j"]), delay=np.array(edge["table"], dtype=float))
        for edge in given["edges"]
    ]
    if any(table.delay.shape != (given["C"],) for table in tables):
        raise ValueError("a table has another length than C")
    return [
        Network(cycle_s=int(given["C"]), junctions=tuple(str(node) for node in given["nodes"]), tables=tuple(tables))
    ]


def crossings(content: Mapping[str, Any]) -> list[Crossing]:
    """Return the junction of a file, once for each of its `cycles`.

    Keys: `groups`, `flow` and `sat` [veh/h], `min_green` [s], `conflicts` with `a`, `b`, `intergreen_ab` and
    `intergreen_ba` [s]; optionally `sides`, the groups on either side of a dual ring's barrier. Cost: flow times HCM's
    uniform and incremental delay, rounded to a thousandth.
    """
    given = content["inputs"]
    intergreen_s = {(c["a"], c["b"]): int(c["intergreen_ab"]) for c in given["conflicts"]}
    intergreen_s |= {(c["b"], c["a"]): int(c["intergreen_ba"]) for c in given["conflicts"]}
    early, late = given.get("sides", ((), ()))
    sides = (tuple(early), tuple(late)) if early or late else None
    return [
        Crossing(
            cycle_s=int(cycle_s),
            groups=tuple(
                GroupDemand(
                    name=name,
                    min_green_s=int(given["min_green"][name]),
                    cost=_cost(given["flow"][name], given["sat"][name], int(cycle_s)) if name in given["flow"] else (),
                )
                for name in given["groups"]
            ),
            intergreen_s=intergreen_s,
            sides=sides,
        )
        for cycle_s in given["cycles"]
    ]


def _cost(flow_veh_h: float, saturation_veh_h: float, cycle_s: int) -> tuple[int, ...]:
    green_s = np.clip(np.arange(cycle_s + 1.0), LEAST_GREEN_S, cycle_s - 0.01)
    flow = np.full(green_s.size, flow_veh_h / 3600)
    saturation = np.full(green_s.size, saturation_veh_h / 3600)
    delay_s = hcm_delay(flow, saturation, green_s, float(cycle_s), ANALYSIS_H)
    return tuple(int(value) for value in np.rint(flow * delay_s * COST_SCALE))


def streets(content: Mapping[str, Any]) -> list[Street]:
    """Return the street of a file, once for each of its `cases`.

    Keys, of `inputs` or of a case's: `distances_ft`, `red_fraction` or `red_fraction_both_directions`, `C` (one cycle,
    or the shortest and the longest) [s], `v_mph` (slowest and fastest) or `v_ftps` (one speed), `k`.
    """
    cases = content.get("cases") or [{"inputs": {}}]
    return [_street({**content["inputs"], **case["inputs"]}) for case in cases]


def _street(given: Mapping[str, Any]) -> Street:
    reds = given["red_fraction_both_directions"] if "red_fraction_both_directions" in given else given["red_fraction"]
    cycle_s = given["C"] if isinstance(given["C"], list) else [given["C"], given["C"]]
    if "v_ftps" in given:
        slowest = fastest = given["v_ftps"] * FOOT_M
    else:
        slowest, fastest = (speed * MILE_PER_HOUR_M_S for speed in given["v_mph"])
    if len(reds) != len(given["distances_ft"]) + 1:
        raise ValueError("there is one distance between each signal and the next")
    return Street(
        cycles_s=(float(cycle_s[0]), float(cycle_s[1])),
        junctions=tuple(BandSignal(name=str(k + 1), red=red, red_back=red) for k, red in enumerate(reds)),
        links=tuple(
            BandLink(length_m=length * FOOT_M, speeds_m_s=(slowest, fastest), speeds_back_m_s=(slowest, fastest))
            for length in given["distances_ft"]
        ),
        ratio=float(given.get("k", 1.0)),
    )


def plan_of(bands: Bands) -> dict[str, Any]:
    """Return the plan of a green wave for printing."""
    return {
        "cycle_s": round(bands.cycle_s, 2),
        "band_back": [round(b, 5) for b in bands.band_back],
        "red_centres": [round(c, 5) for c in bands.centres],
        "speeds_m_s": [round(v, 3) for v in bands.speeds_m_s],
    }
