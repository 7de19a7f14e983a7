"""The safety check of actuated programs, on the bytes that are handed out: every sequence that detectors may cause.

It reads SUMO's XML by itself, follows every choice of the next phase with every phase at its shortest, and holds what
each group shows, and since when, against the limits of the `Junction`. A phase that lasts longer only makes greens,
yellows and gaps longer. NEMA programs are read and judged apart, by what their two rings allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from ....networks import lamps
from ....networks.errors import InputError
from ....networks.junction import Junction
from ....networks.network import Network
from ....networks.sentence import Sentence
from ..circle import to_ms
from ..conflict_rules import may_meet
from ..findings import Finding, PlanRefused
from ..own.limits import OwnLimits
from ..own.view import strictest
from ..turn_across import OwnTurn
from .kept_turns import kept_turns, moments_of, moments_of_rings
from .nema import check_rings
from .nema_phases import read_rings
from .phases import Phase, read_phases
from .program_findings import early, finding, short, worst_of

MOST_STATES = 200_000
DISPLAYS = (lamps.PROTECTED, lamps.PERMITTED)
NO_TURNS: tuple[OwnTurn, ...] = ()


@dataclass(frozen=True, slots=True)
class Lamp:
    """What a group shows and since when, how long its green has lasted, and how long ago its `G` and its `g` ended."""

    shown: str
    since_ms: int
    green_ms: int
    ended_ms: tuple[int, int]


State = tuple[int, tuple[Lamp, ...]]  # place of the phase that begins, and the groups' lamps in it


def require_safe(programs: bytes, network: Network, own: Sequence[OwnLimits] = ()) -> tuple[Finding, ...]:
    """Return what the check says of programs. Raises PlanRefused if a finding is an error."""
    findings = check_actuated(programs, network, own)
    if any(one.is_error for one in findings):
        raise PlanRefused(findings)
    return findings


def check_actuated(programs: bytes, network: Network, own: Sequence[OwnLimits] = ()) -> tuple[Finding, ...]:
    """Return everything that is wrong with an additional file of static, actuated and NEMA programs.

    `own` is the check's own view of the junctions (`own_limits`): programs that detectors lead are held to whatever it
    or the network's view forbids, and to the rule on turns across. Static ones are those of a fixed plan, which was
    checked as such.

    Rules: every signal has one program; every group that is green today can turn green, and from every phase every
    other can be reached; and in every sequence of phases greens last their minimum and end in their whole yellow,
    conflicting displays never meet, and every intergreen is kept. Raises InputError for what cannot be read.
    """
    root = etree.fromstring(programs, etree.XMLParser(resolve_entities=False, no_network=True))
    logics = {str(logic.get("id")): logic for logic in root.iter("tlLogic")}
    found: list[Finding] = []
    views = {view.junction: view for view in own}
    for junction in network.junctions:
        logic = logics.get(junction.id)
        if logic is None:
            found.append(finding(junction, "presence", (), Sentence("has no program. Give it one.")))
            continue
        found += _program(logic, junction, views.get(junction.id), network)
    return tuple(found)


def _program(
    logic: etree._Element, junction: Junction, view: OwnLimits | None, network: Network
) -> tuple[Finding, ...]:
    if view is None or logic.get("type", "static") == "static":
        strict, turns = junction, NO_TURNS
    else:
        strict, turns = strictest(junction, view), view.left_turns
    if logic.get("type") == "NEMA":
        rings = read_rings(logic, junction.size)
        found, moments = check_rings(rings, strict, _lanes(network, junction)), moments_of_rings(rings.phases, strict)
    else:
        phases = read_phases(logic, junction.size)
        found, moments = check_phases(phases, strict), moments_of(phases, strict)
    return (*found, *kept_turns(moments, turns, strict))


def _lanes(network: Network, junction: Junction) -> dict[str, frozenset[str]]:
    """Return the lanes from which each group lets vehicles go."""
    own = [c for c in network.connections if c.signal == junction.id]
    return {
        group.id: frozenset(f"{c.from_edge}_{c.from_lane}" for c in own if c.link in group.links)
        for group in junction.groups
    }


def check_phases(phases: Sequence[Phase], junction: Junction) -> tuple[Finding, ...]:
    """Return what is wrong with the phases of one junction; of findings of a kind about the same groups, the worst."""
    return worst_of((*_shown(phases, junction), *_reached(phases, junction), *_sequences(phases, junction)))


def _shown(phases: Sequence[Phase], junction: Junction) -> Iterator[Finding]:
    """What one phase shows at once: alike within a group, known today, and without a conflict."""
    for phase in phases:
        for group in junction.groups:
            if len({phase.state[link] for link in group.links}) > 1:
                yield finding(junction, "group", (group.id,), Sentence("shows two things at once. Its lamps are one."))
        for a, b in sorted(junction.foes):
            one, other = (phase.state[junction.by_group[group].links[0]] for group in (a, b))
            both_green = one in lamps.GREENS and other in lamps.GREENS
            if a < b and both_green and not may_meet(junction, a, one, b, other):
                text = Sentence(
                    "show '{one}' and '{other}' at once and conflict. Today they never do.", one=one, other=other
                )
                yield finding(junction, "conflict", (a, b), text)


def _reached(phases: Sequence[Phase], junction: Junction) -> Iterator[Finding]:
    """Who is served today is served, and no phase is a dead end."""
    reach = [_from(phases, place) for place in range(len(phases))]
    if any(len(places) < len(phases) for places in reach):
        yield finding(junction, "reach", (), Sentence("has phases from which not every other can be reached."))
    for group in junction.groups:
        green = any(phase.state[group.links[0]] in lamps.GREENS for phase in phases)
        if green != bool(junction.running.greens(group.id)):
            text = Sentence("is green here, but never today.") if green else Sentence("is never green, but is today.")
            yield finding(junction, "served", (group.id,), text)


def _from(phases: Sequence[Phase], start: int) -> set[int]:
    found, stack = {start}, [start]
    while stack:
        new = [place for place in phases[stack.pop()].following if place not in found]
        found.update(new)
        stack += new
    return found


def _sequences(phases: Sequence[Phase], junction: Junction) -> Iterator[Finding]:
    """Walk through every state that any sequence of phases can lead to."""
    longest_ms = max(map(to_ms, [*junction.intergreen_s.values(), *junction.min_green_s.values(), 1.0]))
    longest_ms = max(longest_ms, *map(to_ms, junction.yellow_s.values()))
    seen: set[State] = set()
    stack: list[State] = [(place, _at_rest(phase, junction, longest_ms)) for place, phase in enumerate(phases)]
    while stack:
        place, lit = stack.pop()
        if (place, lit) in seen:
            continue
        seen.add((place, lit))
        if len(seen) > MOST_STATES:
            raise InputError(
                where=f"junction {junction.id}",
                found=f"more than {MOST_STATES} states",
                rule="every sequence of phases is looked at",
                fix="use fewer stages",
            )
        passed = tuple(_later(lamp, phases[place].shortest_ms, longest_ms) for lamp in lit)
        for following in phases[place].following:
            state = phases[following].state
            letters = [state[group.links[0]] for group in junction.groups]
            yield from _turned(junction, passed, letters)
            stack.append((following, tuple(map(_next, passed, letters))))


def _at_rest(phase: Phase, junction: Junction, longest_ms: int) -> tuple[Lamp, ...]:
    return tuple(
        Lamp(phase.state[group.links[0]], longest_ms, longest_ms, (longest_ms, longest_ms)) for group in junction.groups
    )


def _later(lamp: Lamp, by_ms: int, longest_ms: int) -> Lamp:
    since_ms = min(lamp.since_ms + by_ms, longest_ms)
    green_ms = min(lamp.green_ms + by_ms, longest_ms) if lamp.shown in lamps.GREENS else lamp.green_ms
    ended = tuple(
        0 if lamp.shown == display else min(ms + by_ms, longest_ms)
        for display, ms in zip(DISPLAYS, lamp.ended_ms, strict=True)
    )
    return Lamp(lamp.shown, since_ms, green_ms, (ended[0], ended[1]))


def _next(lamp: Lamp, letter: str) -> Lamp:
    if letter == lamp.shown:
        return lamp
    starts = letter in lamps.GREENS and lamp.shown not in lamps.GREENS
    return replace(lamp, shown=letter, since_ms=0, green_ms=0 if starts else lamp.green_ms)


def _turned(junction: Junction, before: Sequence[Lamp], letters: Sequence[str]) -> Iterator[Finding]:
    """Yield what is wrong with a change of phase: greens and yellows cut short, greens of foes too early."""
    for group, lamp, letter in zip(junction.groups, before, letters, strict=True):
        if letter == lamp.shown:
            continue
        name = group.id
        ends = lamp.shown in lamps.GREENS and letter not in lamps.GREENS
        if ends and lamp.green_ms < to_ms(junction.min_green_s[name]):
            yield short(junction, "min_green", name, Sentence("green"), lamp.green_ms, junction.min_green_s[name])
        if ends and junction.yellow_s[name] > 0 and letter not in lamps.YELLOWS:
            yield short(junction, "yellow", name, Sentence("yellow"), 0, junction.yellow_s[name])
        if lamp.shown in lamps.YELLOWS and lamp.since_ms < to_ms(junction.yellow_s[name]):
            yield short(junction, "yellow", name, Sentence("yellow"), lamp.since_ms, junction.yellow_s[name])
        if letter in lamps.GREENS:
            yield from _early(junction, before, name, letter)


def _early(junction: Junction, before: Sequence[Lamp], name: str, letter: str) -> Iterator[Finding]:
    for group, lamp in zip(junction.groups, before, strict=True):
        if (group.id, name) not in junction.foes:
            continue
        needed_ms = to_ms(junction.intergreen_s[(group.id, name)])
        for display, ended_ms in zip(DISPLAYS, lamp.ended_ms, strict=True):
            if ended_ms < needed_ms and not may_meet(junction, group.id, display, name, letter):
                yield early(junction, (group.id, name), ended_ms, needed_ms)
