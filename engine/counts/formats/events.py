"""Indiana high-resolution event logs to counts, occupancies, arrivals on green and green times, bin by bin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ....kernels import events as kernel
from ....networks.errors import InputError
from . import event_log as log_of
from .counts_format import How, Rows
from .event_log import Clock, Piece
from .opening import Opening
from .roles import Role, read_roles
from .scanned import Scanned

EDGE_MS = 60_000  # a log that starts or ends this near to a bin's edge is taken to cover the bin
KINDS = {
    log_of.DETECTOR_OFF: kernel.OFF,
    log_of.DETECTOR_ON: kernel.ON,
    log_of.BEGIN_GREEN: kernel.GREEN,
    log_of.END_GREEN: kernel.NOT_GREEN,
}
PHASES = 16
INTERVAL_S = 900  # where none is said


@dataclass(slots=True, kw_only=True)
class _Tables:
    """The state of all detectors and phases while a log goes by."""

    names: list[str]
    device: NDArray[np.int64]  # of each detector
    detector_row: dict[tuple[int, int], int]
    devices: dict[str, int]
    detectors: NDArray[np.int64]
    phases: NDArray[np.int64]
    phase_of: NDArray[np.int64]
    found: list[pl.DataFrame] = field(default_factory=list)
    greens: list[pl.DataFrame] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventCounts:
    """What a log tells: the long table of its detectors, the greens of its phases, and bins that could not be told.

    `counts`: detector (DEVICE/CHANNEL), start, interval_s, count, occupancy, on_green (empty without roles), chatter
    (share of vehicles within half a second of the one before), held_s (longest presence so far, if its phase was green
    meanwhile or is not known). `phases`: signal, phase, start, interval_s, greens, green_s, split_s, cycle_s.
    """

    counts: pl.DataFrame
    phases: pl.DataFrame
    blurred_hours: int


def recognises(opening: Opening) -> bool:
    """Return whether there are times, devices, codes and values."""
    return opening.has(*log_of.NAMES.values())


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of an event log in local time, and the greens of its phases."""
    return read_logs([path], how)


def read_logs(paths: Sequence[Path], how: How) -> Rows:
    """Return the counts of an event log that lies in several files: their joints are no gaps."""
    step = how.interval_s or INTERVAL_S
    if step < 1 or 3600 % step:
        raise InputError(
            where="--interval", found=f"{step} s", rule="bins divide the hour evenly", fix="take 300 or 900"
        )
    roles = read_roles(how.roles) if how.roles else ()
    found = read_events(
        paths, interval_s=step, tz=how.tz, stamps=how.stamps, roles=roles, only=how.only, dates=how.dates
    )
    return Rows(table=found.counts.lazy(), local=True, blurred_hours=found.blurred_hours, phases=found.phases)


def read_events(
    paths: Sequence[Path],
    *,
    interval_s: int,
    tz: str | None,
    stamps: str | None,
    roles: Sequence[Role] = (),
    only: frozenset[str] = frozenset(),
    dates: str | None = None,
) -> EventCounts:
    """Return the counts of an event log; bins start whole intervals after the full hour.

    Bins in which a device said nothing, and bins that the log covers in part, are left out. Stamps without a zone are
    of the zone `stamps`, else `tz`; in the night when clocks go back, the two passes of the hour are told by the jump
    in the log; where the log has been sorted and there is no jump, the hour is left out.

    Raises
    ------
    InputError
        No such log, a line that is none, no detector in it, or time that goes back.
    """
    log = log_of.open_logs(paths, dates=dates, tz=tz, stamps=stamps)
    tables = _tables(log, roles, only)
    ordered = log_of.in_order(log)
    blurred = 0
    for device in [None] if ordered else sorted(tables.devices):
        clock = Clock(tz=tz, where=", ".join(map(str, paths)) + (f", device {device}" if device else ""))
        _run(log_of.pieces(log, device, tz, stamps, clock), tables, interval_s, device)
        blurred += _drop_blurred(tables, clock, tz)
    local = tz if tz else None
    return EventCounts(
        counts=_local(pl.concat(tables.found) if tables.found else _detector_frame(tables, 0, interval_s, []), local),
        phases=_local(pl.concat(tables.greens) if tables.greens else _phase_frame(tables, 0, interval_s, []), local),
        blurred_hours=blurred,
    )


