"""A plan as a timing sheet for people who type it in: one page a junction, in the order of keys, with checksums."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from html import escape

from lxml import html

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.main_through import ways_in_words
from ....networks.network import Network
from ....networks.plan import JunctionPlan, Window, whole_ms
from ....networks.sumo.program import intervals
from ...check.findings import CheckedPlan
from ..exporter import Export, ExportOptions, ReadBackError, plain_name, plans_of_junctions

NAMES = {
    lamps.PROTECTED: "green",
    lamps.PERMITTED: "green, yields",
    lamps.YELLOW: "yellow",
    "Y": "yellow (Y)",
    lamps.RED_AMBER: "red-amber",
    lamps.STOP_THEN_GO: "red, green arrow after stop",
    lamps.DARK_YIELD: "blinking",
    lamps.DARK: "dark",
}
STYLE = """
body { font: 10pt sans-serif; } section { page-break-after: always; } code { font-size: 8pt; }
td, th { border: 1px solid #999; padding: 2px 6px; } td.n { text-align: right; }
table { border-collapse: collapse; margin: 0.5em 0; } .mark { font-weight: bold; color: #b00; }
"""


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return one HTML page that needs no network, read back lamp by lamp. Nothing of the plan is lost."""
    plans = plans_of_junctions(checked.plan, options)
    parts = [_section(plan, network.by_junction[plan.junction], options.mark) for plan in plans]
    title = f"Timing sheet, plan {plain_name(checked.plan)}"
    text = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n<p class='mark'>{escape(options.mark)}</p>\n"
        "<p>Seconds count from the start of the cycle. The cycle starts at the offset after midnight, and every cycle "
        "length after that. A group is red where nothing else is said. Type the tables in from top to bottom; the sum "
        "under each table is that of its two columns of seconds.</p>\n" + "\n".join(parts) + "\n</body></html>\n"
    )
    content = text.encode()
    read_back(content, plans, network)
    return Export(content=content, losses=())


def checksum(plan: JunctionPlan) -> str:
    """Return eight hexadecimal digits that change with any number or display of a junction's plan."""
    rows = [f"{plan.junction} {whole_ms(plan.cycle_s)} {whole_ms(plan.offset_s)} {plan.coordinated}"]
    rows += [
        f"{group.group} {whole_ms(w.start_s)} {whole_ms(w.length_s)} {w.display}"
        for group in sorted(plan.groups, key=lambda g: g.group)
        for w in sorted(group.windows)
    ]
    return sha256("\n".join(rows).encode()).hexdigest()[:8]


def _section(plan: JunctionPlan, junction: Junction, mark: str) -> str:
    head = (
        ("Cycle [s]", seconds(plan.cycle_s)),
        ("Offset after midnight [s]", seconds(plan.offset_s)),
        ("Green of the coordinated group starts at second 0", _leads(plan, junction)),
        ("Checksum", checksum(plan)),
    )
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in head)
    return (
        f"<section data-junction='{escape(plan.junction)}'><h2>{escape(plan.junction)}</h2>"
        f"<p class='mark'>{escape(mark)}</p><table class='head'>{rows}</table>"
        f"{_windows(plan, junction)}{_intergreens(junction)}{_intervals(plan, junction)}</section>"
    )


def _leads(plan: JunctionPlan, junction: Junction) -> str:
    ways = ways_in_words(junction, plan.coordinated)
    return f"{plan.coordinated} ({ways})" if ways else str(plan.coordinated)


def _windows(plan: JunctionPlan, junction: Junction) -> str:
    rows, total = [], 0
    for group in junction.groups:
        for window in plan.by_group[group.id].windows or (None,):
            rows.append(_window_row(group.id, group.kind, ", ".join(group.from_edges), window, plan))
            total += whole_ms(window.start_s) + whole_ms(window.length_s) if window else 0
    heads = ("group", "kind", "from", "shows", "from second", "for seconds", "to second", "least green", "yellow")
    least = {g.id: (junction.min_green_s.get(g.id, 0.0), junction.yellow_s.get(g.id, 0.0)) for g in junction.groups}
    body = "".join(
        f"<tr>{cells}<td class='n'>{seconds(least[name][0])}</td><td class='n'>{seconds(least[name][1])}</td></tr>"
        for name, cells in rows
    )
    return (
        f"<h3>Signal groups</h3><table class='windows'><tr>{''.join(f'<th>{h}</th>' for h in heads)}</tr>{body}</table>"
        f"<p>Sum: <b class='sum'>{seconds(total / 1000)}</b> s</p>"
    )


