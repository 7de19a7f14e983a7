"""Reading `evidence.json` a second time: what it says of itself, and whether its own runs bear out its gate.

Nobody can tell from a file alone that the simulations were run. What can be told is that it was not edited by a
careless hand: its hash, its bond to one plan, and that the delays of its runs lead to the word of its gate. The
submitter's signature answers for the rest, and `greenband validate` on the same inputs gives the same hash again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ...networks.errors import InputError
from ...networks.strict_json import parse_json
from .canonical import canonical, digest

PLAN_OF_SCHEMA = {1: "ours", 2: "plan"}  # what a run's numbers under the plan are called
PASSING = ("better", "kept")
SIGNIFICANCE = 0.05
UNHASHED = ("sha256", "timings_s")
CLOSE_S = 1e-6


class GateFailed(Exception):
    """Evidence of a plan that did not pass its gate; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the register needs of evidence; `inputs` are the hashes of the study's files by name."""

    plan: str
    study: str
    period: str
    decision: str
    seeds: tuple[int, ...]
    inputs: dict[str, str]

    @property
    def inputs_bytes(self) -> bytes:
        """The inputs as the register keeps them."""
        return canonical(self.inputs)


def reread(content: bytes, where: str) -> Facts:
    """Return the facts of evidence whose gate passed.

    Raises
    ------
    InputError
        It is no evidence, it was edited, it is bound to no plan, or its numbers contradict its gate.
    GateFailed
        It is evidence, and it says that the plan failed.
    """
    rule = "evidence is what `greenband run` and `greenband validate --out` write"
    told = parse_json(content, where, rule)
    try:
        _require_whole(told)
        facts = _facts(told)
        if not told["gate"]["passed"]:
            raise GateFailed(" ".join(told["gate"]["reasons"]))
        _require_borne_out(told)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        found = f"something is missing or misplaced ({error})"
        raise InputError(where=where, found=found, rule=rule, fix="validate the plan again") from None
    except ValueError as error:
        raise InputError(where=where, found=str(error), rule=rule, fix="validate the plan again") from None
    return facts


def _require_whole(told: dict[str, Any]) -> None:
    if told["schema"] not in PLAN_OF_SCHEMA:
        raise ValueError(f"schema {told['schema']}, not one of {', '.join(map(str, PLAN_OF_SCHEMA))}")
    hashed = {name: value for name, value in told.items() if name not in UNHASHED}
    if digest(json.dumps(hashed, sort_keys=True, separators=(",", ":")).encode()) != told["sha256"]:
        raise ValueError("its hash is not the hash of what it says")
    if "plan.json" not in told["outputs_sha256"]:
        raise ValueError("it names no hash of a plan.json, so that it is evidence of no plan in particular")


def _facts(told: dict[str, Any]) -> Facts:
    return Facts(
        plan=str(told["outputs_sha256"]["plan.json"]),
        study=str(told["about"]["study"]),
        period=str(told["about"]["period"]),
        decision=str(told["gate"]["decision"]),
        seeds=tuple(int(seed) for seed in told["seeds"]["validation"]),
        inputs={str(name): str(value) for name, value in told["inputs_sha256"].items()},
    )


def _require_borne_out(told: dict[str, Any]) -> None:
    """Raise ValueError if the word of the gate does not follow from what stands beside it."""
    runs, decision, plan = told["trial"]["runs"], told["gate"]["decision"], PLAN_OF_SCHEMA[told["schema"]]
    if decision not in PASSING:
        raise ValueError(f"a gate that passed, with the decision '{decision}'")
    if told["check"]["errors"] or any(found["severity"] == "error" for found in told["check"]["findings"]):
        raise ValueError("a gate that passed, with errors of the safety check")
    if [run["seed"] for run in runs] != told["seeds"]["validation"] or len({run["seed"] for run in runs}) < 2:
        raise ValueError("runs of other seeds than it names, or of fewer than two")
    locked = [sum(bool(run[side]["gridlocked"]) for run in runs) for side in (plan, "running")]
    if locked[0] > locked[1]:
        raise ValueError("a gate that passed, with more gridlocked seeds than under the running plan")
    if decision == "better":
        _require_better([run[plan]["mean_delay_s"] - run["running"]["mean_delay_s"] for run in runs], told)


def _require_better(differences_s: list[float], told: dict[str, Any]) -> None:
    """Raise ValueError unless the interval or the sign test says that the delay falls; see engine.validate."""
    import numpy as np

    from ...simulation.measure.confidence import interval
    from ..validate.sign_test import two_sided

    _, high_s = interval(np.array(differences_s))
    mean_s = sum(differences_s) / len(differences_s)
    lower, differing = sum(d < 0 for d in differences_s), sum(d != 0 for d in differences_s)
    if abs(mean_s - told["trial"]["comparison"]["mean_difference_s"]) > CLOSE_S:
        raise ValueError("its comparison is not that of its runs")
    by_sign = two_sided(lower, differing) <= SIGNIFICANCE and 2 * lower > differing
    if not (mean_s < 0 and ((high_s is not None and high_s < 0) or by_sign)):
        raise ValueError("a gate that says better, and runs that do not")
