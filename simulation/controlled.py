"""A simulation whose signals a Python function switches while it runs: a controller, named `module:function`.

Run as a module with the arguments that SUMO itself would get, because libsumo holds one simulation per process. The
protocol is two functions:

    def controller(connection, junctions):      # once, when the simulation is loaded
        def step(time_s):                       # before every simulation step
            connection.trafficlight.setRedYellowGreenState(junctions[0], "GGrr")
        return step

`connection` is libsumo, which speaks as TraCI does (`connection.trafficlight`, `connection.vehicle`, …); `junctions`
are the ids of the signals, a tuple of str; `time_s` is the time of the step in seconds after midnight, a float. A
signal that the controller never sets goes on with its program. The controller neither steps nor closes the simulation.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

Step = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Controller:
    """Where a controller is found: `module:function`, and the folder that its module lies in if none is installed."""

    name: str
    folder: Path | None = None

    @property
    def command(self) -> list[str]:
        """The program that simulates under this controller; SUMO's own arguments follow."""
        folder = str(self.folder.resolve()) if self.folder else ""
        return [sys.executable, "-m", f"{__package__}.controlled", self.name, folder]


def found(name: str, folder: str) -> Callable[[Any, tuple[str, ...]], Step]:
    """Return the function that a name stands for. Raises ImportError, AttributeError or whatever its module raises."""
    if folder:
        sys.path.insert(0, folder)
    module, _, function = name.partition(":")
    maker = getattr(import_module(module), function)
    if not callable(maker):
        raise TypeError(f"{name} is no function")
    return maker


def main(name: str, folder: str, *arguments: str) -> None:
    """Simulate under a controller until the end that SUMO's arguments name; without any, only look for the function."""
    maker = found(name, folder)
    if not arguments:
        return
    import libsumo

    libsumo.start(["sumo", *arguments])
    end_s = libsumo.simulation.getEndTime()
    step = maker(libsumo, tuple(libsumo.trafficlight.getIDList()))
    if not callable(step):
        raise TypeError(f"{name} returned {step!r} instead of a function of the time")
    while (now_s := libsumo.simulation.getTime()) < end_s:
        step(now_s)
        libsumo.simulationStep()
    libsumo.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
