"""From a plan to the lamp arrays of the queue model."""

from __future__ import annotations

import numpy as np

from ...kernels.queue import PERMITTED, PROTECTED
from ...kernels.queue_tables import GROUP, SIGNAL, WINDOW, LampTables
from ...networks import lamps
from ...networks.plan import Plan
from .streets import TICKS_PER_S, Streets

KINDS = {
    lamps.PROTECTED: PROTECTED,
    lamps.PERMITTED: PERMITTED,
    lamps.STOP_THEN_GO: PERMITTED,
    lamps.DARK_YIELD: PERMITTED,
    lamps.DARK: PERMITTED,
}


def switch(streets: Streets, plan: Plan, begin_s: float) -> LampTables:
    """Return the windows of green of every signal group of the streets, in ticks from the beginning."""
    signals = {junction.id: place for place, junction in enumerate(streets.network.junctions)}
    of_signal = [plan.by_junction.get(junction.id, junction.running) for junction in streets.network.junctions]
    at, starts, lengths, kinds = [0], [], [], []
    for junction, group in streets.groups:
        for window in of_signal[signals[junction]].by_group[group].windows:
            if window.display in KINDS:
                starts.append(round(window.start_s * TICKS_PER_S))
                lengths.append(round(window.length_s * TICKS_PER_S))
                kinds.append(KINDS[window.display])
        at.append(len(starts))
    cycles = np.array([round(p.cycle_s * TICKS_PER_S) for p in of_signal], dtype=np.int32)
    offsets = np.array([round((p.offset_s - begin_s) * TICKS_PER_S) for p in of_signal])
    tables = LampTables(
        signals=np.zeros(len(of_signal), SIGNAL),
        groups=np.zeros(len(streets.groups), GROUP),
        windows=np.zeros(len(starts), WINDOW),
    )
    tables.signals["cycle"], tables.signals["shift"] = cycles, offsets % cycles
    tables.groups["signal"] = [signals[junction] for junction, _ in streets.groups]
    tables.groups["at"], tables.groups["end"] = at[:-1], at[1:]
    tables.windows["start"], tables.windows["length"], tables.windows["kind"] = starts, lengths, kinds
    return tables
