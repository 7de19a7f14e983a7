"""What came of the search for an actuated plan, and what the evidence says of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ...simulation.measure.pairs import PairedComparison
from ...simulation.run import Run
from ..check.findings import Finding
from ..validate.gate import Verdict
from .search import SEEDS, FoundActuated, Tried


@dataclass(frozen=True, kw_only=True)
class ActuatedOutcome:
    """An actuated plan with its programs, how it was found, and its trial.

    `trial` compares it with the running plan, `against_fixed` with the fixed-time plan of the same run, on the seeds
    and the traffic of that plan's own validation: there the fixed-time plan stands as `running`. `search_s` is
    reported only.
    """

    found: FoundActuated
    programs: bytes
    findings: tuple[Finding, ...]
    runs: tuple[Run, ...]
    trial: PairedComparison
    against_fixed: PairedComparison
    verdict: Verdict
    search_s: float


def evidence_part(actuated: ActuatedOutcome) -> dict[str, Any]:
    """Return the section `actuated` of the evidence."""
    found = actuated.found
    return {
        "name": found.plan.name,
        "junctions": {one.junction: one.mode for one in found.plan.junctions},
        "without_nema_program": dict(found.without_nema),
        "refused_by_the_check": dict(found.refused),
        "simulations": found.simulations,
        "seeds_of_search": list(SEEDS),
        "tried": [_row(one) for one in found.tried],
        "final": [_row(one) for one in found.final],
        "against_running": actuated.trial.as_dict(),
        "against_fixed_time": {
            name.replace("running", "fixed_time"): value for name, value in actuated.against_fixed.as_dict().items()
        },
        "gate": asdict(actuated.verdict),
        "check": {"errors": 0, "findings": [asdict(finding) for finding in actuated.findings]},
    }


def _row(tried: Tried) -> dict[str, Any]:
    return {
        "name": tried.name,
        "mean_delay_s": tried.mean_s,
        "delay_s": {str(seed): delay_s for seed, delay_s in tried.delay_s.items()},
        "gridlocked": list(tried.gridlocked),
    }
