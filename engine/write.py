"""Writing an outcome: plan, SUMO file, evidence and report, all or nothing."""

from __future__ import annotations

from pathlib import Path

from ..networks.files import folder_atomically
from ..networks.plan_file import plan_json
from .check.check import checked
from .export.sumo import read_back, sumo_additional
from .provenance import origin_of
from .report.from_outcome import report_data
from .report.render import report_html
from .study import Outcome
from .validate.evidence import evidence_json


def write_outcome(outcome: Outcome, out: Path) -> None:
    """Write plan.json, sumo.add.xml, evidence.json and report.html into a folder.

    The files appear together when all are made. The SUMO file is read back and compared with the plan first.
    """
    prepared, plan = outcome.prepared, outcome.found.plan
    origin = origin_of(prepared.study)
    safe = checked(plan, prepared.network)
    programs = sumo_additional(safe, prepared.network)
    read_back(programs, plan, prepared.network)
    about = {
        "study": prepared.study.file.name,
        "period": prepared.period.label,
        "greenband": origin.versions["greenband"],
        "seeds": outcome.trial.comparison.seeds,
    }
    outputs = {"plan.json": plan_json(plan, prepared.network, about), "sumo.add.xml": programs}
    timings_s = {"search": outcome.search_s}
    with folder_atomically(out) as folder:
        for name, content in outputs.items():
            (folder / name).write_bytes(content)
        (folder / "evidence.json").write_bytes(evidence_json(outcome, origin, outputs=outputs, timings_s=timings_s))
        (folder / "report.html").write_bytes(report_html(report_data(outcome, origin, outcome.search_s)))
