"""The limits that the first twin holds plans to: of two views of a junction, whatever either forbids."""

from __future__ import annotations

from dataclasses import replace

from greenband.engine.check.own.limits import OwnLimits
from greenband.networks.junction import Junction


def stricter(junction: Junction, view: OwnLimits) -> Junction:
    """Return a junction with the foes of both views, the longer times, and the displays that both let meet."""
    foes = junction.foes | view.foes
    together = set()
    for a, shown_a, b, shown_b in junction.together | view.together:
        views = [one for one in (junction, view) if (a, b) in one.foes]
        if all((a, shown_a, b, shown_b) in one.together for one in views):
            together.add((a, shown_a, b, shown_b))
    return replace(
        junction,
        foes=foes,
        together=frozenset(together),
        intergreen_s={p: max(junction.intergreen_s.get(p, 0.0), view.intergreen_s.get(p, 0.0)) for p in sorted(foes)},
        yellow_s={g: max(s, view.yellow_s.get(g, 0.0)) for g, s in junction.yellow_s.items()},
        min_green_s={g: max(s, view.min_green_s.get(g, 0.0)) for g, s in junction.min_green_s.items()},
    )
