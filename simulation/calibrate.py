"""How drivers discharge from queues and accept gaps in SUMO: measured with the study's vehicles and step length."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lxml import etree

from ..networks.types import Floats
from .calibrate_streets import LOOPS_FILE, TURNS, MeasuringStreet, gap_street, queue_street
from .measure.trips import elements
from .run import simulate
from .scenario import Scenario

SPEEDS_M_S = (30 / 3.6, 50 / 3.6, 70 / 3.6)
GREEN_S, CYCLE_S, WARM_CYCLES = 34, 70, 3
QUEUE_S, GAP_S = 2100, 3600
GAP_SPEED_M_S, OPPOSING_VEH_H = 50 / 3.6, 600.0
FIRST_ROLLING = 5  # place in the queue from which on headways are those of saturation flow, as in the HCM
PLACES = 12
Crossings = list[tuple[float, float]]  # second and speed [m/s] at a loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge:
    """How one lane's queue leaves: `first_s` from green to the first vehicle, then headways by place in the queue.

    `headway_s` is the mean over the fifth vehicle and later ones, `speed_m_s` theirs at the stop line. `places_s` are
    the mean headways of the second, third, fourth vehicle. `yellow_s` is how much of the yellow is driven through: the
    mean time that as many vehicles as crossed in a cycle need, less the green.

    The start-up loss is the sum of what the first four take
    more than `headway_s` each (HCM 7th edition, 2022, chapter 31: saturation headway and lost time). `_error` are
    standard errors, over the cycles.
    """

    turn: str
    limit_m_s: float
    turn_limit_m_s: float
    cycles: int
    headway_s: float
    headway_error_s: float
    first_s: float
    places_s: tuple[float, ...]
    start_up_loss_s: float
    start_up_loss_error_s: float
    yellow_s: float
    speed_m_s: float

    @property
    def saturation_flow_veh_h(self) -> float:
        """Vehicles per hour of green and lane."""
        return 3600 / self.headway_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """How a permitted left turn uses the gaps of the stream against it.

    `served` left turns of an endless queue got through in `seconds`. Critical gap and follow-up time come from the
    line through the mean gap that n vehicles used (W. Siegloch, Die Leistungsermittlung an Knotenpunkten ohne
    Lichtsignalsteuerung, 1973): gap = t0 + n * follow-up, critical gap = t0 + follow-up / 2.
    """

    served: int
    seconds: int
    opposing_veh_h: float
    critical_gap_s: float
    critical_gap_error_s: float
    follow_up_s: float
    follow_up_error_s: float


def default_type() -> etree._Element:
    """Return SUMO's default car as a vehicle type."""
    return etree.Element("vType", id="DEFAULT_VEHTYPE")


def measure_discharge(
    kind: etree._Element | None = None,
    *,
    speeds_m_s: Sequence[float] = SPEEDS_M_S,
    step_s: float = 1.0,
    green_s: int = GREEN_S,
    cycle_s: int = CYCLE_S,
    seconds: int = QUEUE_S,
    seed: int = 1,
) -> tuple[Discharge, ...]:
    """Return how queues leave right, straight and left at each speed limit, in one simulation.

    Raises InputError if SUMO does not accept the vehicle type, RuntimeError if it crashes.
    """
    with tempfile.TemporaryDirectory(prefix="greenband-calibrate-") as name:
        street = queue_street(
            Path(name), speeds_m_s, kind if kind is not None else default_type(), green_s, cycle_s, seconds
        )
        seen = crossings(street, Path(name), seconds, step_s, seed)
        limits = _turn_limits(street.network)
        return tuple(
            _discharge(
                turn,
                speed,
                limits[(f"in{k}", f"{turn}{k}")],
                green_s,
                _by_cycle(seen[f"in{k} {turn}"], cycle_s, seconds),
            )
            for k, speed in enumerate(speeds_m_s)
            for turn in TURNS
        )


def measure_gaps(
    kind: etree._Element | None = None,
    *,
    step_s: float = 1.0,
    opposing_veh_h: float = OPPOSING_VEH_H,
    seconds: int = GAP_S,
    seed: int = 1,
    keep: Path | None = None,
) -> Gaps:
    """Return how a permitted left turn uses gaps; the street's files stay in `keep` if that is given.

    Raises as `measure_discharge` does.
    """
    with tempfile.TemporaryDirectory(prefix="greenband-calibrate-") as name:
        folder = keep or Path(name)
        street = gap_street(
            folder, GAP_SPEED_M_S, kind if kind is not None else default_type(), opposing_veh_h, seconds
        )
        seen = crossings(street, folder, seconds, step_s, seed)
    lefts, against = (np.array([second for second, _ in seen[loop]]) for loop in ("left", "against"))
    return _gaps(lefts, against, seconds, opposing_veh_h)