def _tables(log: Scanned, roles: Sequence[Role], only: frozenset[str]) -> _Tables:
    found = log_of.inventory(log)
    known = {(role.device, role.channel): role for role in roles}
    devices = {name: k for k, name in enumerate(found["device"].unique().sort())}
    kept = []
    for device, channel in found.iter_rows():
        role = known.get((device, channel), known.get(("", channel)))
        if not only or (role and role.roles & only):
            kept.append((device, channel, role.phase if role else 0))
    if not kept:
        raise InputError(
            where=str(log.path),
            found="no detector event" + (" of the roles " + ", ".join(sorted(only)) if only else ""),
            rule="counts are made from the events 81 (off) and 82 (on) of detectors",
            fix="give the log of the detectors" + (", or their roles" if only else ""),
        )
    detectors = np.zeros((len(kept), kernel.DETECTOR_COLUMNS), dtype=np.int64)
    detectors[:, kernel.ON_SINCE] = kernel.UNKNOWN
    detectors[:, kernel.LAST_ON] = detectors[:, kernel.LOOSE_OFF] = kernel.NEVER
    phases = np.zeros((len(devices) * PHASES, kernel.PHASE_COLUMNS), dtype=np.int64)
    phases[:, kernel.GREEN_SINCE] = kernel.UNKNOWN
    phase_of = [devices[d] * PHASES + p - 1 if 1 <= p <= PHASES else -1 for d, _, p in kept]
    return _Tables(
        names=[f"{device}/{channel}" for device, channel, _ in kept],
        device=np.array([devices[device] for device, _, _ in kept], dtype=np.int64),
        detector_row={(devices[device], channel): k for k, (device, channel, _) in enumerate(kept)},
        devices=devices,
        detectors=detectors,
        phases=phases,
        phase_of=np.array(phase_of, dtype=np.int64),
    )


def _run(some: Iterator[Piece], tables: _Tables, interval_s: int, device: str | None) -> None:
    """Take the pieces of a log into the tables, and write down every bin that passes."""
    step = interval_s * 1000
    bin_ms = begin_ms = last_ms = 0
    spoke: set[int] = set()
    started = False
    for piece in some:
        if not piece.at_ms.size:
            continue
        kind, place, value, whose = _coded(piece, tables)
        if not started:
            started, bin_ms, begin_ms = True, int(piece.at_ms[0]) // step * step, int(piece.at_ms[0])
        edges = np.arange(bin_ms, int(piece.at_ms[-1]) + step, step) + step
        cuts = np.searchsorted(piece.at_ms, edges, side="left")
        first = 0
        for edge, cut in zip(edges.tolist(), cuts.tolist(), strict=True):
            part = slice(first, cut)
            use = place[part] >= 0
            kernel.take_events(
                piece.at_ms[part][use], kind[part][use], place[part][use], value[part][use],
                tables.detectors, tables.phases, tables.phase_of, begin_ms,
            )  # fmt: skip
            spoke |= set(np.unique(whose[part]).tolist())
            if cut == piece.at_ms.size and edge > int(piece.at_ms[-1]):
                break  # the bin may go on in the next piece
            _close(tables, bin_ms, begin_ms, edge, interval_s, spoke)
            first, bin_ms, begin_ms, spoke = cut, edge, edge, set()
        last_ms = int(piece.at_ms[-1])
    if started and bin_ms + step - last_ms <= EDGE_MS:
        _close(tables, bin_ms, begin_ms, bin_ms + step, interval_s, spoke)
    else:
        tables.detectors[:, kernel.COUNT : kernel.DETECTOR_COLUMNS] = 0


def _coded(piece: Piece, tables: _Tables) -> tuple[NDArray[np.int64], ...]:
    """Return kind, row and value of events (row -1: none of ours) and the device of each."""
    whose = piece.device.replace_strict(tables.devices, default=-1, return_dtype=pl.Int64).to_numpy()
    kind = np.full(piece.code.size, kernel.CYCLE, dtype=np.int64)
    place = np.full(piece.code.size, -1, dtype=np.int64)
    for code, meaning in KINDS.items():
        kind[piece.code == code] = meaning
    split = (piece.code >= log_of.SPLIT_CHANGES[0]) & (piece.code <= log_of.SPLIT_CHANGES[-1])
    kind[split] = kernel.SPLIT
    of_detector = (kind == kernel.OFF) | (kind == kernel.ON)
    reach = int(max(channel for _, channel in tables.detector_row)) + 1
    lookup = np.full((len(tables.devices), reach), -1, dtype=np.int64)
    for (device, channel), row in tables.detector_row.items():
        lookup[device, channel] = row
    ours = of_detector & (whose >= 0) & (piece.value >= 0) & (piece.value < reach)
    place[ours] = lookup[whose[ours], piece.value[ours]]
    phase = np.where(split, piece.code - log_of.SPLIT_CHANGES[0] + 1, piece.value)
    phase[piece.code == log_of.CYCLE_CHANGE] = 1
    of_phase = ~of_detector & (whose >= 0) & (phase >= 1) & (phase <= PHASES)
    place[of_phase] = whose[of_phase] * PHASES + phase[of_phase] - 1
    return kind, place, piece.value, whose


