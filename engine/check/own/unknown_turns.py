"""Turns across of which the file has lost one side: what may be one keeps the protected time that it has today."""

from __future__ import annotations

from collections.abc import Iterator

from ....networks.sentence import Sentence
from ..turn_across import LEAST_MS, OwnTurn
from .program import GREEN, Running
from .site import Site


def unknown_turns(site: Site) -> tuple[OwnTurn, ...]:
    """Return each group that may turn across another, as far as nobody knows what a lamp of one of them steers.

    A group with such a lamp may turn across any other with which it is green today; a known turn across, across any
    group with such a lamp. Each is asked of alone, and of all together, for it may be either.
    """
    groups = [group.id for group in site.junction.groups]
    blind = frozenset(group for group in groups if site.blind(group))
    if not blind:
        return ()
    found = []
    for group in groups:
        others = [other for other in groups if other != group and not site.walks(other)]
        if group not in blind:
            others = [other for other in others if other in blind] if _turns(site, group) else []
        met = [other for other in others if _meet(site.running, site.lamp(group), site.lamp(other))]
        found += [turn for some in _sets(site, group, met) if (turn := _kept(site, group, some)) is not None]
    return tuple(found)


def _turns(site: Site, group: str) -> bool:
    return any(way.direction == "l" and not way.walking for way in site.of_group(group))


def _meet(running: Running, a: int, b: int) -> bool:
    return any(state[a] in GREEN and state[b] in GREEN for state in running.states)


def _sets(site: Site, group: str, met: list[str]) -> Iterator[frozenset[str]]:
    """Yield each of those a group is green with, and all of those that are never green beside its protected green."""
    yield from (frozenset({other}) for other in met)
    own, states = site.lamp(group), site.running.states
    yielded = frozenset(o for o in met if not any(s[own] == "G" and s[site.lamp(o)] in GREEN for s in states))
    if len(yielded) > 1:
        yield yielded


def _kept(site: Site, group: str, opposing: frozenset[str]) -> OwnTurn | None:
    today_ms = protected_ms(site.running, site.lamp(group), [site.lamp(name) for name in opposing])
    if today_ms == 0:
        return None
    return OwnTurn(
        group=group,
        opposing=opposing,
        against=(Sentence("the network does not say what one of them steers, so its protected time stays"),),
        of_volumes=(),
        volumes_known=False,
        decided=False,
        today_ms=today_ms,
        yields_today=True,
    )


def protected_ms(running: Running, lamp: int, others: list[int]) -> int:
    """Return the longest protected time of a lamp that is one to keep, 0 where there is none.

    A time without the others is one to keep from 5 s on, or where the lamp shows protected green in it.
    """
    count = len(running.states)
    alone = [s[lamp] in GREEN and not any(s[other] in GREEN for other in others) for s in running.states]
    kept = any(here and state[lamp] == "G" for here, state in zip(alone, running.states, strict=True))
    longest = running.cycle_ms if all(alone) else 0
    for first in range(count):
        lasted = 0
        for further in range(count if not all(alone) else 0):
            if not alone[(first + further) % count]:
                break
            lasted += running.lengths_ms[(first + further) % count]
        longest = max(longest, lasted)
    return longest if kept or longest >= LEAST_MS else 0
