"""Packed files of counts and logs are read by their content; what unpacks to too much is one clear error."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from datetime import datetime

import polars as pl
import pytest
from greenband.engine.counts.files import packed
from greenband.engine.counts.formats.counts_format import How
from greenband.engine.counts.import_files import import_counts
from greenband.engine.counts.read import read_counts
from greenband.engine.counts.show import shown
from greenband.networks.errors import InputError

HEAD = "detector,start,interval_s,count\n"


def table(name, first=1, bins=8, day=2):
    rows = (f"{name},2026-03-{day:02d}T{7 + k // 4:02d}:{k % 4 * 15:02d}:00,900,{first + k}" for k in range(bins))
    return (HEAD + "\n".join(rows) + "\n").encode()


def log(hours):
    rows = (
        f"2024-05-01 {h:02d}:{m:02d}:{s:04.1f},7,{code},1"
        for h in hours
        for m in range(0, 60, 5)
        for s, code in ((0, 82), (0.5, 81), (2, 82), (2.5, 81))
    )
    return ("TimeStamp,DeviceId,EventId,Parameter\n" + "\n".join(rows) + "\n").encode()


def zstd(content, sized=False):
    """A frame of raw blocks, written by hand after RFC 8878: no writer of ours or of theirs."""
    blocks = [content[k : k + 100_000] for k in range(0, len(content), 100_000)] or [b""]
    body = b"".join(
        ((len(part) << 3) | (k == len(blocks) - 1)).to_bytes(3, "little") + part for k, part in enumerate(blocks)
    )
    head = bytes([0x80 | 0x20]) + len(content).to_bytes(4, "little") if sized else bytes([0, 80])
    return b"\x28\xb5\x2f\xfd" + head + body


def zstd_bomb(blocks):
    """Blocks of 128 KiB that are one byte each."""
    body = b"".join(((131072 << 3) | 2 | (k == blocks - 1)).to_bytes(3, "little") + b"0" for k in range(blocks))
    return b"\x28\xb5\x2f\xfd" + bytes([0, 80]) + body


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


PACKINGS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zlib": zlib.compress,
    "zst": zstd,
    "sized zst": lambda content: zstd(content, sized=True),
    "zip": lambda content: zipped({"a/counts.csv": content, "__MACOSX/._counts.csv": b"x"}),
    "gz in zip": lambda content: zipped({"counts.csv.gz": gzip.compress(content)}),
    "zip in xz": lambda content: lzma.compress(zipped({"counts.csv": content})),
}


def imported(tmp_path, name, content, **said):
    path = tmp_path / name
    path.write_bytes(content)
    done = import_counts([path], tmp_path / "out.parquet", How(**said))
    return done, pl.read_parquet(tmp_path / "out.parquet").sort("detector", "start")


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("name", ["counts.datZ", "counts.csv", "counts.bin"])
def test_a_packed_table_is_read_whatever_its_name(tmp_path, packing, name):
    done, rows = imported(tmp_path, name, PACKINGS[packing](table("a")))
    assert rows["count"].to_list() == [float(1 + k) for k in range(8)]
    assert read_counts(tmp_path / name).veh.sum() == 36
    assert done.formats == ("table",)


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_packed_event_log_gives_what_the_plain_one_gives(tmp_path, packing):
    _, plain = imported(tmp_path, "log.csv", log(range(3)), tz="UTC")
    done, rows = imported(tmp_path, "log.datZ", PACKINGS[packing](log(range(3))), tz="UTC")
    assert rows.equals(plain)
    assert done.formats == ("events",)
    assert plain["count"].sum() == 6 * 11  # the last bin is covered in part, and left out


def test_parquet_is_read_whatever_packs_or_names_it(tmp_path):
    content = io.BytesIO()
    rows = pl.DataFrame({"detector": ["a"], "start": [datetime(2026, 3, 2, 7)], "interval_s": [900], "count": [7.0]})
    rows.write_parquet(content)
    for name, pack in (("a.bin", bytes), ("a.gz", gzip.compress), ("a.zip", lambda c: zipped({"x": c}))):
        assert imported(tmp_path, name, pack(content.getvalue()))[1]["count"].to_list() == [7.0]


def test_the_tables_of_a_zip_file_are_several_files(tmp_path):
    parts = {"a.csv": table("a"), "more/b.csv": table("b", 10), "README.txt": b"Counts of March\n", "map.pdf": b"%PDF"}
    done, rows = imported(tmp_path, "counts.zip", zipped(parts))
    assert dict(rows.group_by("detector").agg(pl.col("count").sum()).iter_rows()) == {"a": 36.0, "b": 108.0}
    assert any("2 tables" in note for note in done.told)
    assert read_counts(tmp_path / "counts.zip").veh.sum() == 144
    assert shown([tmp_path / "counts.zip"], How())[0].vehicles == 144


def test_an_error_in_a_packed_table_names_the_table_and_its_line(tmp_path):
    bad = table("b").replace(b",3\n", b",three\n")
    with pytest.raises(InputError, match=r"counts.zip/b.csv, line 4: count 'three'"):
        imported(tmp_path, "counts.zip", zipped({"a.csv": table("a"), "b.csv": bad}))
    with pytest.raises(InputError, match=r"counts.csv.bz2, line 4: count 'three'"):
        imported(tmp_path, "counts.csv.bz2", bz2.compress(bad))


def test_two_tables_of_a_zip_file_that_contradict_each_other_are_refused_with_both(tmp_path):
    with pytest.raises(InputError, match=r"(?s)a.csv.*b.csv|b.csv.*a.csv"):
        imported(tmp_path, "counts.zip", zipped({"a.csv": table("a"), "b.csv": table("a", 5)}))


def test_the_logs_of_a_zip_file_are_one_log_without_a_gap_at_their_joint(tmp_path):
    _, whole = imported(tmp_path, "log.csv", log(range(4)), tz="UTC")
    parts = {"log_00.csv": log(range(2)), "log_02.csv": log(range(2, 4))}
    assert imported(tmp_path, "logs.zip", zipped(parts), tz="UTC")[1].equals(whole)


def test_turning_counts_without_a_site_are_named_after_the_file_that_was_given(tmp_path):
    text = "Date;Time;NBL;NBT;NBR\n2026-03-02;07:00;1;2;3\n2026-03-02;07:15;1;2;3\n"
    for name, pack in (("J5.csv", bytes), ("J5.csv.gz", gzip.compress), ("b.zip", lambda c: zipped({"J5.csv": c}))):
        assert imported(tmp_path, name, pack(text.encode()))[1]["detector"][0] == "J5/NBL"


@pytest.mark.parametrize(
    ("pack", "found"),
    [
        (gzip.compress, "zeros|once unpacked"),
        (bz2.compress, "zeros|once unpacked"),
        (lzma.compress, "zeros|once unpacked"),
        (zlib.compress, "zeros|once unpacked"),
        (lambda content: zipped({"a.csv": content}), "once unpacked"),
        (lambda content: zipped({f"{k}.csv": content[: 1 << 20] for k in range(9)}), "once unpacked"),
    ],
)
@pytest.mark.parametrize("line", [b"\0", b"a,2026-03-02T07:00:00,900,5\n"])
def test_what_unpacks_to_too_much_is_one_error(tmp_path, monkeypatch, pack, found, line):
    monkeypatch.setattr(packed, "MODEST_BYTES", 4 << 20)
    content = pack(line * ((8 << 20) // len(line)))
    path = tmp_path / "bomb.csv"
    path.write_bytes(content[: len(content)])
    monkeypatch.setattr(packed, "MOST_TIMES", 1)
    with pytest.raises(InputError, match=found):
        import_counts([path], tmp_path / "out.csv", How())
    assert list(tmp_path.iterdir()) == [path]


def test_a_zstd_bomb_is_told_by_its_blocks_before_it_is_unpacked(tmp_path):
    with pytest.raises(InputError, match="MiB once unpacked"):
        imported(tmp_path, "a.zst", zstd_bomb(100_000))
    with pytest.raises(InputError, match="one endless line"):
        imported(tmp_path, "a.zst", zstd_bomb(400))


@pytest.mark.parametrize("packing", [name for name in PACKINGS if name != "gz in zip"])
def test_a_packed_file_that_is_cut_short_is_refused(tmp_path, packing):
    content = PACKINGS[packing](table("a", bins=16))
    for keep in (len(content) - 9, len(content) // 2, 20):
        with pytest.raises(InputError):
            imported(tmp_path, "a.csv", content[:keep])


def test_files_packed_again_and_again_are_refused(tmp_path):
    content = table("a")
    for _ in range(4):
        content = gzip.compress(content)
    with pytest.raises(InputError, match="packed more than 3 times"):
        imported(tmp_path, "a.gz", content)
