"""The signal-group timing diagram: one bar per group over the cycle."""

from __future__ import annotations

from markupsafe import Markup

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.network import Network
from ....networks.plan import JunctionPlan, Window, whole_ms
from ..places import group_words
from ..words import say, seconds, shortened
from .svg import Scale, drawing, element, label, line, rectangle, ticks

WIDTH, LEFT, RIGHT, TOP, ROW, FOOT = 420.0, 104.0, 12.0, 6.0, 20.0, 30.0
# Class, height as a share of the bar, and name: height and name carry what colour alone must not.
LOOKS = {
    lamps.PROTECTED: ("lamp-green", 1.0, "green"),
    lamps.PERMITTED: ("lamp-permitted", 0.6, "permitted green"),
    lamps.RED_AMBER: ("lamp-amber", 0.6, "red and amber"),
    lamps.STOP_THEN_GO: ("lamp-other", 0.4, "green arrow"),
    lamps.DARK_YIELD: ("lamp-other", 0.4, "blinking"),
    lamps.DARK: ("lamp-other", 0.4, "dark"),
    **dict.fromkeys(lamps.YELLOWS, ("lamp-yellow", 1.0, "yellow")),
}


def timing_diagram(network: Network, junction: Junction, plan: JunctionPlan, title: str, axis_s: float) -> Markup:
    """Return the diagram of one junction plan; `axis_s`, at least the cycle, lets two diagrams share a scale."""
    scale = Scale(0.0, axis_s, LEFT, WIDTH - RIGHT)
    bottom = TOP + ROW * len(junction.groups)
    rows = [
        element("g", *_row(network, junction, plan, place, scale), class_="group-row")
        for place in range(len(junction.groups))
    ]
    return drawing(WIDTH, bottom + FOOT, title, *_axis(scale, bottom, plan.cycle_s), *rows, class_="timing")


def _axis(scale: Scale, bottom: float, cycle_s: float) -> list[Markup]:
    marks = []
    for tick in ticks(0, scale.high, 6):
        if tick <= cycle_s:
            marks.append(line((scale(tick), TOP), (scale(tick), bottom), "grid"))
            marks.append(label(scale(tick), bottom + 13, seconds(tick), "axis", "middle"))
    marks.append(line((scale(cycle_s), TOP), (scale(cycle_s), bottom + 4), "cycle-end"))
    marks.append(label(WIDTH - RIGHT, bottom + 26, say("second of the cycle"), "axis", "end"))
    return marks


def _row(network: Network, junction: Junction, plan: JunctionPlan, place: int, scale: Scale) -> list[Markup]:
    group = junction.groups[place]
    top, height = TOP + ROW * place + 2, ROW - 4
    words = f"{group.id} {group_words(network, junction, group)}"
    middle = top + height / 2
    parts = [
        label(LEFT - 6, middle + 4, shortened(words, 16), "row-label", "end", tip=words),
        rectangle(scale(0), middle - 1, scale(plan.cycle_s) - scale(0), 2, "lamp-red", f"{group.id}: {say('red')}"),
    ]
    windows = plan.by_group[group.id].windows if group.id in plan.by_group else ()
    for window in windows:
        parts += _window(group.id, window, plan.cycle_s, scale, top, height)
    return parts


def _window(group: str, window: Window, cycle_s: float, scale: Scale, top: float, height: float) -> list[Markup]:
    class_, share, name = LOOKS.get(window.display, ("lamp-other", 0.4, window.display))
    end_s = (whole_ms(window.start_s) + whole_ms(window.length_s)) % whole_ms(cycle_s) / 1000
    tip = f"{group}: {say(name)} {seconds(window.start_s)}–{seconds(end_s)} s ({seconds(window.length_s)} s)"
    parts = []
    for start_s, length_s in unrolled(window, cycle_s):
        x, width = scale(start_s), scale(start_s + length_s) - scale(start_s)
        parts.append(rectangle(x, top + height * (1 - share) / 2, width, height * share, class_, tip))
        if window.display in lamps.GREENS and length_s == window.length_s and width > 18:
            parts.append(label(x + width / 2, top + height / 2 + 4, seconds(length_s), f"on-{class_}", "middle"))
    return parts


def unrolled(window: Window, cycle_s: float) -> list[tuple[float, float]]:
    """Return (start, length) of the window's one or two parts within [0, cycle]."""
    over_ms = whole_ms(window.start_s) + whole_ms(window.length_s) - whole_ms(cycle_s)
    if over_ms <= 0:
        return [(window.start_s, window.length_s)]
    return [(window.start_s, cycle_s - window.start_s), (0.0, over_ms / 1000)]