def _close(tables: _Tables, bin_ms: int, begin_ms: int, end_ms: int, interval_s: int, spoke: set[int]) -> None:
    kernel.close_bin(tables.detectors, tables.phases, begin_ms, end_ms)
    whose = sorted(spoke - {-1})
    if whose and begin_ms - bin_ms <= EDGE_MS:
        tables.found.append(_detector_frame(tables, bin_ms, interval_s, whose))
        tables.greens.append(_phase_frame(tables, bin_ms, interval_s, whose))
    tables.detectors[:, kernel.COUNT : kernel.DETECTOR_COLUMNS] = 0
    tables.phases[:, [kernel.GREENS, kernel.GREEN_MS]] = 0


def _detector_frame(tables: _Tables, bin_ms: int, interval_s: int, whose: list[int]) -> pl.DataFrame:
    rows = np.flatnonzero(np.isin(tables.device, whose))
    state = tables.detectors[rows]
    count, known = state[:, kernel.COUNT], state[:, kernel.KNOWN_GREEN]
    return (
        pl.DataFrame(
            {
                "detector": pl.Series([tables.names[row] for row in rows], dtype=pl.String),
                "start": pl.Series([bin_ms] * rows.size, dtype=pl.Int64)
                .cast(pl.Datetime("ms"))
                .cast(pl.Datetime("us")),
                "interval_s": pl.Series([interval_s] * rows.size, dtype=pl.Int32),
                "count": pl.Series(count, dtype=pl.Float64),
                "occupancy": pl.Series(state[:, kernel.ON_MS] / (interval_s * 1000.0), dtype=pl.Float32),
                "on_green": pl.Series(state[:, kernel.ON_GREEN], dtype=pl.Float32),
                "chatter": pl.Series(state[:, kernel.QUICK] / np.maximum(count, 1), dtype=pl.Float32),
                "held_s": pl.Series(state[:, kernel.HELD_MS] / 1000.0, dtype=pl.Float32),
                "told": pl.Series((known == count) & (tables.phase_of[rows] >= 0), dtype=pl.Boolean),
            }
        )
        .with_columns(on_green=pl.when("told").then("on_green"))
        .drop("told")
    )


def _phase_frame(tables: _Tables, bin_ms: int, interval_s: int, whose: list[int]) -> pl.DataFrame:
    names = {k: name for name, k in tables.devices.items()}
    rows = [d * PHASES + p for d in whose for p in range(PHASES) if tables.phases[d * PHASES + p, kernel.GREENS]]
    state = tables.phases[rows]
    cycle = tables.phases[[row // PHASES * PHASES for row in rows], kernel.CYCLE_S] if rows else np.zeros(0)
    return pl.DataFrame(
        {
            "signal": pl.Series([names[row // PHASES] for row in rows], dtype=pl.String),
            "phase": pl.Series([row % PHASES + 1 for row in rows], dtype=pl.Int32),
            "start": pl.Series([bin_ms] * len(rows), dtype=pl.Int64).cast(pl.Datetime("ms")).cast(pl.Datetime("us")),
            "interval_s": pl.Series([interval_s] * len(rows), dtype=pl.Int32),
            "greens": pl.Series(state[:, kernel.GREENS], dtype=pl.Int32),
            "green_s": pl.Series(state[:, kernel.GREEN_MS] / 1000.0, dtype=pl.Float32),
            "split_s": pl.Series(state[:, kernel.SPLIT_S], dtype=pl.Int32).replace(0, None),
            "cycle_s": pl.Series(cycle, dtype=pl.Int32).replace(0, None),
        }
    )


def _local(frame: pl.DataFrame, tz: str | None) -> pl.DataFrame:
    """Turn universal `start` into local time and, with a zone, add `fold`."""
    if tz is None:
        return frame
    there = pl.col("start").dt.replace_time_zone("UTC").dt.convert_time_zone(tz)
    local = there.dt.replace_time_zone(None)
    first = local.dt.replace_time_zone(tz, ambiguous="earliest", non_existent="null")
    return frame.with_columns(start=local, fold=(first != there).cast(pl.Int8))


def _drop_blurred(tables: _Tables, clock: Clock, tz: str | None) -> int:
    """Leave out the bins of repeated hours whose two passes could not be told apart; return how many hours."""
    blurred = sorted(clock.repeated - clock.parted)
    if not blurred or tz is None:
        return 0
    for frames in (tables.found, tables.greens):
        local = [_local(frame, tz) for frame in frames]
        hours = [frame["start"].dt.epoch("s") // 3600 for frame in local]
        frames[:] = [f.filter(~h.is_in(blurred)) for f, h in zip(frames, hours, strict=True)]
    return len(blurred)
