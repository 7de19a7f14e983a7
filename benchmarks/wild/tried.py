"""What comes of a network or a scenario: read and checked, or field study, plan, and judgement on the true trips."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from greenband.networks.errors import InputError
from greenband.simulation.scenario import Scenario

from ..scenarios import scenario_of_configuration
from .made import End, greenband, made
from .places import Place

NO_WORSE = 1.0  # ratio of the medians
OPTIONS = "\n[options]\nseeds = {seeds}\nmost_seeds = {seeds}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much each scenario is given."""

    days: int
    minutes: int
    effort: float
    seeds: int
    step_s: float  # of the clock, for each step


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How far a place came: `step` is the last one made, `said` its last words; delays are medians, on true trips.

    `decision` is that of the gate on forecast traffic. A plan that it refuses is not handed over: today's stays.
    """

    name: str
    kind: Literal["network", "scenario"]
    end: End
    step: str
    said: str = ""
    junctions: int | None = None
    errors: int | None = None  # of the safety check on what runs today
    period: str | None = None
    decision: str | None = None
    stays: bool | None = None
    running_s: float | None = None
    plan_s: float | None = None
    locked_running: int | None = None
    locked_plan: int | None = None
    seconds: float = 0.0

    @property
    def ratio(self) -> float | None:
        """The delay with the plan, of today's; None where nothing was judged, or nobody is delayed today."""
        return None if self.plan_s is None or not self.running_s else self.plan_s / self.running_s

    @property
    def no_worse(self) -> bool:
        """Whether today's programs stay, or the plan has no more delay and no more lock-ups on the true trips."""
        if self.stays or self.plan_s is None or self.running_s is None:
            return bool(self.stays)
        return self.plan_s <= NO_WORSE * self.running_s and (self.locked_plan or 0) <= (self.locked_running or 0)

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def try_place(place: Place, folder: Path, effort: Effort) -> Tried:
    """Return what comes of a place; its files and logs are written into a folder of its own."""
    began_s = time.monotonic()
    found = _scenario(place, folder, effort) if place.is_scenario else _network(place, folder, effort)
    return Tried(**{**found, "seconds": round(time.monotonic() - began_s, 1)})


def _network(place: Place, folder: Path, effort: Effort) -> dict[str, Any]:
    about = {"name": place.name, "kind": "network", "step": "read and check"}
    command = [sys.executable, "-m", f"{__package__}.laid_out", str(place.path)]
    end, out, said = made(command, effort.step_s, folder / "check.log")
    if end != "through":
        return {**about, "end": end, "said": said.replace(str(place.path), "")}
    seen = json.loads(out)
    rules = ", ".join(seen["rules"])
    return {**about, "end": end, "junctions": seen["junctions"], "errors": seen["errors"], "said": rules}


def _scenario(place: Place, folder: Path, effort: Effort) -> dict[str, Any]:
    about: dict[str, Any] = {"name": place.name, "kind": "scenario"}
    try:
        scenario = scenario_of_configuration(place.path)
    except InputError as error:
        return {**about, "end": "refused", "step": "configuration", "said": str(error).replace(str(place.path), "")}
    end_s = min(scenario.end_s, scenario.begin_s + 60 * effort.minutes)
    about["period"] = f"{scenario.begin_s}–{end_s} s"
    printed = "{}"
    for step, arguments in _steps(scenario, end_s, folder, effort):
        end, out, said = greenband(arguments, effort.step_s, folder / f"{step}.log")
        if end != "through":
            return {**about, "end": end, "step": step, "said": said}
        if step == "field study":
            _limit_seeds(folder / "study" / "study.toml", effort.seeds)
        printed, outcome = out, printed
    return {**about, "end": "through", "step": "true trips", **_figures(json.loads(outcome), json.loads(printed))}


def _steps(scenario: Scenario, end_s: int, folder: Path, effort: Effort) -> tuple[tuple[str, list[str]], ...]:
    study, plan, routes = str(folder / "study"), folder / "out", ",".join(map(str, scenario.routes))
    field = ["study", "field", str(scenario.network), routes, "--days", str(effort.days), "--out", study]
    field += ["--begin", str(scenario.begin_s), "--end", str(end_s)]
    field += ["--additional", ",".join(map(str, scenario.additional))] if scenario.additional else []
    run = ["run", study, "--out", str(plan), "--effort", str(effort.effort), "--json"]
    judge = ["validate", study, str(plan / "plan.json"), "--routes", routes, "--seeds", str(effort.seeds)]
    return ("field study", field), ("run", run), ("true trips", [*judge, "--trial-only", "--json"])


def _limit_seeds(toml: Path, seeds: int) -> None:
    toml.write_text(toml.read_text(encoding="utf-8") + OPTIONS.format(seeds=seeds), encoding="utf-8")


def _figures(outcome: dict[str, Any], judged: dict[str, Any]) -> dict[str, Any]:
    trial, stays = judged["trial"], outcome["kept_running"] or not outcome["passed"]
    return {
        "decision": outcome["decision"] if outcome["passed"] or outcome["kept_running"] else "refused",
        "stays": stays,
        "said": (outcome["reasons"] or [outcome["reason"]])[0] if stays else "",
        "running_s": round(trial["median_running_s"], 1),
        "plan_s": round(trial["median_plan_s"], 1),
        "locked_running": len(trial["gridlocked_running"]),
        "locked_plan": len(trial["gridlocked_plan"]),
    }