def crossings(street: MeasuringStreet, folder: Path, seconds: int, step_s: float, seed: int) -> dict[str, Crossings]:
    """Simulate a street and return the crossings of each of its loops. Raises as `measure_discharge` does."""
    scenario = Scenario(network=street.network, routes=(street.routes,), begin_s=0, end_s=seconds, step_s=step_s)
    simulate(scenario, folder, seed=seed, loops=street.additional)
    found: dict[str, Crossings] = defaultdict(list)
    for element in elements(folder / LOOPS_FILE, "instantOut"):
        if element.get("state") == "enter":
            # SUMO dates a step's movement back to the second before the lamps that it obeyed.
            second = float(element.get("time", "0")) + step_s
            found[element.get("id") or ""].append((second, float(element.get("speed", "0"))))
    return found


def _turn_limits(network: Path) -> dict[tuple[str, str], float]:
    """Return the speed limit of each way through a junction, which SUMO takes from how sharply it bends."""
    from ..networks.sumo.net import read_network

    return {(way.from_edge, way.to_edge): way.speed_m_s for way in read_network(network).connections}


def _by_cycle(seen: Crossings, cycle_s: int, seconds: int) -> list[Crossings]:
    """Return the crossings of each whole cycle after the first few, with seconds since green."""
    last = seconds // cycle_s
    cycles: list[Crossings] = [[] for _ in range(last)]
    for second, speed in seen:
        number = int(second // cycle_s)
        if number < last:
            cycles[number].append((second - number * cycle_s, speed))
    return cycles[WARM_CYCLES:]


def _discharge(
    turn: str, limit_m_s: float, turn_limit_m_s: float, green_s: float, cycles: Sequence[Crossings]
) -> Discharge:
    """Return the figures of one lane from the crossings of its cycles, in each of which a queue stood throughout."""
    rolling, losses, firsts, speeds, numbers = [], [], [], [], []
    places: list[list[float]] = [[] for _ in range(FIRST_ROLLING - 2)]
    for cycle in cycles:
        times = np.array([second for second, _ in cycle if second <= green_s])
        if times.size <= FIRST_ROLLING:
            continue
        headways = np.diff(times)
        rolling.append(float(headways[FIRST_ROLLING - 2 :].mean()))
        firsts.append(float(times[0]))
        losses.append(float(times[FIRST_ROLLING - 2]))
        for place, values in enumerate(places):
            values.append(float(headways[place]))
        speeds += [speed for second, speed in cycle[FIRST_ROLLING - 1 :] if second <= green_s]
        numbers.append(len(cycle))
    headway_s = float(np.mean(rolling))
    lost = np.array(losses) - (FIRST_ROLLING - 1) * headway_s
    return Discharge(
        turn=turn,
        limit_m_s=limit_m_s,
        turn_limit_m_s=turn_limit_m_s,
        cycles=len(rolling),
        headway_s=headway_s,
        headway_error_s=_error(rolling),
        first_s=float(np.mean(firsts)),
        places_s=tuple(float(np.mean(values)) for values in places),
        start_up_loss_s=float(lost.mean()),
        start_up_loss_error_s=_error(lost),
        # Who passes a moment that comes at random between two vehicles is half a headway behind it on average.
        yellow_s=float(np.mean(losses)) + (float(np.mean(numbers)) - FIRST_ROLLING + 1.5) * headway_s - green_s,
        speed_m_s=float(np.mean(speeds)),
    )


def _error(values: Sequence[float] | Floats) -> float:
    """Return the standard error of the mean."""
    found = np.asarray(values, dtype=np.float64)
    return float(found.std(ddof=1) / np.sqrt(found.size)) if found.size > 1 else float("nan")


def _gaps(lefts: Floats, against: Floats, seconds: int, opposing_veh_h: float) -> Gaps:
    """Return the gap figures from the seconds at which left turns and the stream against them left the junction."""
    gaps = np.diff(against)
    used = np.diff(np.searchsorted(lefts, against))
    numbers = [n for n in range(1, int(used.max(initial=0)) + 1) if (used == n).sum() > 1]
    mean_s = np.array([gaps[used == n].mean() for n in numbers])
    line = np.polynomial.polynomial.polyfit(np.array(numbers, dtype=np.float64), mean_s, 1)
    weight = [int((used == n).sum()) for n in numbers]
    follow_error_s = _line_error(np.array(numbers, dtype=np.float64), mean_s, line)
    chosen = [gaps[used == n] - (line[0] + line[1] * n) for n in numbers]
    return Gaps(
        served=int(lefts.size),
        seconds=seconds,
        opposing_veh_h=opposing_veh_h,
        critical_gap_s=float(line[0] + line[1] / 2),
        critical_gap_error_s=float(np.concatenate(chosen).std() / np.sqrt(sum(weight))),
        follow_up_s=float(line[1]),
        follow_up_error_s=follow_error_s,
    )


def _line_error(x: Floats, y: Floats, line: Floats) -> float:
    """Return the standard error of a fitted line's slope."""
    if x.size < 3:
        return float("nan")
    rest = y - (line[0] + line[1] * x)
    return float(np.sqrt((rest**2).sum() / (x.size - 2) / ((x - x.mean()) ** 2).sum()))
