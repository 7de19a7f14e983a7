"""Shortest greens, walks and splits of a UTDF file's phases as `junctions.toml`, by the groups that they serve."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ...networks.errors import InputError
from ...networks.junction import Junction, PhaseTimes
from ...networks.network import Network
from ...networks.utdf.signals import MOST_LEAST_S, UtdfController, UtdfPhase
from .remarks import Remark
from .utdf_lamps import served
from .utdf_plain import ways
from .utdf_streets import Streets

Times = dict[str, PhaseTimes]  # by group
BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
ABOUT = (
    "# Read from {source}. min_green_s: shortest greens, no less than Walk + DontWalk where people walk with a phase.\n"
    "# phase_times: what the controller has for the phases that serve these groups; exports write it.\n"
)
TOO_SHORT = "today's green is shorter than MinGreen, or than Walk + DontWalk: the study asks for the longer"


def least_greens(
    network: Network, streets: Streets, signals: Mapping[str, UtdfController], source: str
) -> tuple[dict[str, dict[str, float]], dict[str, Times]]:
    """Return the shortest greens and the phases' times of groups, by junction.

    A group that several phases serve has the shortest of their greens, and no times of one phase. Raises InputError
    where a walk with its clearance is longer than a controller can hold.
    """
    phases = _phases_of_links(network, streets, signals)
    greens: dict[str, dict[str, float]] = {}
    times: dict[str, Times] = {}
    for junction in network.junctions:
        for group in junction.groups:
            served_by = [phases[junction.id, link] for link in group.links if phases.get((junction.id, link))]
            least = max((min(times_of(p).least_green_s for p in own) for own in served_by), default=0.0)
            if least > MOST_LEAST_S:
                raise _too_long(source, junction.id, group.id, least)
            if least > 0:
                greens.setdefault(junction.id, {})[group.id] = least
            alone = [times_of(own[0]) for own in served_by if len(own) == 1]
            if alone and len(alone) == len(served_by) and any(asdict(longest(alone)).values()):
                times.setdefault(junction.id, {})[group.id] = longest(alone)
    return greens, times


def times_of(phase: UtdfPhase) -> PhaseTimes:
    """Return the least times of a phase."""
    return PhaseTimes(
        min_green_s=phase.min_green_s,
        walk_s=phase.walk_s,
        dont_walk_s=phase.dont_walk_s if phase.walk_s else 0.0,
        min_split_s=phase.min_split_s,
    )


def longest(several: Sequence[PhaseTimes]) -> PhaseTimes:
    """Return the longest of each time."""
    rows = [asdict(times) for times in several]
    return PhaseTimes(**{name: max(row[name] for row in rows) for name in rows[0]})


def _phases_of_links(
    network: Network, streets: Streets, signals: Mapping[str, UtdfController]
) -> dict[tuple[str, int], list[UtdfPhase]]:
    """Return the phases that serve each lamp, by signal and place."""
    by_way: dict[tuple[str, str], list[UtdfPhase]] = {}
    for street, _, movement, target, _ in ways(streets):
        name = streets.controller_of.get(street.to_node)
        if name is not None:
            own = served(tuple({m.column: m for turns in street.turns for m in turns}.values()))[movement.column]
            numbers = [n for n in (*own.phases, *own.permitted) if n in signals[name].by_number]
            by_way[street.id, target] = [signals[name].by_number[n] for n in dict.fromkeys(numbers)]
    return {
        (c.signal, c.link): by_way.get((c.from_edge, c.to_edge), [])
        for c in network.connections
        if c.signal is not None and c.link is not None
    }


def short_greens(junctions: Sequence[Junction], greens: Mapping[str, Mapping[str, float]]) -> list[Remark]:
    """Return where the running program's greens are shorter than what the file asks for."""
    return [
        Remark(where=f"INTID {junction.id}, group {group} ({least:g} s)", what=TOO_SHORT)
        for junction in junctions
        for group, least in greens.get(junction.id, {}).items()
        if any(green.length_s < least - 1e-6 for green in junction.running.greens(group))
    ]


def _too_long(source: str, junction: str, group: str, least: float) -> InputError:
    return InputError(
        where=f"{source}, INTID {junction}",
        found=f"Walk + DontWalk of {least:g} s for the lamps {group}",
        rule=f"a walk with its clearance is at most {MOST_LEAST_S:g} s",
        fix="correct Walk or DontWalk",
    )


def junctions_toml(source: str, greens: Mapping[str, Mapping[str, float]], times: Mapping[str, Times]) -> bytes:
    """Return the bytes of `junctions.toml`."""
    lines = [ABOUT.format(source=_text(source)[1:-1])]
    for name in dict.fromkeys((*greens, *times)):
        lines.append(f"[{_key(name)}]")
        if name in greens:
            lines.append(f"min_green_s = {_table(greens[name])}")
        if name in times:
            lines.append(f"\n[{_key(name)}.phase_times]")
            lines += [
                f"{_key(g)} = {_table({k: v for k, v in asdict(t).items() if v})}" for g, t in times[name].items()
            ]
        lines.append("")
    return "\n".join(lines).encode()


def _table(values: Mapping[str, float]) -> str:
    return "{ " + ", ".join(f"{_key(name)} = {value:g}" for name, value in values.items()) + " }"


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
