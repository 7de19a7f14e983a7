"""Who is compared: each peer proposes how to drive the signals of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from greenband.simulation.controlled import Controller
from greenband.simulation.scenario import Scenario

from ..peers.actuated import actuated_programs
from ..peers.max_pressure import CONTROLLER
from .greenband_plan import Planned, planned
from .sumo_tools import adapted_cycles, coordinated_offsets

Tell = Callable[[str, int, int], None]  # what is being done, how much is done, of how much


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A scenario to make a proposal for, and a folder of one's own to do it in.

    `study` makes, or finds in the cache, the folder of the field study; only rows that plan from counts ask for it, and
    they open nothing else of the scenario.
    """

    scenario: Scenario
    folder: Path
    study: Callable[[], Path]
    tell: Tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """How the signals are driven: by additional files loaded after the scenario's own, or by a controller.

    `planning_s` is None where the peer itself measured no time: then that of the whole call counts. `gate` is what its
    own gate said, where it has one: passed, kept (today's plan) or refused.
    """

    programs: tuple[Path, ...] = ()
    controller: Controller | None = None
    planning_s: float | None = None
    note: str = ""
    gate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One row of the table."""

    id: str
    title: str
    sees: str
    propose: Callable[[Task], Proposal]


def _running(_task: Task) -> Proposal:
    return Proposal(planning_s=0.0)


def _cycles(task: Task) -> Proposal:
    return Proposal(programs=(adapted_cycles(task.scenario, task.folder),))


def _coordinated(task: Task) -> Proposal:
    programs = adapted_cycles(task.scenario, task.folder, unified=True)
    return Proposal(programs=(programs, coordinated_offsets(task.scenario, programs, task.folder)))


def _actuated(task: Task) -> Proposal:
    made = task.folder / "actuated.add.xml"
    made.write_bytes(actuated_programs(task.scenario.network, task.scenario.additional))
    return Proposal(programs=(made,), planning_s=0.0)


def _max_pressure(_task: Task) -> Proposal:
    return Proposal(controller=CONTROLLER, planning_s=0.0)


def _offsets(task: Task) -> Proposal:
    from .offset_peers import least_delay_offsets  # it brings the optimiser, which other rows can do without

    return _made(least_delay_offsets(task.study(), task.folder))


def _bandwidth(task: Task) -> Proposal:
    from .offset_peers import widest_bands_offsets

    return _made(widest_bands_offsets(task.study(), task.folder))


def _made(made: Planned) -> Proposal:
    return Proposal(programs=(made.programs,), planning_s=made.planning_s, note=made.note, gate=made.gate)


def _greenband(task: Task) -> Proposal:
    return _made(planned(task.study(), task.folder / "run", task.tell))


def _greenband_actuated(task: Task) -> Proposal:
    return _made(planned(task.study(), task.folder / "run", task.tell, actuated=True))


RUNNING, GREENBAND, GREENBAND_ACTUATED = "running", "greenband", "greenband-actuated"
PEERS = (
    Peer(id=RUNNING, title="running program", sees="–", propose=_running),
    Peer(id="cycles", title="tlsCycleAdaptation.py", sees="true routes", propose=_cycles),
    Peer(id="coordinated", title="unified + tlsCoordinator.py", sees="true routes", propose=_coordinated),
    Peer(id="bandwidth", title="running splits, MULTIBAND", sees="loop counts of other days", propose=_bandwidth),
    Peer(id="offsets", title="running splits, new offsets", sees="loop counts of other days", propose=_offsets),
    Peer(id="actuated", title="SUMO actuated", sees="loops, live", propose=_actuated),
    Peer(id="maxpressure", title="max pressure, every 5 s", sees="every vehicle, live", propose=_max_pressure),
    Peer(id=GREENBAND, title="Greenband", sees="loop counts of other days", propose=_greenband),
    Peer(
        id=GREENBAND_ACTUATED,
        title="Greenband actuated",
        sees="loop counts of other days; zones before the stop lines, live",
        propose=_greenband_actuated,
    ),
)
