"""`greenband benchmark offsets|junctions|bandwidth FILE…`: instances from files, solved and proven."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

Files = Annotated[list[Path], typer.Argument(help="Instances, as JSON.")]
# Elimination may take this much here: graphs of width 5 at 90 s, a minute or two.
MOST_SUMS = 300_000_000_000

AsJson = Annotated[bool, typer.Option("--json", help="Print the results as JSON.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What came of one instance. `bound` bounds `value` from the side that no plan can pass."""

    file: str
    cycle_s: float
    value: float | None
    bound: float | None
    status: str
    seconds: float
    plan: Any


def offsets(files: Files, as_json: AsJson = False) -> None:
    """Offsets of least delay over pairwise tables: value and bound [veh s / s].

    Keys of a file's `inputs`: C [s], nodes, edges with i, j and table (cost of offset j - offset i, modulo C).
    """
    from greenband.engine.optimise.offsets.offsets import best_offsets

    from .instances import networks, read

    def solve(path: Path) -> Iterator[Solved]:
        for network in read(path, networks):
            began_s = perf_counter()
            found = best_offsets(network.junctions, network.tables, network.cycle_s, most_sums=MOST_SUMS)
            yield _solved(path, network.cycle_s, began_s, found.cost, found.bound, found.status, found.starts_s)

    _run(files, solve, as_json)


def junctions(files: Files, as_json: AsJson = False) -> None:
    """Greens of one junction in any order, of least delay: value and bound [veh s / s].

    Keys of a file's `inputs`: cycles [s], groups, flow and sat [veh/h], min_green [s], conflicts with a, b,
    intergreen_ab and intergreen_ba [s]; optionally sides, the groups on either side of a dual ring's barrier.
    """
    from greenband.benchmarks.exact.sequences import best_greens

    from .instances import crossings, read

    def solve(path: Path) -> Iterator[Solved]:
        for one in read(path, crossings):
            began_s = perf_counter()
            found = best_greens(one.groups, one.intergreen_s, one.cycle_s, sides=one.sides, deterministic_s=60.0)
            if found is None:
                yield _solved(path, one.cycle_s, began_s, None, None, "INFEASIBLE", None)
            else:
                plan = {"start_s": found.start_s, "green_s": found.green_s}
                yield _solved(path, one.cycle_s, began_s, found.cost, found.bound, found.status, plan)

    _run(files, solve, as_json)


def bandwidth(files: Files, as_json: AsJson = False) -> None:
    """Widest green waves both ways along a street: outbound band, and its bound, as shares of the cycle.

    Keys of a file's `inputs`, or of its `cases`: distances_ft, red_fraction, C [s] (one, or shortest and longest),
    v_mph (slowest and fastest) or v_ftps, k (inbound band over outbound band).
    """
    from greenband.benchmarks.exact.bandwidth import widest_bands

    from .instances import plan_of, read, streets

    def solve(path: Path) -> Iterator[Solved]:
        for street in read(path, streets):
            began_s = perf_counter()
            found = widest_bands(street.junctions, street.links, street.cycles_s, ratio=street.ratio)
            if found is None:
                yield _solved(path, street.cycles_s[0], began_s, None, None, "INFEASIBLE", None)
            else:
                bound = found.band[0] * found.bound / found.value if found.value else found.bound
                plan = plan_of(found)
                yield _solved(path, found.cycle_s, began_s, found.band[0], bound, found.status, plan)

    _run(files, solve, as_json)


def _solved(
    path: Path, cycle_s: float, began_s: float, value: float | None, bound: float | None, status: str, plan: Any
) -> Solved:
    seconds = perf_counter() - began_s
    return Solved(file=str(path), cycle_s=cycle_s, value=value, bound=bound, status=status, seconds=seconds, plan=plan)


def _run(files: list[Path], solve: Callable[[Path], Iterator[Solved]], as_json: bool) -> None:
    from dataclasses import asdict

    found = [one for path in files for one in solve(path)]
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("file", "cycle [s]", "value", "bound", "status", "seconds")
    for one in found:
        value, bound = (("–" if part is None else f"{part:.4f}") for part in (one.value, one.bound))
        table.add_row(Path(one.file).name, f"{one.cycle_s:g}", value, bound, one.status, f"{one.seconds:.2f}")
    Console().print(table)
