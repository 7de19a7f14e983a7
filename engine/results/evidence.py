"""`evidence.json`: everything needed to review a plan: measurements, seeds, versions, hashes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from ..chain.explain import Explained
from ..chain.plan_study import Outcome
from ..chain.prepare import Prepared
from ..check.findings import Finding
from ..optimise.search import Found
from ..studies.file import Gate
from ..studies.provenance import Origin
from ..validate.displays import display_changes
from ..validate.further_verdict import Further
from ..validate.gate import Verdict
from ..validate.trial import Trial
from .evidence_explained import alternatives_part, why_part
from .evidence_parts import (
    calibration_part,
    data_part,
    further_part,
    left_turns_part,
    limits_part,
    optimiser_part,
    present_part,
    row_part,
    seeds_part,
    trial_part,
)

SCHEMA = 2  # 1: the plan's side of a trial was called "ours", the other one "running" or "theirs"
PROTOCOL = (
    "Delay is time loss plus departure delay over all trips that wanted to leave in the period, unfinished and "
    "never-inserted trips included. Both plans run with the same seeds and traffic, without teleports. The interval "
    "is that of the smoothed studentised bootstrap (Student's t with fewer than 8 seeds) over the paired differences "
    "of the seeds' means, this plan minus the running plan, at the level that stands beside it: 95 %, or stricter "
    "where the trial may be looked at several times. Streets are full while the vehicles on them, at 7.5 m each, fill "
    "all their lanes. CO2 and fuel are SUMO's HBEFA3, until arrival or the end. A walk's loss is against the person's "
    "own pace."
)


def evidence_json(
    outcome: Outcome,
    origin: Origin,
    *,
    outputs: Mapping[str, bytes] | None = None,
    timings_s: Mapping[str, float] | None = None,
    actuated: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the bytes of `evidence.json` for a plan that was found here; see `evidence_of`."""
    prepared = outcome.prepared
    return evidence_of(
        about={
            "study": prepared.study.file.name,
            "day": prepared.study.file.day.isoformat(),
            "period": prepared.period.label,
            "begin_s": prepared.period.begin,
            "end_s": prepared.period.end,
        },
        origin=origin,
        trial=outcome.trial,
        findings=outcome.findings,
        verdict=outcome.verdict,
        limits=prepared.study.file.gate,
        prepared=prepared,
        found=outcome.found,
        explained=outcome.explained,
        further=outcome.further,
        outputs=outputs,
        timings_s=timings_s,
        actuated=actuated,
    )


def evidence_of(
    *,
    about: Mapping[str, Any],
    origin: Origin,
    trial: Trial,
    findings: Sequence[Finding],
    verdict: Verdict,
    limits: Gate,
    prepared: Prepared | None = None,
    found: Found | None = None,
    explained: Explained | None = None,
    further: Further | None = None,
    outputs: Mapping[str, bytes] | None = None,
    timings_s: Mapping[str, float] | None = None,
    actuated: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the bytes of `evidence.json`; the same for the same inputs, versions and seeds, but for `timings_s`.

    Parameters
    ----------
    about
        What it is about: study, period, day; anything that JSON knows.
    origin
        Versions, and hashes of the inputs.
    trial, findings, verdict, limits
        The simulations of both plans, what the check found, and what the gate said by which limits.
    prepared, found
        What was known of the demand, and how the plan was searched; None for a plan that somebody brought.
    explained
        Why it is so and what else could be had; None for a plan that somebody brought.
    further
        Trials beyond the trial; None where there were none.
    outputs
        Files that go with it, by name: their hashes are written.
    timings_s
        Seconds spent, by step; written beside the rest and left out of its hash.

    actuated
        What there is to say of an actuated plan, where one was asked for.

    Notes
    -----
    `sha256` is over the same JSON, sorted and without white space, without the keys `sha256` and `timings_s`.
    """
    content = _clean(
        {
            "schema": SCHEMA,
            "about": dict(about),
            "inputs_sha256": origin.sha256,
            "outputs_sha256": {name: sha256(data).hexdigest() for name, data in (outputs or {}).items()},
            "versions": origin.versions,
            "drivers": origin.drivers,
            "seeds": seeds_part(trial, found, further),
            "protocol": PROTOCOL,
            "trial": trial_part(trial),
            "further": further_part(further) if further else None,
            "calibration": calibration_part(prepared) if prepared else None,
            "junctions": [row_part(row) for row in trial.junctions],
            "movements": [row_part(row) for row in trial.movements],
            "check": {"errors": sum(f.is_error for f in findings), "findings": [asdict(f) for f in findings]},
            "gate": {**asdict(verdict), "limits": limits_part(limits)},
            "display_changes": [asdict(c) for c in display_changes(prepared.network, trial.plan)] if prepared else None,
            "left_turns": left_turns_part(prepared, trial.plan) if prepared else None,
            "reading": prepared.network.reading if prepared else None,
            "data": data_part(prepared) if prepared else None,
            "present": present_part(prepared.present) if prepared else None,
            "optimiser": optimiser_part(found) if found else None,
            "objective": prepared.study.file.objective.weights if prepared else None,
            "why": why_part(explained) if explained else None,
            **({"actuated": dict(actuated)} if actuated is not None else {}),
            "alternatives": alternatives_part(explained.alternatives) if explained else None,
        }
    )
    digest = sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    spent_s = {"simulations_of_validation": sum(run.wall_s for run in (*trial.plan_runs, *trial.running_runs))}
    whole = {**content, "sha256": digest, "timings_s": _clean({**spent_s, **(timings_s or {})})}
    return (json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _clean(value: Any) -> Any:
    """Return a value as JSON knows it: tuples as lists, NumPy's numbers as Python's, what is no number as null."""
    if isinstance(value, Mapping):
        return {str(key): _clean(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(part) for part in value]
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    number = float(value)
    return number if math.isfinite(number) else None
