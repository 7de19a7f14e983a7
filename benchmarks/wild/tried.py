"""What comes of a network or a scenario: each step a command in a process of its own, so that nothing hides a fall."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from greenband.networks.errors import InputError

from ..scenarios import scenario_of_configuration
from .places import Place

End = Literal["through", "no signal", "refused", "fell over", "too long"]
MAIN = "from greenband.engine.cli import main; main()"
NO_SIGNAL = ": no signal."  # a street for which there is nothing to plan; of read_network
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
    """How far a place came: `step` is the last one made, `said` its last words; delays are medians, on true trips."""

    name: str
    kind: Literal["network", "scenario"]
    end: End
    step: str
    said: str = ""
    junctions: int | None = None
    errors: int | None = None  # of the safety check on what runs today
    kept: bool | None = None
    running_s: float | None = None
    plan_s: float | None = None
    locked_running: int | None = None
    locked_plan: int | None = None
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def try_place(place: Place, folder: Path, effort: Effort) -> Tried:
    """Return what comes of a place; its files are written into a folder of its own."""
    began_s = time.monotonic()
    found = _scenario(place, folder, effort) if place.is_scenario else _network(place, effort)
    return Tried(**{**found, "seconds": round(time.monotonic() - began_s, 1)})


def _network(place: Place, effort: Effort) -> dict[str, Any]:
    about = {"name": place.name, "kind": "network", "step": "read and check"}
    end, out, said = _made([sys.executable, "-m", f"{__package__}.laid_out", str(place.path)], effort.step_s)
    if end != "through":
        return {**about, "end": "no signal" if NO_SIGNAL in said else end, "said": said.replace(str(place.path), "")}
    seen = json.loads(out)
    rules = ", ".join(seen["rules"])
    return {**about, "end": end, "junctions": seen["junctions"], "errors": seen["errors"], "said": rules}


def _scenario(place: Place, folder: Path, effort: Effort) -> dict[str, Any]:
    about: dict[str, Any] = {"name": place.name, "kind": "scenario"}
    try:
        scenario = scenario_of_configuration(place.path)
    except InputError as error:
        return {**about, "end": "refused", "step": "configuration", "said": _last(str(error))}
    study, out, routes = folder / "study", folder / "out", ",".join(map(str, scenario.routes))
    end_s = min(scenario.end_s, scenario.begin_s + 60 * effort.minutes)
    field = ["study", "field", str(scenario.network), routes, "--days", str(effort.days), "--out", str(study)]
    field += ["--begin", str(scenario.begin_s), "--end", str(end_s)]
    field += ["--additional", ",".join(map(str, scenario.additional))] if scenario.additional else []
    end, _, said = _command(field, effort.step_s)
    if end != "through":
        return {**about, "end": end, "step": "field study", "said": said}
    toml = study / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + OPTIONS.format(seeds=effort.seeds), encoding="utf-8")
    end, printed, said = _command(
        ["run", str(study), "--out", str(out), "--effort", str(effort.effort), "--json"], effort.step_s
    )
    if end != "through":
        return {**about, "end": end, "step": "run", "said": said}
    judge = ["validate", str(study), str(out / "plan.json"), "--routes", routes, "--seeds", str(effort.seeds)]
    end, judged, said = _command([*judge, "--trial-only", "--json"], effort.step_s)
    if end != "through":
        return {**about, "end": end, "step": "true trips", "said": said}
    return {**about, "end": end, "step": "true trips", **_figures(json.loads(printed), json.loads(judged))}


def _figures(outcome: dict[str, Any], judged: dict[str, Any]) -> dict[str, Any]:
    trial = judged["trial"]
    return {
        "kept": outcome["kept_running"],
        "running_s": round(trial["median_running_s"], 1),
        "plan_s": round(trial["median_plan_s"], 1),
        "locked_running": len(trial["gridlocked_running"]),
        "locked_plan": len(trial["gridlocked_plan"]),
    }


def _command(arguments: Sequence[str], step_s: float) -> tuple[End, str, str]:
    return _made([sys.executable, "-c", MAIN, *arguments], step_s)


def _made(command: Sequence[str], step_s: float) -> tuple[End, str, str]:
    """Return how a command ended, what it printed, and its last words. The gate's own no (exit code 3) is an answer."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=step_s)
    except subprocess.TimeoutExpired:
        return "too long", "", f"over {step_s:.0f} s"
    ends: dict[int, End] = {0: "through", 3: "through", 2: "refused"}
    end = "fell over" if "Traceback" in done.stderr else ends.get(done.returncode, "fell over")
    return end, done.stdout, _last(done.stderr)


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[-3:])[-300:]
