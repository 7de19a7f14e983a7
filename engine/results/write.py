"""Writing an outcome or a judgement: plan, evidence and what else there is, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...networks.folders import folder_atomically
from ...networks.plan_file import plan_json
from ..actuated.outcome import ActuatedOutcome, evidence_part
from ..actuated.product import actuated_json
from ..chain.judge_plan import Judgement
from ..chain.plan_study import Outcome
from ..check.findings import seal
from ..export.sumo.sumo import sumo_additional
from ..report.from_outcome import report_data
from ..report.render import report_html
from ..report.words import speaking
from ..studies.file import Period, Study
from ..studies.provenance import Origin, origin_of
from ..validate.trial import Trial
from .evidence import evidence_json, evidence_of
from .evidence_explained import file_of

# What a run may write into its folder. What is there of a run before and not written by this one goes.
WRITTEN = (
    *("plan.json", "sumo.add.xml", "evidence.json", "report.html", "alternatives"),
    *("actuated.json", "actuated.add.xml"),
)


def write_outcome(outcome: Outcome, out: Path, language: str = "en", actuated: ActuatedOutcome | None = None) -> None:
    """Write plan.json, sumo.add.xml, evidence.json, report.html and the alternatives' plans into a folder.

    With an actuated plan, actuated.json and actuated.add.xml too. A plan that the gate calls unsafe, which is one that
    runs today under rules that ask for more, comes without sumo.add.xml.

    The files appear together when all are made. The SUMO file is read back and compared with the plan first. The report
    is written in `language`, 'en' or 'zh'; the other files are for programs and the same in any.
    """
    prepared, plan = outcome.prepared, outcome.found.plan
    origin = origin_of(prepared.study)
    about = _about(prepared.study, prepared.period, origin, outcome.trial)
    outputs = {"plan.json": plan_json(plan, prepared.network, about)}
    if outcome.verdict.decision != "unsafe":
        outputs["sumo.add.xml"] = sumo_additional(seal(plan, outcome.findings), prepared.network)
    for one in outcome.explained.alternatives:
        if (name := file_of(one)) is not None:
            outputs[name] = plan_json(one.plan, prepared.network, about)
    timings_s = {"search": outcome.search_s}
    if actuated is not None:
        outputs["actuated.json"] = actuated_json(outcome, actuated)
        outputs["actuated.add.xml"] = actuated.programs
        timings_s["search_actuated"] = actuated.search_s
    second = evidence_part(actuated) if actuated is not None else None
    evidence = evidence_json(outcome, origin, outputs=outputs, timings_s=timings_s, actuated=second)
    with folder_atomically(out, WRITTEN) as folder, speaking(language):
        for name, content in outputs.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        (folder / "evidence.json").write_bytes(evidence)
        data = report_data(outcome, origin, outcome.search_s, actuated)
        (folder / "report.html").write_bytes(report_html(data))


def write_judgement(judgement: Judgement, out: Path) -> None:
    """Write plan.json and evidence.json of a plan that somebody brought into a folder; both or none.

    Evidence is written for a plan that failed its gate, too: it says so.
    """
    study, period = judgement.study, judgement.period
    origin = origin_of(study, judgement.routes)
    plan = plan_json(judgement.plan, judgement.network, _about(study, period, origin, judgement.trial))
    evidence = evidence_of(
        about={
            "study": study.file.name,
            "day": study.file.day.isoformat(),
            "period": period.label,
            "begin_s": period.begin,
            "end_s": period.end,
        },
        origin=origin,
        trial=judgement.trial,
        findings=judgement.findings,
        verdict=judgement.verdict,
        limits=study.file.gate,
        prepared=judgement.prepared,
        further=judgement.further,
        outputs={"plan.json": plan},
    )
    with folder_atomically(out, WRITTEN) as folder:
        (folder / "plan.json").write_bytes(plan)
        (folder / "evidence.json").write_bytes(evidence)


def _about(study: Study, period: Period, origin: Origin, trial: Trial) -> dict[str, Any]:
    return {
        "study": study.file.name,
        "period": period.label,
        "greenband": origin.versions["greenband"],
        "seeds": trial.comparison.seeds,
    }
