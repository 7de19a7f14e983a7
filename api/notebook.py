"""Plans and comparisons as HTML for notebooks: the report's own pictures, styles that reach nothing else."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markupsafe import Markup

from .engine.report.from_trial import comparison_of_pairs
from .engine.report.pictures.seeds_chart import seeds_chart
from .engine.report.pictures.stage_diagram import stage_diagram
from .engine.report.pictures.svg import element
from .engine.report.pictures.timing_diagram import timing_diagram
from .engine.report.words import number, seconds
from .engine.validate.gate import Verdict
from .networks.junction import Junction
from .networks.network import Network
from .networks.plan import Plan
from .simulation.measure.pairs import PairedComparison


def plan_html(plan: Plan, network: Network) -> str:
    """Return a plan: for each junction its timing and its stages."""
    parts = [_figure(plan, junction, network) for junction in network.junctions if junction.id in plan.by_junction]
    return _page(element("h3", plan.name), *parts)


def comparison_html(plans: tuple[Plan, Plan], network: Network, pairs: PairedComparison) -> str:
    """Return a comparison: its figures, its seeds, and for each junction both plans side by side."""
    return _page(*_comparison(plans, network, pairs))


def result_html(verdict: Verdict, plans: tuple[Plan, Plan], network: Network, pairs: PairedComparison) -> str:
    """Return what the gate said, and the comparison that it said it of."""
    word = f"Gate {'passed' if verdict.passed else 'FAILED'} ({verdict.decision})"
    reasons = element("ul", *(element("li", reason) for reason in verdict.reasons))
    return _page(element("h3", word), reasons, *_comparison(plans, network, pairs))


def _comparison(plans: tuple[Plan, Plan], network: Network, pairs: PairedComparison) -> list[Markup]:
    a, b = plans
    chart = seeds_chart(comparison_of_pairs(pairs), (b.name, a.name))
    caption = element("figcaption", f"Delay by seed: disc {a.name}, square {b.name}")
    junctions = [
        element("div", *(_figure(plan, junction, network) for plan in plans), class_="side-by-side")
        for junction in network.junctions
    ]
    return [
        element("h3", f"{a.name} against {b.name}"),
        _figures(a.name, b.name, pairs),
        element("figure", chart or "", caption),
        *junctions,
    ]


def _figures(a: str, b: str, found: PairedComparison) -> Markup:
    interval = "–" if found.low_s is None or found.high_s is None else f"{found.low_s:+.1f} to {found.high_s:+.1f}"
    rows = (
        ("median delay, s per trip", number(found.median_plan_s), number(found.median_running_s)),
        ("stops per vehicle", number(found.stops_plan, 2), number(found.stops_running, 2)),
        ("never inserted, vehicles", number(found.unserved_plan), number(found.unserved_running)),
        ("gridlocked seeds", str(len(found.gridlocked_plan)), str(len(found.gridlocked_running))),
    )
    head = element("tr", *(element("th", text) for text in ("", a, b)))
    body = [element("tr", element("th", row[0]), *(element("td", cell) for cell in row[1:])) for row in rows]
    mean = f"Mean difference {found.mean_difference_s:+.1f} s, {100 * found.level:g} % interval {interval} s."
    return element("div", element("table", head, *body), element("p", mean))


def _figure(plan: Plan, junction: Junction, network: Network) -> Markup:
    timing = plan.by_junction[junction.id]
    words = (
        f"{junction.id}, {plan.name}: cycle {seconds(timing.cycle_s)} s, offset {seconds(timing.offset_s)} s, "
        f"coordinated {timing.coordinated or '–'}"
    )
    return element(
        "figure",
        timing_diagram(network, junction, timing, f"Timing of {junction.id}", timing.cycle_s),
        stage_diagram(network, junction, timing, f"Stages of {junction.id}") or "",
        element("figcaption", words),
    )


def _page(*parts: Markup) -> str:
    return str(element("div", element("style", _style()), *parts, class_="greenband"))


@cache
def _style() -> Markup:
    """Return the report's style sheet within our own element alone, by CSS nesting; how it prints is left out."""
    sheet = (files("greenband.engine.report") / "templates" / "report.css").read_text(encoding="utf-8")
    screen = sheet.partition("@media print")[0].replace(":root", "&").replace("body {", "& {")
    return Markup(f".greenband {{\n{screen}\n}}")
