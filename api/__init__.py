"""Greenband for notebooks and scripts: `import greenband as gb`.

    study = gb.open_study("study/")
    result = study.plan("morning")
    result.plan                                    # draws its stages in a notebook
    gb.simulate(study, result.plan, seeds=range(100, 110)).seeds

docs/api.md lists everything. What is imported here is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .checking import check, export
    from .comparing import Comparison, compare
    from .estimating import QueueEstimate, estimate
    from .opening import Forecast, OpenStudy, PlanningResult, bundled_study, open_study
    from .plans import PlanView, read_plan, write_plan
    from .simulating import Simulation, simulate

__all__ = [
    "Comparison",
    "Forecast",
    "OpenStudy",
    "PlanView",
    "PlanningResult",
    "QueueEstimate",
    "Simulation",
    "bundled_study",
    "check",
    "compare",
    "estimate",
    "export",
    "open_study",
    "read_plan",
    "simulate",
    "write_plan",
]

# No module has the name of a function here or of a folder: importing it would hide that.
_HOMES = {
    "checking": ("check", "export"),
    "comparing": ("Comparison", "compare"),
    "estimating": ("QueueEstimate", "estimate"),
    "opening": ("Forecast", "OpenStudy", "PlanningResult", "bundled_study", "open_study"),
    "plans": ("PlanView", "read_plan", "write_plan"),
    "simulating": ("Simulation", "simulate"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load what is asked for, with all that it needs (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the names for completion."""
    return sorted({*globals(), *__all__})
