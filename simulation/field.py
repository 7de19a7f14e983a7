"""The field study: days in a simulated street, of which only the loop counts are kept."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from lxml import etree

from ..networks.errors import InputError
from ..networks.folders import folder_atomically
from ..networks.progress import Hear, unheard
from ..networks.sumo.net import read_network
from ..networks.sumo.roots import read_additional
from .days import Day, count_day, draw_days
from .fan_out import fan_out
from .faults import FaultyCounts
from .loops import place_loops
from .safe_inputs import refuse_includes
from .scenario import Scenario

COUNTS, DETECTORS, STUDY = "counts.parquet", "detectors.csv", "study.toml"
SHORT_WINDOW_S = 3 * 3600
SHORT_INTERVAL_S, LONG_INTERVAL_S = 300, 900
SHORTEST_INTERVALS_S = (SHORT_INTERVAL_S, 60)  # where the period holds no whole one of the usual length
DEMAND_TAGS = ("vehicle", "trip", "flow", "route", "routeDistribution", "person", "personFlow")
TYPE_TAGS = ("vType", "vTypeDistribution", "param")
LONGEST_NAME = 60


def run_field(
    scenario: Scenario,
    *,
    out: Path,
    days: int = 15,
    seed: int = 1,
    first_day: date = date(2026, 3, 2),
    executor: Executor | None = None,
    on_day: Callable[[date], None] | None = None,
    hear: Hear = unheard,
) -> None:
    """Simulate some days of a scenario and write a study folder that has their loop counts, and no routes.

    Parameters
    ----------
    scenario : Scenario
        Its routes are the traffic of an ordinary day; the whole intervals of its period are counted, see
        `counted_part`.
    out : Path
        The study folder; its files appear when all is done. `truth/faults.csv` tells which counts are false.
    days, seed, first_day
        How many days are counted, from when on, and the seed of all chance. The day to be planned is the next one.
    executor : Executor, optional
        Where the days are simulated; see `run_many`.
    on_day : callable(date), optional
        Called for each day that is done, in order of ending.
    hear : callable(str), optional
        Called with what of the network was made into something else, or left out.

    Raises
    ------
    InputError
        A file is missing or SUMO does not accept it, an additional file brings traffic, or the numbers make no sense.
    RuntimeError
        SUMO crashed.
    """
    scenario = _told_apart(scenario)
    _check(scenario, days)
    scenario, interval_s = counted_part(scenario)
    network = read_network(scenario.network, scenario.additional)
    for sentence in network.reading:
        hear(sentence)
    detectors = place_loops(network)
    drawn = draw_days(scenario, detectors, interval_s=interval_s, days=days, seed=seed, first_day=first_day)
    counted = fan_out(count_day, drawn, executor, lambda place, _: on_day(drawn[place].day) if on_day else None)
    with folder_atomically(out) as folder:
        _write_counts(folder / COUNTS, drawn, counted)
        _write_csv(
            folder / DETECTORS,
            ("detector", "lane", "position_m", "kind"),
            [(loop.id, loop.lane, loop.position_m, loop.kind) for loop in detectors],
        )
        _write_csv(folder / "truth" / "faults.csv", FAULT_COLUMNS, [row for day in drawn for row in _fault_rows(day)])
        names = _copy_inputs(folder, scenario)
        (folder / STUDY).write_text(_study_toml(scenario, names, days, seed, first_day), encoding="utf-8")


def counted_part(scenario: Scenario) -> tuple[Scenario, int]:
    """Return the scenario of the whole intervals that lie in the period, and their length. [s]

    Counts come in intervals of the day: those of five minutes begin at 7:00, 7:05. What the period has before the first
    whole one is driven and not counted. A period without a whole interval of the usual length has shorter ones.
    Raises InputError for a period without a whole minute.
    """
    long = scenario.end_s - scenario.begin_s > SHORT_WINDOW_S
    for interval_s in (LONG_INTERVAL_S,) if long else SHORTEST_INTERVALS_S:
        begin_s, end_s = -(-scenario.begin_s // interval_s) * interval_s, scenario.end_s // interval_s * interval_s
        if begin_s < end_s:
            start_s = max(scenario.begin_s - scenario.warm_up_s, 0) // interval_s * interval_s
            return replace(scenario, begin_s=begin_s, end_s=end_s, warm_up_s=begin_s - start_s), interval_s
    raise InputError(
        where="field study",
        found=f"a period from {scenario.begin_s} s to {scenario.end_s} s after midnight",
        rule=f"loops count in intervals of the day of {interval_s} s or more, and the period holds none",
        fix="correct --begin or --end",
    )


def _told_apart(scenario: Scenario) -> Scenario:
    """Return the scenario with the additional files that hold traffic, and its types, among its routes instead.

    SUMO takes traffic in either place; the study folder must not tell it.
    """
    scenario.require_files()
    traffic = tuple(path for path in scenario.additional if _is_traffic(path))
    others = tuple(path for path in scenario.additional if path not in traffic)
    return replace(scenario, routes=(*traffic, *scenario.routes), additional=others)


def _is_traffic(path: Path) -> bool:
    root = read_additional(path)
    only = all(child.tag in (*DEMAND_TAGS, *TYPE_TAGS) for child in root.iterchildren(etree.Element))
    return only and next(root.iter(*DEMAND_TAGS), None) is not None


def _check(scenario: Scenario, days: int) -> None:
    scenario.require_files()
    refuse_includes((scenario.network, *scenario.routes, *scenario.additional))
    if days < 1 or scenario.end_s > 86400:
        raise InputError(
            where="field study",
            found=f"{days} days from {scenario.begin_s} s to {scenario.end_s} s after midnight",
            rule="there is at least one day, and the period lies within it",
            fix="correct --days, --begin or --end",
        )
    for path in scenario.additional:
        root = read_additional(path)
        traffic = next(root.iter(*DEMAND_TAGS), None)
        if traffic is not None:  # with other things beside it: see `_told_apart`
            raise InputError(
                where=f"{path}, line {traffic.sourceline}",
                found=f"<{traffic.tag}>",
                rule="additional files go into the study folder, which must not tell the routes",
                fix="give the file as one of the route files",
            )


def _write_counts(path: Path, days: Sequence[Day], counted: Sequence[FaultyCounts]) -> None:
    import polars as pl  # heavy; the command line must start without it

    frames = []
    for day, faulty in zip(days, counted, strict=True):
        loops = faulty.loops
        midnight = datetime.combine(day.day, time())
        starts = [midnight + timedelta(seconds=loops.begin_s + row * loops.interval_s) for row in range(day.intervals)]
        size = len(day.detectors)
        frame = pl.DataFrame(
            {
                "detector": [loop.id for loop in day.detectors] * day.intervals,
                "start": [start for start in starts for _ in range(size)],
                "interval_s": pl.Series([loops.interval_s] * (size * day.intervals), dtype=pl.Int32),
                "count": pl.Series(loops.counts.ravel(), dtype=pl.Int32),
                "occupancy": pl.Series(loops.occupancy.ravel(), dtype=pl.Float32),
            }
        )
        frames.append(frame.filter(pl.Series(faulty.reported.ravel())))
    pl.concat(frames).write_parquet(path, compression="zstd")


FAULT_COLUMNS = ("detector", "start", "end", "kind", "factor")


def _fault_rows(day: Day) -> list[tuple[str, str, str, str, float]]:
    midnight = datetime.combine(day.day, time(), None)

    def moment(interval: int) -> str:
        return (midnight + timedelta(seconds=day.scenario.begin_s + interval * day.interval_s)).isoformat()

    return [
        (day.detectors[fault.detector].id, moment(fault.first), moment(fault.last), fault.kind, fault.factor)
        for fault in day.faults
    ]


def _write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")


def _copy_inputs(folder: Path, scenario: Scenario) -> list[str]:
    """Copy the network and the additional files, and return their names in the folder, the network's first."""
    names: list[str] = []
    for place, path in enumerate((scenario.network, *scenario.additional)):
        name = path.name if path.name not in (*names, COUNTS, DETECTORS, STUDY, "truth") else f"{place}-{path.name}"
        shutil.copyfile(path, folder / name)
        names.append(name)
    return names


def _study_toml(scenario: Scenario, names: Sequence[str], days: int, seed: int, first_day: date) -> str:
    # TOML's basic strings escape as JSON's do.
    quoted = [json.dumps(name, ensure_ascii=False) for name in names]
    name = scenario.network.name.removesuffix(".gz").removesuffix(".xml").removesuffix(".net")
    planned = first_day + timedelta(days=days)
    return f"""schema = 1
name = {json.dumps(name[:LONGEST_NAME] or "study", ensure_ascii=False)}
network = {quoted[0]}
additional = [{", ".join(quoted[1:])}]
counts = "{COUNTS}"
detectors = "{DETECTORS}"
day = "{planned.isoformat()}"  # the day to be planned

[[periods]]
name = "period"
begin = "{_clock(scenario.begin_s)}"
end = "{_clock(scenario.end_s)}"

[field]  # how the counts were made
days = {days}
seed = {seed}
first_day = "{first_day.isoformat()}"
"""


def _clock(seconds: int) -> str:
    text = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    return text if seconds % 60 == 0 else f"{text}:{seconds % 60:02d}"
