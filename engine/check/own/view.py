"""The check's own view of a junction beside the one that plans were made with: where the latter asks for less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from ....networks.junction import Junction, Pair
from ....networks.sentence import Sentence
from ..findings import Finding
from ..junction_view import Look
from .limits import OwnLimits

Key = TypeVar("Key")
TOO_LITTLE_S = 0.0005  # times are exact to the millisecond


def laxer(look: Look, own: OwnLimits) -> Iterator[Finding]:
    """Yield what the junction, as the optimiser saw it, lets pass and the check's own view does not."""
    yield from _lamps(look, own)
    yield from _missing_foes(look, own)
    yield from _too_free(look, own)
    if own.unmeasured:
        yield look.finding(
            "clearance",
            Sentence(
                "rules pack '{pack}' asks for clearances by distance, and the network has no lanes within the junction "
                "to measure them on: the intergreens of the running program hold. Build the network with internal "
                "links.",
                pack=own.pack,
            ),
            severity="warning",
        )
    junction = look.junction
    views: tuple[tuple[Sentence, Mapping[tuple[str, ...], float], Mapping[tuple[str, ...], float]], ...] = (
        (Sentence("yellow"), _each(junction.yellow_s), _each(own.yellow_s)),
        (Sentence("shortest green"), _each(junction.min_green_s), _each(own.min_green_s)),
        (Sentence("intergreen"), _pairs(junction.intergreen_s), _pairs(own.intergreen_s)),
    )
    for what, seen, wanted in views:
        yield from _too_short(look, own, what, seen, wanted)


def strictest(junction: Junction, own: OwnLimits) -> Junction:
    """Return the junction with whatever either view forbids, and the longer of each of their times."""
    both = junction.together | own.together
    return replace(
        junction,
        foes=junction.foes | own.foes,
        together=frozenset(
            (a, shown_a, b, shown_b)
            for a, shown_a, b, shown_b in both
            if ((a, b) not in junction.foes or (a, shown_a, b, shown_b) in junction.together)
            and ((a, b) not in own.foes or (a, shown_a, b, shown_b) in own.together)
        ),
        intergreen_s=_longer(junction.intergreen_s, own.intergreen_s),
        yellow_s=_longer(junction.yellow_s, own.yellow_s),
        min_green_s=_longer(junction.min_green_s, own.min_green_s),
    )


def _each(values: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {(name,): value for name, value in values.items()}


def _pairs(values: Mapping[Pair, float]) -> dict[tuple[str, ...], float]:
    return {(a, b): value for (a, b), value in values.items()}


def _longer(one: Mapping[Key, float], other: Mapping[Key, float]) -> dict[Key, float]:
    return {key: max(one.get(key, 0.0), other.get(key, 0.0)) for key in {**one, **other}}


def _lamps(look: Look, own: OwnLimits) -> Iterator[Finding]:
    if look.junction.size != own.size:
        yield look.finding(
            "view",
            Sentence(
                "the plan was made for {seen} lamps, the running program has {own}. "
                "Plan again with the files of the study.",
                seen=look.junction.size,
                own=own.size,
            ),
            found=look.junction.size,
            required=own.size,
        )


def _missing_foes(look: Look, own: OwnLimits) -> Iterator[Finding]:
    for a, b in sorted(own.foes - look.junction.foes):
        if a > b:
            continue
        drawn, unsteered = (a, b) in own.drawn, (a, b) in own.unsteered
        if unsteered and not (look.greens.get(a) and look.greens.get(b)):
            continue  # one stays dark or red: there is nobody to keep apart
        if unsteered:
            text = Sentence(
                "groups {a} and {b} conflict: the network does not say what one of them steers, and what is not known "
                "conflicts with everything. The check keeps them apart, except as they are today.",
                a=a,
                b=b,
            )
        elif drawn:
            text = Sentence(
                "groups {a} and {b} conflict (their lines cross on the map), but the network's right of way does not "
                "say so. The check keeps them apart. Build the network again with netconvert, and plan again.",
                a=a,
                b=b,
            )
        else:
            text = Sentence(
                "groups {a} and {b} conflict (the network's right of way says so), but the plan was made as if they "
                "did not. Plan again with the files of the study.",
                a=a,
                b=b,
            )
        yield look.finding("view", text, groups=(a, b), severity="warning" if drawn or unsteered else "error")


def _too_free(look: Look, own: OwnLimits) -> Iterator[Finding]:
    for a, shown_a, b, shown_b in sorted(look.junction.together - own.together):
        if a < b and (a, b) in own.foes:
            if (a, b) in own.protected and shown_a == shown_b == "G":
                why = Sentence(
                    "Ways that cross or end in one lane are never both protected: what runs today is unsafe."
                )
            else:
                why = Sentence("No phase of the running program does. Plan again with the files of the study.")
            yield look.finding(
                "view",
                Sentence(
                    "groups {a} and {b} conflict, and the plan was made as if they showed '{shown_a}' and '{shown_b}' "
                    "together today. {why}",
                    a=a,
                    b=b,
                    shown_a=shown_a,
                    shown_b=shown_b,
                    why=why,
                ),
                groups=(a, b),
            )


def _too_short(
    look: Look,
    own: OwnLimits,
    what: Sentence,
    seen: Mapping[tuple[str, ...], float],
    wanted: Mapping[tuple[str, ...], float],
) -> Iterator[Finding]:
    for names, needed_s in sorted(wanted.items()):
        if names in seen and seen[names] < needed_s - TOO_LITTLE_S:
            yield look.finding(
                "view",
                Sentence(
                    "the plan was made with {seen_s:g} s of {what} for {groups}. By the running program and rules pack "
                    "'{pack}' it is {needed_s:g} s. Plan again with the files of the study.",
                    seen_s=seen[names],
                    what=what,
                    groups=" to ".join(names),
                    pack=own.pack,
                    needed_s=needed_s,
                ),
                groups=names,
                found=seen[names],
                required=needed_s,
            )
