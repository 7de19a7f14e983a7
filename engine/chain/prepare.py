"""The first half of the chain: from a study folder to the demand of a period."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from ...networks.demand import Demand
from ...networks.detector import Detector
from ...networks.errors import InputError
from ...networks.main_through import with_main_through
from ...networks.network import Network
from ...networks.progress import Tell, silent
from ...networks.sentence import Sentence
from ..check.own.limits import OwnLimits
from ..counts.detectors import read_detectors
from ..counts.files.wishes import Wishes
from ..counts.formats.counts_format import How, format_named
from ..counts.read import read_counts
from ..counts.relations import by_network
from ..counts.table import JudgedCounts
from ..counts.values.edges import zone_and_edge
from ..counts.verdict import judge, require_coverage
from ..forecast.calendar import IsHoliday, holidays_of
from ..forecast.day import DetectorForecast, forecast_day
from ..movements.estimate import KnownFlows, Residuals, known_flows, movements_of
from ..movements.inferred import InferredFlow, inferred_flows
from ..movements.turning_files.turning_counts import TurningCounted, turning_counted
from ..present.judgement import Present
from ..rules.left_turns import TurnAcross, peak_hour_veh_h, turns_across, with_shelters
from ..rules.pack import Pack
from ..studies.check_plan import own_view
from ..studies.closures import closed_days
from ..studies.file import Period, Study, without_warm_up
from ..studies.network import network_of, pack_of
from .as_checked import with_own_shelters
from .closed_today import edges_without_detector, without_closed
from .told_counts import counts_told
from .told_streets import streets_told

NO_TURNING_COUNTS = TurningCounted()
STEPS = 5  # of `prepare`


@dataclass(frozen=True, kw_only=True)
class Data:
    """The detectors of a study and the verdict on their counts."""

    detectors: tuple[Detector, ...]
    judged: JudgedCounts


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """All that is known about a period before a plan is sought, each file read once.

    `own` is the safety check's own view of the junctions; `known` is what days that may come are drawn from. `present`
    is today in simulation (see `reproduce`), None before that was made; with it, the demand is as calibrated there.
    `left_turns` are the turns across those who come the other way, with what the rules make of them in this period; the
    network's junctions keep the protected time of those that may not yield.
    """

    study: Study
    period: Period
    pack: Pack
    network: Network
    own: tuple[OwnLimits, ...]
    data: Data
    coverage: float
    forecast: DetectorForecast
    known: KnownFlows
    demand: Demand
    residuals: Residuals
    present: Present | None = None
    left_turns: tuple[TurnAcross, ...] = ()
    inferred: tuple[InferredFlow, ...] = ()  # at places that nobody counted in the period
    told: tuple[Sentence, ...] = ()  # what the counts do not say, or say of another time
    turning: TurningCounted = NO_TURNING_COUNTS


def judged_counts(study: Study, network: Network) -> Data:
    """Return the verdict on a study's counts. Raises InputError where it has none or they cannot be read."""
    if study.counts is None:
        raise InputError(
            where=str(study.folder / "study.toml"),
            found="no counts",
            rule="a forecast is made from counts",
            fix='add counts = "counts.parquet" and the file',
        )
    detectors = read_detectors(study.detectors, network)
    counts = read_counts(study.counts, detectors, how_counts_are_read(study))
    where = f"{study.folder / 'study.toml'}"
    closed = closed_days(study.file.closures, counts.detectors, network, counts.days, where)
    return Data(detectors=detectors, judged=judge(counts, by_network(detectors, network), closed=closed))


def how_counts_are_read(study: Study) -> How:
    """Return what the study says of its counts."""
    file = study.file
    zone, edge = zone_and_edge(file.counts_stamps)
    return How(
        format=format_named(file.counts_format),
        tz=file.tz,
        stamps=zone,
        edge=edge,
        dates=file.counts_dates,
        day=file.counts_day,
        interval_s=file.counts_interval_s,
        mapping=study.folder / file.counts_mapping if file.counts_mapping else None,
        wishes=Wishes(encoding=file.counts_encoding, sheet=file.counts_sheet, missing=frozenset(file.counts_missing)),
    )


def study_holidays(study: Study) -> IsHoliday:
    """Return what tells a study's public holidays. Raises InputError for a region that nobody knows."""
    return holidays_of(study.file.holidays, f"{study.folder / 'study.toml'}, holidays")


def prepare(study: Study, period: Period, tell: Tell = silent) -> Prepared:
    """Return the demand of a period of a study: counts, verdict, forecast, movements. Raises InputError."""
    steps = count()

    def on() -> None:
        tell("counts, forecast, movements", next(steps), STEPS)

    on()
    pack = pack_of(study)
    network, is_holiday = network_of(study, pack), study_holidays(study)
    on()
    data = judged_counts(study, network)
    coverage = require_coverage(data.judged, period.begin, period.end, study.file.gate.min_coverage)
    on()
    forecast = forecast_day(data.judged, study.file.day, period.begin, period.end, is_holiday)
    forecast = without_closed(forecast, study.file.closures, network)
    on()
    turning = turning_counted(study, network, data.judged, forecast)
    known = known_flows(network, data.detectors, forecast, turning.approaches)
    on()
    demand, residuals = movements_of(known, forecast)
    inferred = inferred_flows(known, data.detectors, data.judged, forecast)
    uncounted = edges_without_detector(study.file.closures, forecast.detectors, network, study.file.day)
    network = with_main_through(network, demand.flow_veh_h)
    on()
    peak_veh_h = peak_hour_veh_h(demand)
    left_turns = turns_across(network, pack, peak_veh_h)
    network = with_shelters(network, left_turns)
    own = own_view(study, network, pack, peak_veh_h)
    return Prepared(
        study=study if known.empty is None else without_warm_up(study),
        period=period,
        pack=pack,
        network=with_own_shelters(network, own),
        own=own,
        data=data,
        coverage=coverage,
        forecast=forecast,
        known=known,
        demand=demand,
        residuals=residuals,
        left_turns=left_turns,
        inferred=inferred,
        told=(
            *counts_told(inferred, study.file.closures, data.judged.counts.days, study.file.day, uncounted),
            *streets_told(known),
        ),
        turning=turning,
    )
