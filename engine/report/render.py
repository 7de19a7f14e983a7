"""From the report's data to the bytes of `report.html`."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from . import words
from .data import Missing, ReportData
from .pictures.day_type_charts import day_types_view
from .sections.actuated_view import actuated_view
from .sections.alternatives_view import alternatives_view
from .sections.left_turns_view import left_turns_view
from .sections.plan_view import junction_views, optimisation_view, street_view
from .sections.present_view import present_view
from .sections.robustness_view import robustness_view
from .sections.traffic_view import (
    comparison_view,
    data_view,
    forecast_view,
    junctions_view,
    movements_view,
    residuals_view,
)
from .sections.why_view import why_view


def report_html(data: ReportData) -> bytes:
    """Return the report as one page that needs nothing else: the same bytes for the same data.

    Styles and the one script are inside; a content security policy lets nothing else run or load, whatever the names
    in the data try.
    """
    style, script = _template("report.css"), _template("report.js")
    page = _environment().get_template("report.html.j2")
    text = page.render(
        data=data,
        style=Markup(style),
        script=Markup(script),
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'",
        language=words.language.get(),
        comparison=comparison_view(data.comparison),
        junctions=junctions_view(data),
        movements=movements_view(data),
        plans=junction_views(data),
        left_turns=left_turns_view(data),
        street=street_view(data),
        forecast=forecast_view(data.forecast),
        day_types=day_types_view(data.day_types),
        detectors=data_view(data.detectors),
        residuals=residuals_view(data.residuals),
        search=optimisation_view(data.optimisation),
        why=why_view(data.explained, data.network),
        actuated=actuated_view(data.actuated),
        alternatives=alternatives_view(data.alternatives),
        robustness=robustness_view(data.further),
        present=present_view(data.present),
    )
    # A name may hold half a surrogate pair, which no encoding can carry.
    return text.encode("utf-8", errors="replace")


def _template(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    """Return the hash by which a content security policy names what may run (W3C Content Security Policy 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.tests["missing"] = lambda part: isinstance(part, Missing)
    for name in ("say", "number", "signed", "seconds", "percent", "translated"):
        environment.globals[name] = getattr(words, name)
    return environment
