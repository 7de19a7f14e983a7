"""A plan for SUMO: static programs, NEMA controllers, or the plans of a day with the times at which they switch."""

from __future__ import annotations

from ....networks.errors import InputError
from ....networks.network import Network
from ....networks.plan import Plan
from ...check.findings import CheckedPlan
from ..exporter import Export, ExportOptions, plans_of_day, plans_of_junctions
from .day import day_of_programs
from .nema import export_plan as export_nema
from .sumo import static_programs


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return the plan as an additional file. SUMO holds all of a plan: nothing is lost.

    `variant` is static (the default) or nema. With times of day, static programs and a WAUT that switches them.
    """
    if options.variant == "nema":
        if options.start_s is not None or options.later:
            raise InputError(
                where="--from and --later",
                found="the variant nema",
                rule="only static programs are switched at times of day",
                fix="leave the times out, or take the variant static",
            )
        return export_nema(checked, network, options)
    day = plans_of_day(checked, options)
    if day:
        return Export(content=day_of_programs(day, network, options), losses=())
    plan = Plan(name=checked.plan.name, junctions=plans_of_junctions(checked.plan, options))
    return Export(content=static_programs(plan, network, options.program_id, options.mark), losses=())
