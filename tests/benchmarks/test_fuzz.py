"""What fuzzing calls wrong, and that the same seed spoils the same way."""

import bz2
import gzip
import io
import lzma
import random
import zipfile

import pytest
from greenband.benchmarks.fuzz.fuzz_cases import Tried, wrong_with
from greenband.benchmarks.fuzz.fuzz_hostile import HOSTILE, inside
from greenband.benchmarks.fuzz.fuzz_keep import kept
from greenband.benchmarks.fuzz.fuzz_mutate import SPOILS, no_file, spoilt
from greenband.benchmarks.fuzz.fuzz_packed import bz2_bomb, gzip_bomb, xz_bomb
from greenband.benchmarks.fuzz.fuzz_run import OF_A_FILE, Ended, limits_of
from greenband.benchmarks.fuzz.fuzz_targets import Target, table_targets
from greenband.benchmarks.fuzz.fuzz_workbook import workbook

CONTENT = b'schema = 1\nname = "a"\n[gate]\nworst_s = 40.5\n'


def ended(**changes: object) -> Ended:
    usual = {"code": 2, "said": "error: x: y. z.", "seconds": 1.0, "processor_s": 0.5, "memory_bytes": 1 << 20}
    return Ended(**{**usual, **changes})


@pytest.mark.parametrize(
    ("changes", "written", "wrong"),
    [
        ({}, False, None),
        ({"code": 0, "said": ""}, True, None),
        ({"code": 3}, False, None),
        ({"code": 1, "said": "failed: the simulator ended with code -11; the end of its log:"}, False, None),
        ({}, True, "written"),
        ({"code": 1}, False, "exit code 1"),
        ({"code": -9}, False, "exit code -9"),
        ({"said": "Traceback (most recent call last)"}, False, "traceback"),
        ({"said": ""}, False, "without a word"),
        ({"processor_s": 11.0}, False, "processor time"),
        ({"memory_bytes": OF_A_FILE.memory_bytes + 1}, False, "memory"),
    ],
)
def test_what_is_wrong_is_seen(changes, written, wrong):
    found = wrong_with(ended(**changes), OF_A_FILE, written=written)
    assert found is None if wrong is None else wrong in found


def test_the_same_seed_spoils_the_same_way():
    assert spoilt(CONTENT, random.Random(3)) == spoilt(CONTENT, random.Random(3))
    assert len({spoilt(CONTENT, random.Random(k)) for k in range(30)}) > 20


@pytest.mark.parametrize("place", range(len(SPOILS)))
def test_every_way_to_spoil_takes_an_empty_file_too(place):
    rng = random.Random(1)
    assert isinstance(SPOILS[place](b"", rng), bytes)
    assert isinstance(SPOILS[place](CONTENT, rng), bytes)


def test_what_is_no_file_is_no_file(tmp_path):
    path, seen = tmp_path / "study.toml", set()
    for k in range(40):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        what = no_file(path, random.Random(k))
        seen.add(what)
        assert what in ("zeros", "outside", "nothing readable") or not path.is_file()
    assert len(seen) == 8


@pytest.mark.parametrize("name", ["counts", "street, run"])
@pytest.mark.parametrize("seed", range(20))
def test_a_bad_case_is_kept_whatever_stands_in_place_of_its_file(tmp_path, name, seed):
    study = tmp_path / "study"
    study.mkdir()
    (study / "whole.csv").write_text("a")
    what = no_file(study / "f.csv", random.Random(seed))
    target = Target(name=name, file="f.csv", command=("counts", "f.csv"))
    one = Tried(number=seed, target=target, what=what, ended=ended(code=1), wrong="exit code 1")
    kept(one, tmp_path, tmp_path / "keep")
    folder = tmp_path / "keep" / (f"street-{seed}" if name.startswith("street") else str(seed))
    said = (folder / "said.txt").read_text()
    assert what in said
    assert ("f.csv: " in said) == (what != "gone" or not name.startswith("street"))
    assert (folder / "whole.csv").exists() == name.startswith("street")
    assert sorted(path.name for path in folder.iterdir() if path.is_symlink() or not path.is_file()) == []


FILES = {"a.csv": b"detector,start,interval_s,count\na,2026-03-02T07:00:00,900,5\n", "a.xlsx": workbook([["a", 1]])}


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", FILES)
def test_hostile_tables_are_made_of_any_content_and_are_small_on_disk(hostile, name):
    for content in (b"", FILES[name]):
        assert len(hostile(content, random.Random(2))) < 40 << 20


def test_bombs_unpack_to_more_than_the_memory_that_is_allowed():
    """Unpacked piece by piece by the standard library, which knows nothing of how they were made."""
    for make, unpacker in ((gzip_bomb, zlib_pieces), (bz2_bomb, bz2_pieces), (xz_bomb, xz_pieces)):
        assert unpacker(make(3 << 30)) >= OF_A_FILE.memory_bytes


def test_what_is_packed_is_spoilt_inside_and_packed_again():
    spoilt_book = inside(workbook([["a", 1], ["b", 2]]), random.Random(5), lambda content, _: content + b"!")
    with zipfile.ZipFile(io.BytesIO(spoilt_book)) as archive:
        assert archive.testzip() is None
        assert [name for name in archive.namelist() if archive.read(name).endswith(b"!")]
    assert gzip.decompress(inside(gzip.compress(b"ab"), random.Random(1), lambda content, _: content[:1])) == b"a"


def zlib_pieces(content):
    return sum(len(piece) for piece in iter_pieces(gzip.GzipFile(fileobj=io.BytesIO(content))))


def bz2_pieces(content):
    return sum(len(piece) for piece in iter_pieces(bz2.BZ2File(io.BytesIO(content))))


def xz_pieces(content):
    return sum(len(piece) for piece in iter_pieces(lzma.LZMAFile(io.BytesIO(content))))


def iter_pieces(file):
    while piece := file.read(16 << 20):
        yield piece


def test_the_counts_tables_alone_are_fuzzed_when_asked_and_the_limit_is_the_one_that_was_said():
    assert {target.command[0] for target in table_targets()} == {"counts", "forecast"}
    assert limits_of(0.5).memory_bytes == 1 << 29
    assert wrong_with(ended(memory_bytes=1 << 30), limits_of(0.5), written=False) == "1024 MiB of memory"