def _window_row(name: str, kind: str, edges: str, window: Window | None, plan: JunctionPlan) -> tuple[str, str]:
    if window is None:
        shown = ("red all the cycle", "", "", "")
    else:
        end = (whole_ms(window.start_s) + whole_ms(window.length_s)) % whole_ms(plan.cycle_s) / 1000
        shown = (NAMES[window.display], seconds(window.start_s), seconds(window.length_s), seconds(end))
    texts = "".join(f"<td>{escape(text)}</td>" for text in (name, kind, edges, shown[0]))
    return name, texts + "".join(f"<td class='n'>{number}</td>" for number in shown[1:])


def _intergreens(junction: Junction) -> str:
    rows = "".join(
        f"<tr><td>{escape(a)}</td><td>{escape(b)}</td><td class='n'>{seconds(needed)}</td></tr>"
        for (a, b), needed in sorted(junction.intergreen_s.items())
    )
    heads = "<tr><th>ends</th><th>then starts</th><th>intergreen [s]</th></tr>"
    return f"<h3>Intergreens that must be kept</h3><table class='intergreens'>{heads}{rows}</table>"


def _intervals(plan: JunctionPlan, junction: Junction) -> str:
    rows = "".join(
        f"<tr><td class='n'>{seconds(i.start_s)}</td><td class='n'>{seconds(i.length_s)}</td>"
        f"<td><code>{i.state}</code></td></tr>"
        for i in intervals(plan, junction)
    )
    heads = "<tr><th>second</th><th>seconds</th><th>lamps in the order of the network file</th></tr>"
    return f"<h3>Intervals</h3><table class='intervals'>{heads}{rows}</table>"


def seconds(value: float) -> str:
    """Return seconds with no more decimals than needed."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def read_back(content: bytes, plans: tuple[JunctionPlan, ...], network: Network) -> None:
    """Compare the page with the plans: the windows, the intervals lamp by lamp, and the sums."""
    page = html.document_fromstring(content.decode())
    sections = {section.get("data-junction"): section for section in page.iter("section")}
    if set(sections) != {plan.junction for plan in plans}:
        raise ReadBackError("the sheet's junctions are not the plan's")
    for plan in plans:
        section, where = sections[plan.junction], f"junction {plan.junction}"
        head = [row.findtext("td") for row in section.iterfind("table[@class='head']//tr")]
        if [float(text or "nan") for text in head[:2]] != [plan.cycle_s, plan.offset_s]:
            raise ReadBackError(f"{where}: the sheet has another cycle or offset")
        shown = sorted(_rows_of(section))
        meant = sorted((g.group, NAMES[w.display], w.start_s, w.length_s) for g in plan.groups for w in g.windows)
        if shown != meant:
            raise ReadBackError(f"{where}: the sheet's windows are not the plan's")
        if round(sum(1000 * (start + length) for _, _, start, length in shown)) != round(
            1000 * float(section.findtext(".//b[@class='sum']") or "nan")
        ):
            raise ReadBackError(f"{where}: the sheet's sum is wrong")
        _compare_intervals(section, plan, network.by_junction[plan.junction], where)


def _rows_of(section: html.HtmlElement) -> Iterator[tuple[str, str, float, float]]:
    for row in section.iterfind("table[@class='windows']//tr"):
        cells = [cell.text_content() for cell in row.iterfind("td")]
        if cells and cells[4]:
            yield cells[0], cells[3], float(cells[4]), float(cells[5])


def _compare_intervals(section: html.HtmlElement, plan: JunctionPlan, junction: Junction, where: str) -> None:
    for row in section.iterfind("table[@class='intervals']//tr"):
        cells = [cell.text_content() for cell in row.iterfind("td")]
        for group in junction.groups if cells else ():
            meant = plan.by_group[group.id].display_at(float(cells[0]), plan.cycle_s)
            if any(cells[2][lamp] != meant for lamp in group.links):
                raise ReadBackError(f"{where}: the intervals show other lamps for group {group.id} at {cells[0]} s")
