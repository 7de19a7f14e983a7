"""Green waves along a street: the widest bands both ways, by a mixed-integer programme that proves them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ortools.linear_solver import pywraplp

# Patterns of left turns: (outbound lags, inbound lags); a turn that does not lag leads.
PATTERNS = {1: (0, 1), 2: (1, 0), 3: (0, 0), 4: (1, 1)}
TIME_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BandSignal:
    """A junction on the street. Times are shares of the cycle.

    `red` is the through traffic's red outbound, `red_back` inbound. `left` is the green of outbound left turns, during
    which inbound through traffic has red, `left_back` the other way round; 0 where turns have no green of their own.
    `clearance` is the time before the band in which a queue from side streets leaves. `patterns` of left turns may be
    chosen from: 1 outbound leads and inbound lags, 2 outbound lags and inbound leads, 3 both lead, 4 both lag.
    """

    name: str
    red: float
    red_back: float
    left: float = 0.0
    left_back: float = 0.0
    clearance: float = 0.0
    clearance_back: float = 0.0
    patterns: tuple[int, ...] = (1,)


@dataclass(frozen=True, slots=True, kw_only=True)
class BandLink:
    """The street between a junction and the next outbound: its length and the speeds that a band may have."""

    length_m: float
    speeds_m_s: tuple[float, float]
    speeds_back_m_s: tuple[float, float]
    weight: float = 1.0  # of the link's own band, where each link has one
    weight_back: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Bands and the plan that has them.

    `band` and `band_back` are shares of the cycle, one for each link where links have bands of their own, else one for
    the street. `centres` tells, as a share of the cycle, when the middle of each junction's outbound red comes after
    that of the first. No plan has more than `bound` of the weighted sum that `value` is.
    """

    cycle_s: float
    band: tuple[float, ...]
    band_back: tuple[float, ...]
    centres: tuple[float, ...]
    speeds_m_s: tuple[float, ...]
    speeds_back_m_s: tuple[float, ...]
    patterns: tuple[int, ...]
    value: float
    bound: float
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """The programme: solver, junctions, and the variables of time, of bands and of left turns."""

    solver: pywraplp.Solver
    junctions: Sequence[BandSignal]
    links: Sequence[BandLink]
    rate: Any  # 1 / cycle [1/s]
    before: list[Any]  # from the end of outbound red to the band
    before_back: list[Any]  # from the band to the next inbound red
    time: list[Any]  # on each link, in cycles
    time_back: list[Any]
    lags: list[Any]
    lags_back: list[Any]


def widest_bands(
    junctions: Sequence[BandSignal],
    links: Sequence[BandLink],
    cycles_s: tuple[float, float],
    *,
    ratio: float = 1.0,
    of_links: bool = False,
) -> Bands | None:
    """Return the plan with the widest bands, or None where none satisfies the programme.

    Parameters
    ----------
    junctions : sequence of BandSignal
        In outbound order.
    links : sequence of BandLink
        One between each junction and the next.
    cycles_s : (float, float)
        Shortest and longest cycle. [s]
    ratio : float
        Wanted inbound band over outbound band; the sum that is made largest weighs the inbound band with it.
    of_links : bool
        Whether each link has a band of its own, weighted by the link, instead of one through the whole street.

    Notes
    -----
    One band: J. D. C. Little, M. D. Kelson and N. H. Gartner, MAXBAND, Transportation Research Record 795, 1981. A band
    for each link: N. H. Gartner, S. F. Assmann, F. Lasaga and D. L. Hou, A multi-band approach to arterial traffic
    signal optimization, Transportation Research B 25, 1991.
    """
    model = _model(junctions, links, cycles_s)
    _loops(model)
    band, band_back, value = _link_bands(model, ratio) if of_links else _one_band(model, ratio)
    model.solver.Maximize(value)
    model.solver.set_time_limit(round(TIME_LIMIT_S * 1000))
    status = model.solver.Solve()
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    return _bands(model, band, band_back, "OPTIMAL" if status == pywraplp.Solver.OPTIMAL else "FEASIBLE")


def _model(junctions: Sequence[BandSignal], links: Sequence[BandLink], cycles_s: tuple[float, float]) -> _Model:
    solver = pywraplp.Solver.CreateSolver("SCIP")
    rate = solver.NumVar(1 / cycles_s[1], 1 / cycles_s[0], "rate")
    many = range(len(junctions))
    model = _Model(
        solver=solver,
        junctions=junctions,
        links=links,
        rate=rate,
        before=[solver.NumVar(0, 1, f"before{k}") for k in many],
        before_back=[solver.NumVar(0, 1, f"before_back{k}") for k in many],
        time=[solver.NumVar(0, solver.infinity(), f"time{k}") for k in range(len(links))],
        time_back=[solver.NumVar(0, solver.infinity(), f"time_back{k}") for k in range(len(links))],
        lags=[solver.BoolVar(f"lags{k}") for k in many],
        lags_back=[solver.BoolVar(f"lags_back{k}") for k in many],
    )
    for link, there, back in zip(links, model.time, model.time_back, strict=True):
        for time, (slowest, fastest) in ((there, link.speeds_m_s), (back, link.speeds_back_m_s)):
            solver.Add(time >= link.length_m / fastest * rate)
            solver.Add(time <= link.length_m / slowest * rate)
    for junction, lags, lags_back in zip(junctions, model.lags, model.lags_back, strict=True):
        _only_patterns(solver, junction, lags, lags_back)
    return model


