"""`greenband present`: does our traffic, under today's plan, look like the street?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from .shared import GATE_FAILED, AsJson, Cluster, PeriodName, Quiet, StudyFolder, bars, print_json

if TYPE_CHECKING:
    from ..present.judgement import Present


def present(
    study: StudyFolder,
    period: PeriodName = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Drive the forecast's traffic under today's plan, and hold what loops count there against what loops counted.

    Vehicle lengths, and traffic that waits outside full entries, are calibrated first. Exit code 3 where the traffic
    does not look like today's: then no plan is called better on it.
    """
    from ...simulation.cluster import cluster_executor
    from ..chain.prepare import prepare
    from ..chain.reproduce import reproduce
    from ..results.evidence_parts import present_part
    from ..studies.file import read_study

    read = read_study(study)
    with bars(hidden=quiet or as_json) as tell, cluster_executor(cluster) as executor:
        found = reproduce(prepare(read, read.period(period), tell), tell=tell, executor=executor).present
    assert found is not None
    if as_json:
        print_json(present_part(found) or {})
    elif not quiet:
        _print(found)
    if not found.reproduced:
        raise typer.Exit(GATE_FAILED)


def _print(found: Present) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    known = found.occupancy_share
    table = Table("street", "loops", "veh/h counted", "ours", "GEH", "occupied", "ours", title="Furthest off")
    for place in found.worst:
        seen = "–" if place.counted_occupancy is None else f"{place.counted_occupancy:.1%}"
        table.add_row(
            escape(place.edge),
            place.kind,
            f"{place.counted_veh_h:.0f}",
            f"{place.simulated_veh_h:.0f}",
            f"{place.geh:.1f}",
            seen,
            f"{place.simulated_occupancy:.1%}",
        )
    console.print(table)
    console.print(f"Counts with a GEH below 5: {found.flow_share:.1%} of {len(found.places)} places")
    console.print(
        "No occupancies: queues cannot be held against the street"
        if known is None
        else f"Approaches occupied as on the street: {known:.1%} of {len(found.occupied)}"
    )
    if told := found.length:
        console.print(f"Vehicles are {told.length_m} ± {told.error_m} m long, by {told.loops} loops")
    for entry in found.entries:
        console.print(f"{escape(entry.edge)}: at least {entry.factor:.2f} times as much wants in as is counted")
    for odd in found.odd:
        console.print(escape(odd))
    for fault in found.faults:
        console.print(escape(fault))
    console.print("This looks like today." if found.reproduced else "This does NOT look like today.")
