"""Why the plan is as it is: what binds each split, what it costs, and what is proven."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from ....networks.network import Network
from ...chain.explain import Explained
from ...optimise.why.why import CycleChange, JunctionWhy
from ...optimise.why.why_network import OffsetsWhy
from ..data import Missing
from ..places import junction_numbers
from ..words import say, seconds, signed, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One stage: its vehicle groups, its length, the fullest lane that it serves, and what holds it."""

    groups: str
    length_s: float
    saturation: float
    binds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyRow:
    """One junction; delays are per vehicle [s], nan where there is none."""

    number: int
    id: str
    stages: tuple[StageRow, ...]
    delay_s: float
    best_delay_s: float
    gap: float
    proven: bool
    sequences: int
    best_sequence_delay_s: float
    pedestrians_s: float
    shorter: str
    longer: str
    model_s: float
    simulated_s: float
    least_saturation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """The section: sentences on what no plan can serve, a row for each junction, and what holds of all together."""

    overloaded: tuple[str, ...]
    rows: tuple[WhyRow, ...]
    offsets: OffsetsWhy | None
    cycle_s: float
    cycles: str


def why_view(explained: Explained | Missing, network: Network) -> WhyView | Missing:
    """Return the reasons, junction by junction in the network's order."""
    if isinstance(explained, Missing):
        return Missing(why=say(explained.why))
    numbers, whole = junction_numbers(network), explained.network
    return WhyView(
        overloaded=tuple(map(translated, explained.overloaded)),
        rows=tuple(_row(why, explained, numbers[why.junction]) for why in explained.junctions),
        offsets=whole.offsets if whole and whole.offsets.links else None,
        cycle_s=whole.cycle_s if whole else nan,
        cycles="; ".join(_change(change) for change in whole.cycles) if whole else "",
    )


def _row(why: JunctionWhy, explained: Explained, number: int) -> WhyRow:
    delays = explained.delays.get(why.junction)
    by_cycle = {change.cycle_s < why.cycle_s: _change(change) for change in why.cycles}
    return WhyRow(
        number=number,
        id=why.junction,
        stages=tuple(
            StageRow(
                groups=", ".join(stage.groups),
                length_s=stage.length_s,
                saturation=stage.saturation,
                binds=_binds(stage.binds),
            )
            for stage in why.stages
        ),
        delay_s=why.delay_s,
        best_delay_s=_or_nan(why.best_delay_s),
        gap=_or_nan(why.gap),
        proven=why.proven,
        sequences=why.sequences,
        best_sequence_delay_s=_or_nan(why.best_sequence_delay_s),
        pedestrians_s=why.all_pedestrians_s,
        shorter=by_cycle.get(True) or _at_the_limit(why),
        longer=by_cycle.get(False, ""),
        model_s=_or_nan(delays.model_s if delays else None),
        simulated_s=_or_nan(delays.simulated_s if delays else None),
        least_saturation=_or_nan(why.capacity.least_saturation if why.capacity else None),
    )


def _at_the_limit(why: JunctionWhy) -> str:
    """Return what stands where no shorter cycle was tried: the limits leave none."""
    return "" if why.shortest_cycle_s is None else say("none below {n} s", n=why.shortest_cycle_s)


def _or_nan(value: float | None) -> float:
    return nan if value is None else value


def _change(change: CycleChange) -> str:
    return say("{change} s at {cycle} s", change=signed(change.change_s), cycle=seconds(change.cycle_s))


def _binds(kind: str) -> str:
    names = {
        "pedestrians": say("walk and clearance of pedestrians"),
        "minimum green": say("minimum green"),
        "intergreen": say("intergreen"),
        "saturation": say("a lane is nearly full"),
        "coordination": say("the neighbours: another length would suit this junction alone"),
        "balance": say("balance of delays"),
    }
    return names[kind]
