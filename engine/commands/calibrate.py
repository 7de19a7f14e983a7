"""`greenband calibrate`: how drivers behave, measured in SUMO or given by the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .shared import AsJson, Quiet, StudyFolder, bars, print_json, say

if TYPE_CHECKING:
    from ..studies.calibration import Calibration, FieldDrivers

SaturationFlow = Annotated[
    float | None,
    typer.Option(help="The field's, of a straight lane at 50 km/h. [veh/h of green]", show_default=False),
]
StartUpLoss = Annotated[float | None, typer.Option(help="The field's, at the start of green. [s]", show_default=False)]
Source = Annotated[str, typer.Option(help="Where the field's values come from, for the report.")]
Hcm = Annotated[
    bool, typer.Option("--hcm", help="Take the base values of the Highway Capacity Manual for the field's.")
]
Replace = Annotated[bool, typer.Option("--replace", help="Overwrite other values that are there.")]


def calibrate(
    study: StudyFolder,
    saturation_flow: SaturationFlow = None,
    start_up_loss: StartUpLoss = None,
    source: Source = "given on the command line",
    hcm: Hcm = False,
    replace: Replace = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure how SUMO's drivers leave queues and use gaps, record field values, and keep both in the study.

    From then on the queue model and every simulation of the study use them.
    """
    from ..calibrate.calibrate_study import calibrate as measure

    field = _field(saturation_flow, start_up_loss, source, hcm)
    with bars(hidden=quiet or as_json) as tell:
        found = measure(study, field=field, replace_old=replace, tell=tell)
    if as_json:
        print_json(found.model_dump(mode="json", by_alias=True))
    elif not quiet:
        _print(found)


def _field(saturation_flow: float | None, start_up_loss: float | None, source: str, hcm: bool) -> FieldDrivers | None:
    from pydantic import ValidationError

    from ...networks.errors import InputError
    from ..studies.calibration import HCM, FieldDrivers

    if saturation_flow is None and start_up_loss is None:
        return HCM if hcm else None
    if hcm or saturation_flow is None or start_up_loss is None:
        raise InputError(
            where="greenband calibrate",
            found="--hcm beside other values" if hcm else "one of the field's two values",
            rule="the field's drivers have a saturation flow and a start-up loss",
            fix="give --saturation-flow and --start-up-loss, or --hcm",
        )
    try:
        return FieldDrivers(saturation_flow_veh_h=saturation_flow, start_up_loss_s=start_up_loss, source=source)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            where=f"greenband calibrate, {first['loc'][0]}",
            found=f"{first['input']!r}",
            rule=first["msg"],
            fix="give vehicles per hour of green, and seconds",
        ) from error


def _print(found: Calibration) -> None:
    from rich.console import Console
    from rich.table import Table

    if found.sumo is None:
        return
    table = Table("lane", "limit, km/h", "headway, s", "veh/h", "start-up loss, s", "km/h")
    for lane in found.sumo.lanes:
        table.add_row(
            lane.turn,
            f"{3.6 * lane.limit_m_s:.0f} ({3.6 * lane.turn_limit_m_s:.0f})",
            f"{lane.headway_s:.2f} ± {lane.headway_error_s:.2f}",
            f"{3600 / lane.headway_s:.0f}",
            f"{lane.start_up_loss_s:.2f} ± {lane.start_up_loss_error_s:.2f}",
            f"{3.6 * lane.speed_m_s:.0f}",
        )
    Console(highlight=False).print(table)
    say("± standard errors; in brackets the limit of the way through the junction; km/h at the stop line.")
    gap, follow_up = (
        f"{found.sumo.critical_gap_s:.1f} ± {found.sumo.critical_gap_error_s:.1f} s",
        f"{found.sumo.follow_up_s:.1f} ± {found.sumo.follow_up_error_s:.1f} s",
    )
    say(f"A permitted left turn takes gaps from {gap} on, and follows {follow_up} behind another.")
    for sentence in found.sentences:
        say(sentence)
