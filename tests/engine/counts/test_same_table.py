"""One content, written in every format that can hold it: `counts`, `counts import` and the batch read equal tables."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from greenband.engine.counts.formats.counts_format import How
from greenband.engine.counts.import_files import import_counts
from greenband.engine.counts.read import read_counts
from greenband.engine.forecast.tables import counts_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ANY = How(format=None)


def own_csv(folder, start, step, veh):
    rows = [f"{n},{t:%Y-%m-%dT%H:%M:%S},{step},{v}" for n, t, v in bins(start, step, veh)]
    return text(folder, "own.csv", ["detector,start,interval_s,count", *rows]), ANY


def batch_csv(folder, start, step, veh):
    rows = [f"{n},{t:%d.%m.%Y %H:%M},{step // 60} min,{v}" for n, t, v in bins(start, step, veh)]
    return text(folder, "batch.csv", ["Series,Timestamp,Interval_s,Count", *rows]), How(dates="dmy")


def parquet(folder, start, step, veh):
    rows = [(n, t, step, v) for n, t, v in bins(start, step, veh)]
    frame = pl.DataFrame(rows, schema=["detector", "start", "interval_s", "count"], orient="row")
    frame.write_parquet(folder / "own.parquet")
    return folder / "own.parquet", ANY


def parquet_in_universal_time(folder, start, step, veh):
    path, _ = parquet(folder, start, step, veh)
    local = pl.col("start").dt.replace_time_zone("America/Denver", ambiguous="earliest")
    pl.read_parquet(path).with_columns(local.dt.convert_time_zone("UTC")).write_parquet(path)
    return path, How(tz="America/Denver")


def universal_text(folder, start, step, veh):
    rows = [f"{n},{t + timedelta(hours=7):%Y-%m-%dT%H:%M:%SZ},{step},{v}" for n, t, v in bins(start, step, veh)]
    return text(folder, "z.csv", ["detector,start,interval_s,count", *rows]), How(tz="America/Phoenix")


def ends_of_bins(folder, start, step, veh):
    rows = [f"{n},{t + timedelta(seconds=step):%Y-%m-%d %H:%M},{step},{v}" for n, t, v in bins(start, step, veh)]
    return text(folder, "ends.csv", ["detector,start,interval_s,count", *rows]), How(edge="end")


def two_classes(folder, start, step, veh):
    rows = [
        f"{n},{kind},{t:%Y-%m-%dT%H:%M:%S},{step},{part}"
        for n, t, v in bins(start, step, veh)
        for kind, part in (("car", v - v // 3), ("lorry", v // 3))
    ]
    return text(folder, "classes.csv", ["detector,class,start,interval_s,count", *rows]), ANY


def doubled(folder, start, step, veh):
    path, how = own_csv(folder, start, step, veh)
    head, *rows = path.read_text().splitlines()
    return text(folder, "doubled.csv", [head, *rows, *rows[:5]]), how


def thirds_of_bins(folder, start, step, veh):
    """Write some bins as three shorter ones."""
    rows = []
    for k, (n, t, v) in enumerate(bins(start, step, veh)):
        parts = [v] if k % 5 else [v // 3, v // 3, v - 2 * (v // 3)]
        length = step // len(parts)
        rows += [
            f"{n},{t + timedelta(seconds=length * p):%Y-%m-%dT%H:%M:%S},{length},{part}" for p, part in enumerate(parts)
        ]
    return text(folder, "mixed.csv", ["detector,start,interval_s,count", *rows]), ANY


def aggregates(folder, start, step, veh):
    rows = [f"{t:%Y-%m-%d %H:%M:%S},{n.split('/')[0]},{n.split('/')[1]},{v}" for n, t, v in bins(start, step, veh)]
    return text(folder, "atspm.csv", ["TimeStamp,DeviceId,Detector,Total", *rows]), How(interval_s=step)


def pems_five(folder, start, step, veh):
    return pems(folder, start, step, veh, ",10,{v},.03,66.0,1", "")


def pems_hour(folder, start, step, veh):
    return pems(folder, start, step, veh, ",{v},.03,66.0", ",0,0,0,0,0,0")


def pems(folder, start, step, veh, lane, delays):
    rows = []
    for t, values in by_bin(start, step, veh):
        lanes = "".join(lane.format(v=v) for v in values)
        fixed = f"{t:%m/%d/%Y %H:%M:%S},7,4,101,N,ML,.5,90,100,{sum(values)},.04,65.1"
        rows.append(f"{fixed}{delays}{lanes}")
    return text(folder, "station.txt", rows), How(interval_s=step)


def scats(folder, start, step, veh):
    names = [f"V{k:02d}" for k in range(96)]
    rows = []
    for name, values in veh.items():
        line = [""] * 96
        first = (start.hour * 60 + start.minute) // 15
        line[first : first + len(values)] = map(str, values)
        rows.append(f"{name.split('/')[0]},{start:%d/%m/%y},{name.split('/')[1]},{','.join(line)}")
    return text(folder, "vsdata.csv", [f"NB_SCATS_SITE,QT_INTERVAL_COUNT,NB_DETECTOR,{','.join(names)}", *rows]), ANY


def utdf(folder, start, step, veh):
    moves = dict(zip(veh, ("NBL", "NBT", "NBR", "SBL"), strict=False))
    rows = [f"{t:%m/%d/%Y},{t:%H%M},7,{','.join(map(str, values))}" for t, values in by_bin(start, step, veh)]
    title = ["Turning Movement Count", f"{step // 60} Minute Counts", f"DATE,TIME,INTID,{','.join(moves.values())}"]
    return text(folder, "volumes.csv", [*title, *rows]), How(roles=None, site=repr(moves))


def event_log(folder, start, step, veh):
    """Write as many detector events as vehicles, one after the other in each bin, in two files."""
    lines = []
    for t, values in by_bin(start, step, veh):
        lines += [(t, 0, 1)]
        for name, v in zip(veh, values, strict=True):
            for k in range(v):
                at = t + timedelta(seconds=1 + k * (step - 10) / max(v, 1))
                lines += [
                    (at, 82, int(name.split("/")[1])),
                    (at + timedelta(milliseconds=100), 81, int(name.split("/")[1])),
                ]
        lines += [(t + timedelta(seconds=step - 1), 81, int(name.split("/")[1])) for name in veh]
    rows = [f"{t:%Y-%m-%d %H:%M:%S.%f},7,{code},{value}" for t, code, value in sorted(lines)]
    return text(folder, "log.csv", ["TimeStamp,DeviceId,EventId,Parameter", *rows]), How(interval_s=step)


WRITERS = {
    own_csv: (300, 900, 3600), batch_csv: (300, 900, 3600), parquet: (300, 900, 3600),
    parquet_in_universal_time: (300, 900, 3600), universal_text: (300, 900, 3600), ends_of_bins: (300, 900, 3600),
    two_classes: (300, 900, 3600), doubled: (300, 900, 3600), thirds_of_bins: (900, 3600), aggregates: (300, 900, 3600),
    pems_five: (300,), pems_hour: (3600,), scats: (900,), utdf: (900, 3600), event_log: (300, 900),
}  # fmt: skip


def bins(start, step, veh):
    """Yield (detector, stamp, count), bin by bin."""
    for t, values in by_bin(start, step, veh):
        for name, v in zip(veh, values, strict=True):
            yield name, t, v


def by_bin(start, step, veh):
    for k, values in enumerate(zip(*veh.values(), strict=True)):
        yield start + timedelta(seconds=step * k), values


def text(folder, name, lines):
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


@st.composite
def contents(draw, step):
    """A few bins of two or three lanes of device 7, of a day on which no clock is changed."""
    start = datetime(2026, draw(st.integers(5, 9)), draw(st.integers(1, 28)), draw(st.integers(0, 8)))
    many = draw(st.integers(5, 12))
    names = [f"7/{k}" for k in range(1, draw(st.integers(3, 4)))]
    counts = st.lists(st.integers(0, 60), min_size=many, max_size=many)
    return start, step, {name: draw(counts) for name in names}


def imported(folder, path, how):
    import_counts([path], folder / "out.parquet", how)
    table = pl.read_parquet(folder / "out.parquet")
    return sorted(table.select("detector", "start", "interval_s", "count").iter_rows())


def straight(path, how):
    counts = read_counts(path, None, how)
    found = []
    for d, n, b in zip(*np.nonzero(np.isfinite(counts.veh)), strict=True):
        midnight = datetime(*counts.days[n].timetuple()[:3])
        at = midnight + timedelta(seconds=int(counts.begin_s + b * counts.interval_s))
        found.append((counts.detectors[d].id, at, counts.interval_s, float(counts.veh[d, n, b])))
    return sorted(found)


def batch(path, how):
    table, _ = counts_of(path, how)
    return sorted(table.select("series", "start", "interval_s", "count").iter_rows())


@pytest.mark.parametrize("writer", WRITERS, ids=[writer.__name__ for writer in WRITERS])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_three_doors_give_the_table_that_was_written(writer, data, tmp_path: Path):
    start, step, veh = data.draw(st.sampled_from(WRITERS[writer]).flatmap(contents))
    if writer is event_log:  # a detector is unknown before its first vehicle
        veh = {name: [max(1, v) for v in values] for name, values in veh.items()}
    path, how = writer(tmp_path, start, step, veh)
    if writer is utdf:
        names = dict(zip(veh, ("7/NBL", "7/NBT", "7/NBR"), strict=False))
        how = How()
        veh = {names[name]: values for name, values in veh.items()}
    written = sorted((n, t, step, float(v)) for n, t, v in bins(start, step, veh))
    known = [row for row in imported(tmp_path, path, how) if row[3] is not None]
    assert known == written
    assert straight(path, how) == written
    assert [row for row in batch(path, how) if row[3] is not None] == written
