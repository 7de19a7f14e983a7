"""What the fuzzing of tables found: each ends in one error that says what stands there."""

import io
import time
import zipfile

import polars as pl
import pytest
from greenband.engine.counts.files.layout import MOST_COLUMNS
from greenband.engine.counts.formats.counts_format import How
from greenband.engine.counts.import_files import import_counts
from greenband.networks.errors import InputError


def imported(tmp_path, name, content, **said):
    path = tmp_path / name
    path.write_bytes(content)
    import_counts([path], tmp_path / "out.parquet", How(**said))
    return pl.read_parquet(tmp_path / "out.parquet")


def wide(columns, rows=96):
    stamps = (f"2026-03-02 {k // 4:02d}:{k % 4 * 15:02d}" for k in range(rows))
    head = "timestamp," + ",".join(f"L{k}" for k in range(columns))
    return "\n".join((head, *(f"{stamp}," + ",".join(["12"] * columns) for stamp in stamps))).encode()


def test_a_table_of_more_columns_than_any_city_has_is_refused_at_once(tmp_path):
    began_s = time.monotonic()
    for content in (wide(MOST_COLUMNS + 1, 3), b"start" + b"," * 150_000 + b"\n1,2,3\n"):
        with pytest.raises(InputError, match=f"columns. a table of counts has {MOST_COLUMNS} columns at most"):
            imported(tmp_path, "a.csv", content)
    assert time.monotonic() - began_s < 20


def test_a_wide_table_is_looked_at_once_and_not_once_for_each_column(tmp_path):
    """Twice the columns took four times as long: the file was parsed again for every one of them."""
    imported(tmp_path, "warm.csv", wide(10))
    times_s = []
    for columns in (300, 1200):
        began_s = time.process_time()
        assert imported(tmp_path, f"{columns}.csv", wide(columns))["count"].sum() == 12 * 96 * columns
        times_s.append(time.process_time() - began_s)
    assert times_s[1] < 9 * times_s[0]


def test_a_wide_table_names_the_line_and_column_of_what_is_no_count(tmp_path):
    content = wide(50).replace(b"12,12", b"12,x", 60)
    with pytest.raises(InputError, match=r"a.csv, line 2: L1 'x'"):
        imported(tmp_path, "a.csv", content, format="wide")


def test_a_zip_file_with_a_part_that_has_no_name_is_read_without_it(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "detector,start,interval_s,count\na,2026-03-02T07:00:00,900,5\n")
        archive.writestr(zipfile.ZipInfo(""), "x")
    assert imported(tmp_path, "a.zip", out.getvalue())["count"].to_list() == [5.0]


def test_counts_of_a_node_without_a_name_are_refused_with_their_line(tmp_path):
    text = b"Turning Movement Count\n15 Minute Counts\nDATE,TIME,INTID,NBL\n03/02/2026,0715,5,3\n03/02/2026,0730,,4\n"
    with pytest.raises(InputError, match=r"volumes.csv, line 5: no name of a detector"):
        imported(tmp_path, "volumes.csv", text)