def _only_patterns(solver: pywraplp.Solver, junction: BandSignal, lags: Any, lags_back: Any) -> None:
    """Forbid the combinations of lagging and leading turns that the junction may not have."""
    allowed = {PATTERNS[pattern] for pattern in junction.patterns}
    for one in (0, 1):
        for other in (0, 1):
            if (one, other) not in allowed:
                mine = lags if one else 1 - lags
                theirs = lags_back if other else 1 - lags_back
                solver.Add(mine + theirs <= 1)


def _shift(model: _Model, k: int) -> Any:
    """Return how much later the middle of outbound red is than that of inbound red, by the pattern of left turns."""
    junction = model.junctions[k]
    return 0.5 * ((2 * model.lags[k] - 1) * junction.left - (2 * model.lags_back[k] - 1) * junction.left_back)


def _loops(model: _Model) -> None:
    """Out along a link and back again, with the reds at both ends, takes a whole number of cycles."""
    for k, (here, there) in enumerate(pairwise(model.junctions)):
        turns = model.solver.IntVar(-model.solver.infinity(), model.solver.infinity(), f"turns{k}")
        model.solver.Add(
            (model.before[k] + model.before_back[k])
            - (model.before[k + 1] + model.before_back[k + 1])
            + model.time[k]
            + model.time_back[k]
            + _shift(model, k)
            - _shift(model, k + 1)
            == -0.5 * (here.red + here.red_back)
            + 0.5 * (there.red + there.red_back)
            + here.clearance_back
            + there.clearance
            + turns
        )


def _one_band(model: _Model, ratio: float) -> tuple[list[Any], list[Any], Any]:
    solver = model.solver
    band, back = solver.NumVar(0, 1, "band"), solver.NumVar(0, 1, "band_back")
    _keep_ratio(solver, band, back, ratio)
    for k, junction in enumerate(model.junctions):
        solver.Add(model.before[k] + band <= 1 - junction.red)
        solver.Add(model.before_back[k] + back <= 1 - junction.red_back)
    return [band], [back], band + ratio * back


def _link_bands(model: _Model, ratio: float) -> tuple[list[Any], list[Any], Any]:
    """Give each link a band about a line of progression; `before` then runs to the middle of the bands."""
    solver, bands, backs, value = model.solver, [], [], 0
    for k, link in enumerate(model.links):
        band, back = solver.NumVar(0, 1, f"band{k}"), solver.NumVar(0, 1, f"band_back{k}")
        _keep_ratio(solver, band, back, ratio)
        for end in (k, k + 1):
            junction = model.junctions[end]
            for half, before, red in (
                (0.5 * band, model.before[end], junction.red),
                (0.5 * back, model.before_back[end], junction.red_back),
            ):
                solver.Add(before >= half)
                solver.Add(before <= 1 - red - half)
        bands.append(band)
        backs.append(back)
        value += (link.weight * band + link.weight_back * back) / len(model.links)
    return bands, backs, value


def _keep_ratio(solver: pywraplp.Solver, band: Any, back: Any, ratio: float) -> None:
    """Keep the direction that weighs more at least so much wider; both alike where they weigh the same."""
    if ratio == 1.0:
        solver.Add(back == band)
    else:
        solver.Add((1 - ratio) * back >= (1 - ratio) * ratio * band)


def _bands(model: _Model, band: Sequence[Any], band_back: Sequence[Any], status: str) -> Bands:
    rate = model.rate.solution_value()
    times, times_back = ([max(t.solution_value(), 1e-12) for t in part] for part in (model.time, model.time_back))
    lags = [
        (round(a.solution_value()), round(b.solution_value())) for a, b in zip(model.lags, model.lags_back, strict=True)
    ]
    return Bands(
        cycle_s=1 / rate,
        band=tuple(b.solution_value() for b in band),
        band_back=tuple(b.solution_value() for b in band_back),
        centres=tuple(_centres(model, times)),
        speeds_m_s=tuple(link.length_m * rate / t for link, t in zip(model.links, times, strict=True)),
        speeds_back_m_s=tuple(link.length_m * rate / t for link, t in zip(model.links, times_back, strict=True)),
        patterns=tuple(next(p for p, lag in PATTERNS.items() if lag == one) for one in lags),
        value=model.solver.Objective().Value(),
        bound=model.solver.Objective().BestBound(),
        status=status,
    )


def _centres(model: _Model, times: Sequence[float]) -> list[float]:
    """Return the middle of each outbound red after that of the first, modulo the cycle."""
    found = [0.0]
    before = [variable.solution_value() for variable in model.before]
    for k, (here, there) in enumerate(pairwise(model.junctions)):
        step = 0.5 * here.red + before[k] + times[k] - there.clearance - before[k + 1] - 0.5 * there.red
        found.append(math.fmod(found[-1] + step, 1.0) % 1.0)
    return found
