"""One simulation of a scenario with one seed, and what came of it."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from lxml import etree

from ..networks.errors import InputError
from ..networks.files import read_xml
from ..networks.network import Network
from ..networks.sumo.net import read_network
from .additional import additional_files
from .binaries import find_binary
from .controlled import Controller
from .measure.gridlock import is_gridlocked
from .measure.movements import MovementDelays, movement_delays
from .measure.persons import walking_losses_s
from .measure.spillback import spillback_s
from .measure.trips import Floats, Trips, in_period, read_journeys, read_trips
from .process import execute
from .safe_inputs import names_of_copies, safe_scenario
from .scenario import Scenario

TRIPS, ROUTES, STATISTICS = "trips.xml", "routes.xml", "statistics.xml"
OPTIONS = (
    "--time-to-teleport=-1",  # a gridlock must hurt, not vanish
    "--collision.action=warn",
    "--no-step-log",
    "--aggregate-warnings=5",
    "--xml-validation=never",
    "--xml-validation.net=never",
    "--xml-validation.routes=never",
)
MEASURES = (
    f"--tripinfo-output={TRIPS}",
    "--tripinfo-output.write-unfinished",
    "--tripinfo-output.write-undeparted",
    f"--vehroute-output={ROUTES}",
    "--vehroute-output.exit-times",
    "--vehroute-output.last-route",
    "--vehroute-output.write-unfinished",
    f"--statistic-output={STATISTICS}",
)
EMISSIONS = "--device.emissions.probability=1"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """What came of one simulation.

    Delay is, for all trips that wanted to leave in [begin, end): time loss plus departure delay. Unfinished trips
    count with what they lost so far, those never inserted with the time from their planned departure to the end. Trips
    planned to depart before `begin_s` (in the warm-up) are on the streets but not counted. SUMO's time loss is against
    the vehicle's own desired speed. This is the protocol of RESCO: J. Ault and G. Sharon, Reinforcement Learning
    Benchmarks for Traffic Signal Control, NeurIPS Datasets and Benchmarks, 2021.

    `emergency_brakings` are vehicles that braked harder than they wanted to, `emergency_stops` those that came to a
    stand beyond their braking power at a stop line: for most, the signal turned too suddenly. `full_streets_s` is how
    long each street was full (see `spillback`), `walks_lost_s` what each person who walked lost, None without people.
    """

    seed: int
    trips: Trips
    movements: MovementDelays
    teleports: int
    collisions: int
    emergency_brakings: int
    gridlocked: bool
    wall_s: float
    emergency_stops: int = 0
    full_streets_s: dict[str, float] = field(default_factory=dict)
    walks_lost_s: Floats | None = None

    @property
    def mean_delay_s(self) -> float:
        """Delay per trip."""
        return float(self.trips.delay_s.mean())

    @property
    def stops_per_vehicle(self) -> float:
        """How often a trip came to a halt; trips never inserted count with 0."""
        return float(self.trips.stops.mean())

    @property
    def unserved(self) -> int:
        """Trips that were never inserted."""
        return int((~self.trips.departed).sum())

    @property
    def unfinished(self) -> int:
        """Trips that were inserted and still under way at the end."""
        return int((self.trips.departed & ~self.trips.arrived).sum())

    @property
    def spillback_s(self) -> float:
        """Seconds for which streets were full, summed over the streets."""
        return sum(self.full_streets_s.values())

    @property
    def co2_g(self) -> float | None:
        """What a trip emitted until its arrival or the end, mean over the trips; None where it was not measured."""
        return None if self.trips.co2_g is None else float(self.trips.co2_g.mean())

    @property
    def fuel_g(self) -> float | None:
        """What a trip burnt; as `co2_g`."""
        return None if self.trips.fuel_g is None else float(self.trips.fuel_g.mean())

    @property
    def walk_lost_s(self) -> float | None:
        """What a person who walked lost, nearly all of it at crossings; None where nobody walked."""
        return None if self.walks_lost_s is None or not self.walks_lost_s.size else float(self.walks_lost_s.mean())


def run(scenario: Scenario, *, seed: int, programs: Path | None = None, controller: Controller | None = None) -> Run:
    """Simulate a scenario once.

    Parameters
    ----------
    scenario : Scenario
        Network, traffic and period.
    seed : int
        SUMO's seed.
    programs : Path, optional
        An additional file with signal programs that replace the running ones.
    controller : Controller, optional
        A Python function that switches the signals in place of their programs; see `controlled`.

    Raises
    ------
    InputError
        A file is missing, or SUMO does not accept one of them.
    RuntimeError
        SUMO or the controller crashed.
    """
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        folder = Path(name)
        simulate(scenario, folder, seed=seed, programs=programs, controller=controller)
        result = read_run(scenario, folder, seed)
    return replace(result, wall_s=time.monotonic() - began_s)


def simulate(
    scenario: Scenario,
    folder: Path,
    *,
    seed: int,
    programs: Path | None = None,
    controller: Controller | None = None,
    loops: Path | None = None,
    trips_too: bool = False,
) -> None:
    """Run SUMO once and leave its outputs in a folder: those of `loops` if they are given, else all that `run` reads.

    With `trips_too` both. Raises as `run` does.
    """
    scenario.require_files()
    safe = safe_scenario(scenario, folder)
    additional = additional_files(safe, folder, programs, loops)
    command = [
        *(controller.command if controller else [str(find_binary("sumo"))]),
        f"--net-file={safe.network.absolute()}",
        f"--route-files={','.join(str(path.absolute()) for path in safe.routes)}",
        *([f"--additional-files={','.join(str(path.absolute()) for path in additional)}"] if additional else []),
        *settings(scenario, seed),
        *([] if loops and not trips_too else MEASURES),
        *([EMISSIONS] if scenario.emissions else []),
    ]
    given = [scenario.network, *scenario.routes, *scenario.additional, *([programs] if programs else [])]
    execute(command, folder, inputs=", ".join(map(str, given)), copies=names_of_copies(scenario, safe))


def settings(scenario: Scenario, seed: int) -> list[str]:
    """Return the options that SUMO gets besides its files: with their bytes and its version, all that decides a run."""
    return [
        f"--begin={max(scenario.begin_s - scenario.warm_up_s, 0)}",
        f"--end={scenario.end_s}",
        f"--step-length={scenario.step_s}",
        f"--scale={scenario.scale}",
        f"--seed={seed}",
        *OPTIONS,
    ]


def read_run(scenario: Scenario, folder: Path, seed: int) -> Run:
    """Return what came of a simulation that `simulate` left in a folder; its `wall_s` is 0.

    Raises InputError if no trip wanted to leave in the period.
    """
    trips, inserted = read_trips(folder / TRIPS, scenario.begin_s, scenario.end_s)
    if not trips.planned_s.size:
        raise InputError(
            where=", ".join(map(str, scenario.routes)),
            found=f"no trip that wants to leave from {scenario.begin_s} s to {scenario.end_s} s after midnight",
            rule="plans are compared on traffic",
            fix="choose the period in which the vehicles leave",
        )
    journeys = read_journeys(folder / ROUTES, inserted)
    network = _network(scenario.network)
    walks_lost_s = walking_losses_s(folder / TRIPS, scenario.begin_s, scenario.end_s)
    counted = [j for j in journeys if in_period(j.planned_s, scenario.begin_s, scenario.end_s)]
    counts = read_xml(folder / STATISTICS, what="SUMO's statistics", root="statistics")
    return Run(
        seed=seed,
        trips=trips,
        movements=movement_delays(counted, network, entry_s=float(trips.depart_delay_s[~trips.departed].sum())),
        teleports=_count(counts, "teleports/@total"),
        collisions=_count(counts, "safety/@collisions"),
        emergency_brakings=_count(counts, "safety/@emergencyBraking"),
        gridlocked=is_gridlocked(journeys, scenario.end_s, network),
        wall_s=0.0,
        emergency_stops=_count(counts, "safety/@emergencyStops"),
        full_streets_s=spillback_s(journeys, network, scenario.begin_s, scenario.end_s),
        walks_lost_s=walks_lost_s if walks_lost_s.size else None,
    )


def _count(statistics: etree._Element, path: str) -> int:
    return int(float(str(statistics.xpath(f"number({path})"))))


def _network(path: Path) -> Network:
    return _read_once(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read_once(path: Path, changed_ns: int) -> Network:
    return read_network(path)
