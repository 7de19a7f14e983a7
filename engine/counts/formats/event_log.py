"""Indiana high-resolution event logs: opened lazily, in order of time, in universal time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ....networks.errors import InputError
from ..values.numbers import number
from ..values.stamps import stamps as stamps_of
from .local_time import require_zone
from .scanned import Scanned, collected, named, scan

NAMES = {
    "time": ("TimeStamp", "Timestamp", "EventTime", "start"),
    "device": ("DeviceId", "SignalId", "LocationIdentifier", "signal"),
    "code": ("EventId", "EventCode", "EventCodeId"),
    "value": ("Parameter", "EventParam", "EventParameter"),
}
# Indiana Traffic Signal Hi Resolution Data Logger Enumerations (Purdue University, 2012): begin green, green
# termination, detector off, detector on, cycle length change, split changes of phases 1 to 16.
BEGIN_GREEN, END_GREEN, DETECTOR_OFF, DETECTOR_ON, CYCLE_CHANGE = 1, 7, 81, 82, 132
SPLIT_CHANGES = tuple(range(134, 150))
NEEDED = (BEGIN_GREEN, END_GREEN, DETECTOR_OFF, DETECTOR_ON, CYCLE_CHANGE, *SPLIT_CHANGES)
PIECE_ROWS = 2_000_000
BACK_MS = 30 * 60_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """Events in order of time; those of one stamp in order of code, and none twice. `device` holds names."""

    at_ms: NDArray[np.int64]  # since 1970, universal time if the zone is known
    device: pl.Series
    code: NDArray[np.int64]
    value: NDArray[np.int64]


@dataclass(slots=True, kw_only=True)
class Clock:
    """Turns local stamps, in the order of the file, into universal time; knows which pass of a repeated hour it is."""

    tz: str | None
    where: str
    last_local_ms: int = -(2**62)
    last_ms: int = -(2**62)
    second_pass: bool = False
    repeated: set[int] = field(default_factory=set)  # hours since 1970 of which one pass was seen, of two
    parted: set[int] = field(default_factory=set)  # those whose passes could be told apart

    def universal(self, local: pl.Series) -> NDArray[np.int64]:
        """Return universal times. [ms] Raises InputError if time goes back otherwise than clocks do."""
        local_ms = local.dt.epoch("ms").to_numpy()
        if self.tz is None:
            at_ms, ambiguous = local_ms, np.zeros(local_ms.size, dtype=np.bool_)
        else:
            first, later = (_in_zone(local, self.tz, pass_) for pass_ in ("earliest", "latest"))
            ambiguous = first != later
            at_ms = np.where(self._passes(local_ms, ambiguous), later, first)
        self.check_order(at_ms, local)
        return at_ms

    def _passes(self, local_ms: NDArray[np.int64], ambiguous: NDArray[np.bool_]) -> NDArray[np.bool_]:
        if not local_ms.size:
            return ambiguous
        back = np.diff(local_ms, prepend=self.last_local_ms) < -BACK_MS
        self.last_local_ms = int(local_ms[-1])
        hours = set((local_ms[ambiguous] // 3_600_000).tolist())
        self.repeated |= hours
        second, passes = self.second_pass, np.zeros(local_ms.size, dtype=np.bool_)
        edges = [0, *np.flatnonzero(back & ambiguous).tolist(), local_ms.size]
        for k, (a, b) in enumerate(pairwise(edges)):
            second = second or k > 0
            passes[a:b] = second
        if second:
            self.parted |= hours
        passes &= ambiguous
        self.second_pass = bool(second and ambiguous[-1])
        return passes

    def check_order(self, at_ms: NDArray[np.int64], local: pl.Series) -> None:
        """Raise InputError if time goes back, in these events or since those before."""
        falls = np.flatnonzero(np.diff(at_ms, prepend=self.last_ms) < 0)
        if falls.size:
            raise InputError(
                where=self.where,
                found=f"time goes back at {local[int(falls[0])]}",
                rule="a log is in order of time; only clocks that are put back repeat an hour",
                fix="sort it by time; in the night in which clocks go back, say the zone: --tz Australia/Melbourne",
            )
        if at_ms.size:
            self.last_ms = int(at_ms[-1])


def _in_zone(local: pl.Series, tz: str, which: str) -> NDArray[np.int64]:
    """Return universal times; a stamp of the hour that clocks skip is of a clock not yet put forward (PEP 495)."""
    there = local.dt.replace_time_zone(tz, ambiguous=which, non_existent="null")  # type: ignore[arg-type]
    if there.null_count():
        before = (local - timedelta(hours=1)).dt.replace_time_zone(tz, ambiguous="latest", non_existent="null")
        there = there.fill_null(before + timedelta(hours=1))
    return there.dt.epoch("ms").to_numpy()


def open_log(path: Path, dates: str | None = None) -> Scanned:
    """Scan a log: columns `time`, `device` (text), `code`, `value`, only the codes that are needed.

    Raises InputError with the line for a stamp, code or parameter that is none.
    """
    table = named(scan(path), NAMES, "an event log")
    schema = table.rows.collect_schema()
    when = stamps_of(table.rows, "time", where=str(path), dates=dates).moment
    table.refuse(when.is_null(), column="time", rule="a stamp is a date and time to the tenth", fix="write it so")
    for column in ("code", "value"):
        table.refuse(
            number(column, schema[column]).is_null(), column=column, rule="it is a whole number", fix="correct it"
        )
    rows = table.rows.select(
        time=when,
        device=pl.col("device").cast(pl.String).str.strip_chars(),
        code=number("code", schema["code"]).cast(pl.Int64),
        value=number("value", schema["value"]).cast(pl.Int64),
    )
    return Scanned(path=path, rows=rows.filter(pl.col("code").is_in(NEEDED)), first_line=table.first_line)


def open_logs(paths: Sequence[Path], *, dates: str | None, tz: str | None, stamps: str | None) -> Scanned:
    """Scan several files as the one log that they are, in order of their first stamps.

    Raises InputError as `open_log` does, and for stamps in a zone where the streets' is not known.
    """
    logs = [open_log(path, dates) for path in paths]
    for log in logs:
        zone = getattr(log.rows.collect_schema()["time"], "time_zone", None)
        require_zone(zone, tz=tz, stamps=stamps, source=str(log.path))
    if len(logs) == 1:
        return logs[0]
    firsts = [collected(log.rows.select(pl.col("time").min().dt.epoch("us")), log.path).item() for log in logs]
    known = [k for _, k in sorted((first, k) for k, first in enumerate(firsts) if first is not None)]
    rows = pl.concat([logs[k].rows for k in known] or [logs[0].rows], how="vertical")
    return Scanned(path=logs[0].path, rows=rows, first_line=0)


def in_order(log: Scanned) -> bool:
    """Return whether the log as a whole is in order of time, clocks that go back by an hour apart."""
    last = None
    for piece in log.rows.select("time").collect_batches(chunk_size=PIECE_ROWS, maintain_order=True):
        times = piece["time"].dt.replace_time_zone(None).dt.epoch("ms").to_numpy()
        steps = np.diff(times, prepend=times[0] if last is None else last) if times.size else times
        if ((steps < 0) & (steps < -3_700_000)).any() or ((steps < 0) & (steps > -3_500_000)).any():
            return False
        last = int(times[-1]) if times.size else last
    return True


def pieces(log: Scanned, device: str | None, tz: str | None, stamps: str | None, clock: Clock) -> Iterator[Piece]:
    """Yield the events of all devices, or of one, piece by piece. Raises InputError if they are not in order."""
    rows = log.rows if device is None else log.rows.filter(pl.col("device") == device)
    for frame in rows.collect_batches(chunk_size=PIECE_ROWS, maintain_order=True):
        times = frame["time"]
        zone = getattr(times.dtype, "time_zone", None)
        if zone or stamps not in (None, tz):
            known = times if zone else times.dt.replace_time_zone(stamps)
            at_ms = known.dt.epoch("ms").to_numpy()
            clock.check_order(at_ms, times)
        else:
            at_ms = clock.universal(times)
        yield _sorted(frame, at_ms)


def _sorted(frame: pl.DataFrame, at_ms: NDArray[np.int64]) -> Piece:
    tidy = (
        frame.with_columns(at_ms=at_ms)
        .drop("time")
        .unique(maintain_order=True)
        .sort("at_ms", "code", maintain_order=True)
    )
    return Piece(
        at_ms=tidy["at_ms"].to_numpy(),
        device=tidy["device"],
        code=tidy["code"].to_numpy(),
        value=tidy["value"].to_numpy(),
    )


def inventory(log: Scanned) -> pl.DataFrame:
    """Return `device,channel` of every detector that ever spoke, sorted."""
    spoke = log.rows.filter(pl.col("code").is_in([DETECTOR_OFF, DETECTOR_ON]))
    found = collected(spoke.select("device", channel="value").unique(), log.path)
    return found.sort("device", "channel")
