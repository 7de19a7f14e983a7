"""Packed counts are looked at before they are read."""

import gzip

import pytest
from greenband.engine.counts.files import packed
from greenband.engine.counts.files.packed import require_modest
from greenband.engine.counts.formats.scanned import collected, scan
from greenband.networks.errors import InputError

TABLE = b"detector,start,interval_s,count\n" + b"a,2026-03-02T07:00:00,300,4\n" * 50


def test_a_gzipped_table_is_read(tmp_path):
    path = tmp_path / "counts.csv.gz"
    path.write_bytes(gzip.compress(TABLE))
    assert collected(scan(path).rows, path).height == 50


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (gzip.compress(b"\n" * (3 << 20)), "more than 1 MiB once unpacked"),
        (gzip.compress(TABLE)[:-20], "broken gzip"),
        (gzip.compress(TABLE)[:40] + b"\xff" * 40, "broken gzip"),
        (b"\x28\xb5\x2f\xfd" + TABLE, "zstd"),
    ],
)
def test_a_bomb_or_a_broken_file_is_one_clear_error(tmp_path, monkeypatch, content, found):
    monkeypatch.setattr(packed, "MODEST_BYTES", 1 << 20)
    path = tmp_path / "counts.csv.gz"
    path.write_bytes(content)
    for read in (require_modest, scan):
        with pytest.raises(InputError) as refused:
            read(path)
        assert found in refused.value.found
