"""The stage diagram: for each stage of a plan a small junction with arrows for the movements that have green."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.network import Network
from ....networks.plan import JunctionPlan
from ..places import group_words
from ..stages import ShownStage, stages
from ..words import say, seconds
from .svg import Point, drawing, element, label, path

BOX, GAP, FOOT, IN_A_ROW = 62.0, 8.0, 18.0, 6
ARM, ASIDE, HEAD = 27.0, 4.5, 4.0
STEPS = 6  # of a bent arrow


def stage_diagram(network: Network, junction: Junction, plan: JunctionPlan, title: str) -> Markup | None:
    """Return the diagram of one junction plan; None if nothing is ever green there."""
    found = stages(plan)
    if not found:
        return None
    rows = math.ceil(len(found) / IN_A_ROW)
    boxes = [
        _box(network, junction, plan, stage, (k % IN_A_ROW) * (BOX + GAP), k // IN_A_ROW * (BOX + FOOT + GAP))
        for k, stage in enumerate(found)
    ]
    return drawing(IN_A_ROW * (BOX + GAP), rows * (BOX + FOOT + GAP), title, *boxes, class_="stages")


def _box(
    network: Network, junction: Junction, plan: JunctionPlan, stage: ShownStage, left: float, top: float
) -> Markup:
    centre = (left + BOX / 2, top + BOX / 2)
    arms = {
        angle for m in junction.movements for angle in _angles(network, m.from_edge, m.to_edge) if angle is not None
    }
    parts = [path([[centre, _at(centre, angle, ARM)] for angle in sorted(arms)], "arm")]
    for display, name in ((lamps.PERMITTED, "permitted"), (lamps.PROTECTED, "protected")):
        arrows = list(_arrows(network, junction, stage, display, centre))
        if arrows:
            parts.append(path(arrows, f"go {name}"))
            parts.append(path([_head(arrow) for arrow in arrows], f"go-head {name}"))
    walks = [g.id for g in junction.groups if g.kind == "pedestrian" and g.id in stage.shown]
    if walks:
        parts.append(label(left, top + BOX - 2, say("walk"), "axis"))
    end_s = (stage.start_s + stage.length_s) % plan.cycle_s
    words = ", ".join(f"{g.id} {group_words(network, junction, g)}" for g in junction.groups if g.id in stage.shown)
    tip = say("{a}–{b} s: {groups}", a=seconds(stage.start_s), b=seconds(end_s), groups=words)
    caption = f"{seconds(stage.start_s)}–{seconds(end_s)} s"
    return element(
        "g", element("title", tip), *parts, label(centre[0], top + BOX + 12, caption, "axis", "middle"), class_="stage"
    )


def _arrows(
    network: Network, junction: Junction, stage: ShownStage, display: str, centre: Point
) -> Iterable[list[Point]]:
    """Yield the way of each movement whose best display in the stage is this one."""
    for movement in junction.movements:
        shown = {stage.shown[group] for group in movement.groups if group in stage.shown}
        best = lamps.PROTECTED if lamps.PROTECTED in shown else lamps.PERMITTED
        into, out = _angles(network, movement.from_edge, movement.to_edge)
        if shown and best == display and into is not None and out is not None:
            yield _bend(_at(centre, into, ARM, ASIDE), centre, _at(centre, out, ARM, -ASIDE))


def _angles(network: Network, from_edge: str, to_edge: str) -> tuple[float | None, float | None]:
    """Return the directions, counter-clockwise from east, of the arms by which a movement comes and goes."""
    into, out = network.edges.get(from_edge), network.edges.get(to_edge)
    return (
        _direction(into.shape[::-1]) if into and len(into.shape) > 1 else None,
        _direction(out.shape) if out and len(out.shape) > 1 else None,
    )


def _direction(shape: Sequence[Point], reach_m: float = 30.0) -> float:
    """Return the direction from the shape's first point to one some way on, in steps of 5 degrees: ways may differ."""
    (ax, ay), (bx, by) = shape[0], next((p for p in shape[1:] if math.dist(p, shape[0]) >= reach_m), shape[-1])
    return round(math.degrees(math.atan2(by - ay, bx - ax)) / 5) * 5.0 % 360


def _at(centre: Point, angle: float, reach: float, aside: float = 0.0) -> Point:
    """Return the place so far out on an arm, and so far to the left of one who looks outward along it."""
    x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return centre[0] + reach * x - aside * y, centre[1] - reach * y - aside * x


def _bend(start: Point, middle: Point, end: Point) -> list[Point]:
    """Return points on the curve from start to end that is drawn to the middle (a quadratic Bézier curve)."""
    shares = [step / STEPS for step in range(STEPS + 1)]
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * middle[0] + t**2 * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * middle[1] + t**2 * end[1],
        )
        for t in shares
    ]


def _head(arrow: Sequence[Point]) -> list[Point]:
    """Return the outline of the arrow's head."""
    (ax, ay), (bx, by) = arrow[-2], arrow[-1]
    length = math.dist((ax, ay), (bx, by)) or 1.0
    ux, uy = (bx - ax) / length * HEAD, (by - ay) / length * HEAD
    return [(bx + ux, by + uy), (bx - uy, by + ux), (bx + uy, by - ux), (bx + ux, by + uy)]
