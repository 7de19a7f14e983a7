"""What the section on the present shows: our traffic under today's plan beside what loops saw."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ...present.compare import PlaceMatch
from ...present.judgement import Present
from ..data import Missing
from ..pictures.match_chart import flow_chart, occupancy_chart
from ..words import say, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentView:
    """Shares, pictures, the worst places, and what was calibrated."""

    present: Present
    flows: Markup | None
    occupancies: Markup | None
    faults: tuple[str, ...]
    odd: tuple[str, ...]
    worst: tuple[tuple[PlaceMatch, str], ...]  # each with its kind in words


def present_view(found: Present | Missing) -> PresentView | Missing:
    """Return what the section shows."""
    if isinstance(found, Missing):
        return found
    return PresentView(
        present=found,
        flows=flow_chart(found.places),
        occupancies=occupancy_chart(found.occupied),
        faults=tuple(map(translated, found.faults)),
        odd=tuple(map(translated, found.odd)),
        worst=tuple((one, _kind(one.kind)) for one in found.worst),
    )


def _kind(kind: str) -> str:
    return {"approach": say("approach"), "exit": say("exit"), "entry": say("entry")}.get(kind, kind)
