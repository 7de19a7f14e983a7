"""Two peers that change offsets alone: those of least delay by the formulas, and the widest green waves."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from greenband.benchmarks.exact.bandwidth import BandLink, Bands, BandSignal, widest_bands
from greenband.engine.chain.prepare import Prepared, prepare
from greenband.engine.main_street.progression import Span, green_spans
from greenband.engine.main_street.street import Street, StreetLink, main_street, through_groups
from greenband.engine.optimise.candidates.candidates import Problem, problem_of, with_offsets
from greenband.engine.optimise.junction.splits import Splits
from greenband.engine.studies.file import read_study
from greenband.networks.files import replace_atomically, xml_bytes
from greenband.networks.plan import JunctionPlan, Plan
from greenband.networks.sumo.program import program_xml

from .greenband_plan import Planned
from .sumo_tools import PeerCrashed

PROGRAM_ID = "offsets by greenband"
# The weaker direction's band may be this much narrower: beyond, the programme would give it up for nothing.
SMALLEST_RATIO = 0.25


def least_delay_offsets(study: Path, folder: Path) -> Planned:
    """Return the running splits with the offsets of least delay by the link formulas, for the demand of the counts.

    Junctions that share the cycle most junctions have are coordinated; the others stay as they are.
    """
    began_s = time.monotonic()
    prepared = prepared_of(study)
    return _written(prepared, shifted_plan(prepared), folder, began_s)


def widest_bands_offsets(study: Path, folder: Path) -> Planned:
    """Return the running splits with MULTIBAND's offsets along the main street, weighted by the flows of the counts."""
    began_s = time.monotonic()
    prepared = prepared_of(study)
    return _written(prepared, banded_plan(prepared), folder, began_s)


def prepared_of(study: Path) -> Prepared:
    """Return the demand of a study's first period."""
    read = read_study(study)
    return prepare(read, read.period(None))


def _written(prepared: Prepared, plan: Plan, folder: Path, began_s: float) -> Planned:
    changed = plan.junctions != prepared.network.running_plan.junctions
    programs = folder / "offsets.add.xml"
    replace_atomically(programs, xml_bytes(program_xml(plan, prepared.network, PROGRAM_ID)))
    note = "" if changed else "nothing to coordinate: as the running program"
    return Planned(programs=programs, planning_s=time.monotonic() - began_s, note=note)


def shifted_plan(prepared: Prepared) -> Plan:
    """Return the running plan with offsets of least delay among the junctions of the commonest cycle."""
    running = prepared.network.running_plan
    hours = (prepared.demand.end_s - prepared.demand.begin_s) / 3600
    problem = problem_of(prepared.network, prepared.demand.flow_veh_h, hours, sequences=False)
    cycle_s = common_cycle_s(running, problem.skeletons)
    together = {s: k for s, k in problem.skeletons.items() if running.by_junction[s].cycle_s == cycle_s}
    if len(together) < 2 or cycle_s is None or not cycle_s.is_integer():
        return running
    part: Problem = replace(
        problem,
        skeletons=together,
        streams={s: problem.streams[s] for s in together},
        options={s: problem.options[s] for s in together},
    )
    splits = {
        junction: Splits(cycle_s=round(cycle_s), lengths_s=skeleton.running_s, cost=0.0, bound=0.0, status="FEASIBLE")
        for junction, skeleton in together.items()
    }
    return with_offsets(part, splits, round(cycle_s), 1.0, "running splits, new offsets").plan


def common_cycle_s(plan: Plan, junctions: Iterable[str]) -> float | None:
    """Return the cycle that most of some junctions have, of equals the longest; None without junctions."""
    counts = Counter(plan.by_junction[junction].cycle_s for junction in junctions)
    return max(counts, key=lambda cycle_s: (counts[cycle_s], cycle_s), default=None)


def banded_plan(prepared: Prepared) -> Plan:
    """Return the running plan with the offsets of the widest link bands along the main street.

    Of the street's junctions, those that share a cycle. Raises PeerCrashed if the programme has no solution.
    """
    network, flows = prepared.network, prepared.demand.flow_veh_h
    into: defaultdict[str, float] = defaultdict(float)
    for (edge, _), flow in flows.items():
        into[edge] += flow
    street = main_street(network, into)
    stretch = _one_cycle(street, network.running_plan) if street else None
    if stretch is None:
        return network.running_plan
    forth = through_groups(network, stretch.forth, flows)
    back = tuple(reversed(through_groups(network, tuple(reversed(stretch.back)), flows)))
    plans = [network.running_plan.by_junction[junction] for junction in stretch.junctions]
    greens = [_main_green(plan, groups) for plan, groups in zip(plans, forth, strict=True)]
    greens_back = [_main_green(plan, groups) for plan, groups in zip(plans, back, strict=True)]
    found = bands_of(stretch, greens, greens_back, plans[0].cycle_s)
    plan = replace(network.running_plan, name="widest bands, running splits")
    for one, offset_s in zip(plans, offsets_of(found, plans, greens), strict=True):
        plan = plan.with_junction(one.with_offset(offset_s))
    return plan


def _one_cycle(street: Street, running: Plan) -> Street | None:
    """Return a street without the junctions that have not the cycle most of its junctions have; None if one is left.

    Where a junction is left out, its links become one: it stays as it is, and traffic passes it as any other place.
    """
    cycle_s = common_cycle_s(running, street.junctions)
    kept = [k for k, junction in enumerate(street.junctions) if running.by_junction[junction].cycle_s == cycle_s]
    if len(kept) < 2:
        return None
    parts = list(pairwise(kept))
    return replace(
        street,
        junctions=tuple(street.junctions[k] for k in kept),
        forth=tuple(_joined(street.forth[a:b]) for a, b in parts),
        back=tuple(_joined_back(street.back[a:b]) for a, b in parts),
    )


def _joined(links: Sequence[StreetLink]) -> StreetLink:
    return StreetLink(
        origin=links[0].origin,
        target=links[-1].target,
        edges=tuple(edge for link in links for edge in link.edges),
        length_m=sum(link.length_m for link in links),
        travel_s=sum(link.travel_s for link in links),
        flow_veh_h=min(link.flow_veh_h for link in links),
    )


def _joined_back(links: Sequence[StreetLink | None]) -> StreetLink | None:
    known = [link for link in links if link is not None]
    return _joined(known[::-1]) if len(known) == len(links) else None


def _main_green(plan: JunctionPlan, groups: Sequence[str]) -> Span:
    """Return start and end, in its cycle, of the longest stretch in which one of the groups is green.

    The whole cycle where there is no such group, as on a one-way street: then nothing stands in the way.
    """
    whole = (0.0, plan.cycle_s)
    spans = green_spans(plan.with_offset(0), groups, 0.0, 2 * plan.cycle_s)
    longest = max(spans, key=lambda span: (span[1] - span[0], -span[0]), default=whole)
    return longest if longest[1] - longest[0] < plan.cycle_s else whole


def bands_of(street: Street, greens: Sequence[Span], greens_back: Sequence[Span], cycle_s: float) -> Bands:
    """Return the widest link bands at fixed greens, at the speed limit, each link weighted by its flow.

    How far the middle of inbound red lies from that of outbound red is given here, as a left turn that both lag.
    Raises PeerCrashed if the programme has no solution.
    """
    junctions = [
        _junction(name, one, other, cycle_s)
        for name, one, other in zip(street.junctions, greens, greens_back, strict=True)
    ]
    largest = max([link.flow_veh_h for link in (*street.forth, *street.back) if link], default=0.0) or 1.0
    links = []
    for there, back in zip(street.forth, street.back, strict=True):
        speed = there.length_m / there.travel_s
        # As long as outbound, with a speed that makes up for it: a programme's link has one length.
        speed_back = there.length_m / back.travel_s if back else speed
        links.append(
            BandLink(
                length_m=there.length_m,
                speeds_m_s=(speed, speed),
                speeds_back_m_s=(speed_back, speed_back),
                weight=there.flow_veh_h / largest,
                weight_back=back.flow_veh_h / largest if back else 0.0,
            )
        )
    total, total_back = sum(link.weight for link in links), sum(link.weight_back for link in links)
    ratio = min(max(total_back / total if total else 1.0, SMALLEST_RATIO), 1 / SMALLEST_RATIO)
    found = widest_bands(junctions, links, (cycle_s, cycle_s), ratio=ratio, of_links=True)
    if found is None:
        raise PeerCrashed("no bands satisfy the programme")
    return found


def _junction(name: str, green: Span, green_back: Span, cycle_s: float) -> BandSignal:
    apart = (_middle_of_red(green_back, cycle_s) - _middle_of_red(green, cycle_s)) / cycle_s
    apart = (apart + 0.5) % 1.0 - 0.5
    return BandSignal(
        name=name,
        red=1 - (green[1] - green[0]) / cycle_s,
        red_back=1 - (green_back[1] - green_back[0]) / cycle_s,
        left=max(0.0, 2 * apart),
        left_back=max(0.0, -2 * apart),
        patterns=(3,),
    )


def _middle_of_red(green: Span, cycle_s: float) -> float:
    return (green[0] + green[1] + cycle_s) / 2


def offsets_of(found: Bands, plans: Sequence[JunctionPlan], greens: Sequence[Span]) -> list[int]:
    """Return the offsets that put the middles of outbound red where the bands want them; the first junction's stays."""
    cycle_s = plans[0].cycle_s
    middles = [_middle_of_red(green, cycle_s) for green in greens]
    return [
        round(plans[0].offset_s + middles[0] - middle + centre * cycle_s)
        for middle, centre in zip(middles, found.centres, strict=True)
    ]
