"""How files are opened: encodings, separators, captions, decimal commas, workbooks, zip files; and what is refused."""

import gzip
import io
import random
import zipfile
import zlib

import polars as pl
import pytest
from greenband.engine.counts.files.plain import made_plain
from greenband.engine.counts.files.wishes import Wishes
from greenband.engine.counts.formats.counts_format import How
from greenband.engine.counts.import_files import import_counts
from greenband.engine.counts.show import lines_of, shown
from greenband.networks.errors import InputError

from tests.engine.counts.write_counts import text_of, workbook

HEAD = ["detector", "start", "interval_s", "count"]
NAMES = {
    "utf-8": "Straße am Fluß",
    "utf-8-sig": "Straße am Fluß",
    "utf-16": "Straße am Fluß",
    "utf-16-le": "Straße am Fluß",
    "latin-1": "Straße am Fluß",
    "gbk": "长安街东进口",
    "cp1251": "Невский проспект",
    "shift_jis": "東京交差点",
    "euc_kr": "서울교차로",
}


def table(names, separator=",", count="{}"):
    rows = [[n, f"2026-03-02T{h:02d}:00:00", 3600, count.format(k + h)] for h in range(3) for k, n in enumerate(names)]
    return text_of([HEAD, *rows], separator)


def read(folder, name, data, **wishes):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    done = import_counts([path], folder / "out.parquet", How(wishes=Wishes(**wishes)))
    return done, pl.read_parquet(folder / "out.parquet")


@pytest.mark.parametrize("encoding", NAMES)
def test_names_come_through_in_every_common_encoding_and_guesses_are_told(tmp_path, encoding):
    name = NAMES[encoding]
    done, rows = read(tmp_path, "counts.csv", table([name, "B"]).encode(encoding))
    assert sorted(rows["detector"].unique()) == sorted([name, "B"])
    assert rows["count"].sum() == 9
    assert any("encoding" in note for note in done.told) == (not encoding.startswith("utf-8"))


def test_an_encoding_that_is_named_is_taken_and_one_that_does_not_fit_is_refused(tmp_path):
    data = table(["Křižovatka"]).encode("cp1250")
    assert read(tmp_path, "a.csv", data, encoding="cp1250")[1]["detector"][0] == "Křižovatka"
    with pytest.raises(InputError, match="the encoding 'ascii'"):
        read(tmp_path, "a.csv", data, encoding="ascii")
    with pytest.raises(InputError, match="the encoding 'klingon'"):
        read(tmp_path, "a.csv", data, encoding="klingon")


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_decimal_commas_and_points_between_thousands_are_read_where_commas_separate_nothing(tmp_path, separator):
    text = text_of(
        [HEAD, ["a", "2026-03-02T00:00:00", 900, "1.234,5"], ["a", "2026-03-02T00:15:00", 900, "1.100"]], separator
    )
    done, rows = read(tmp_path, "counts.txt", text)
    assert rows["count"].to_list() == [1234.5, 1100.0]
    assert any("decimal comma" in note for note in done.told)


def test_points_are_decimal_points_where_no_value_has_a_comma(tmp_path):
    text = text_of([HEAD, ["a", "2026-03-02T00:00:00", 900, "1.125"]], ";")
    assert read(tmp_path, "counts.txt", text)[1]["count"].to_list() == [1.125]


def test_comments_and_captions_above_the_header_are_left_out_and_told(tmp_path):
    for above in ("# made by X\n# on Monday\n", "sep=,\n", "\n\n", "Counts of March\nCity of A\n"):
        done, rows = read(tmp_path, "counts.csv", above + table(["a", "b"]))
        assert rows["count"].sum() == 9
        assert any("above the header left out" in note for note in done.told)


def test_an_error_names_the_line_of_the_file_that_was_given(tmp_path):
    text = "# made by X\n# on Monday\n" + table(["a"], ";").replace("3600;1", "3600;one")
    with pytest.raises(InputError) as error:
        read(tmp_path, "counts.csv", text)
    assert error.value.where == f"{tmp_path / 'counts.csv'}, line 5"
    assert "one" in error.value.found


def test_words_for_missing_counts_are_taken_when_they_are_named(tmp_path):
    text = table(["a"]).replace("3600,1", "3600,n/a").replace("3600,2", "3600,-99")
    with pytest.raises(InputError, match="n/a"):
        read(tmp_path, "counts.csv", text)
    done, rows = read(tmp_path, "counts.csv", text, missing=frozenset({"N/A", "-99"}))
    assert rows["count"].to_list() == [0.0, None, None]
    assert done.empty == 2


def test_a_workbook_of_several_sheets_asks_which(tmp_path):
    data = workbook([HEAD, ["a", "2026-03-02T00:00:00", 900, 3]], sheets=("Notes", "March"))
    with pytest.raises(InputError, match=r"2 sheets with values.*Notes, March.*--sheet"):
        read(tmp_path, "counts.xlsx", data)
    with pytest.raises(InputError, match="no sheet 'April'"):
        read(tmp_path, "counts.xlsx", data, sheet="April")
    done, rows = read(tmp_path, "counts.xlsx", data, sheet="March")
    assert rows["count"].to_list() == [3.0]
    assert any("sheet 'March'" in note for note in done.told)


def test_a_table_may_stand_anywhere_on_its_sheet(tmp_path):
    rows = [[], ["", "Counts of March"], [], ["", "", *HEAD], ["", "", "a", "2026-03-02T00:00:00", 900, 3]]
    assert read(tmp_path, "counts.xlsx", workbook(rows))[1]["count"].to_list() == [3.0]


def test_bombs_are_refused_before_they_go_off(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (80 << 20))
    with pytest.raises(InputError, match="MiB once unpacked"):
        read(tmp_path, "bomb.zip", out.getvalue())
    corner = io.BytesIO(workbook([["a"]]))
    far = io.BytesIO()
    with zipfile.ZipFile(corner) as book, zipfile.ZipFile(far, "w") as copy:
        for part in book.namelist():
            copy.writestr(
                part,
                book.read(part).replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                ),
            )
    with pytest.raises(InputError, match="a sheet of 1048576 rows and 16384 columns"):
        read(tmp_path, "far.xlsx", far.getvalue())


@pytest.mark.parametrize("pack", [bytes, zlib.compress, gzip.compress])
@pytest.mark.parametrize("name", ["ECON_10.37.1.1_2026_03_02_0000.datZ", "log.dat"])
def test_a_vendors_own_event_log_is_refused_with_what_would_be_read(tmp_path, name, pack):
    with pytest.raises(InputError, match="TimeStamp, DeviceId, EventId, Parameter"):
        read(tmp_path, name, pack(b"03/02/2026 00:00:00\n" + bytes(range(256)) * 4))


@pytest.mark.parametrize("seed", range(40))
def test_bytes_that_are_no_table_end_in_an_error_of_four_parts(tmp_path, seed):
    rng = random.Random(seed)
    start = rng.choice(
        [b"", b"PK\x03\x04", b"\x1f\x8b", b"\xff\xfe", b"detector;start;interval_s;count\n", b"\xd0\xcf\x11\xe0"]
    )
    data = start + rng.randbytes(rng.choice([0, 1, 50, 5000]))
    with pytest.raises(InputError) as error:
        read(tmp_path, rng.choice(["a.csv", "a.xlsx", "a.zip", "a.txt"]), data)
    assert all((error.value.where, error.value.found.strip("' "), error.value.rule, error.value.fix))


def test_an_unknown_table_is_told_what_was_looked_for(tmp_path):
    with pytest.raises(InputError) as error:
        read(tmp_path, "a.csv", "colour,shape\nred,round\n")
    for name in ("german", "utd19", "wide", "miovision", "--mapping"):
        assert name in str(error.value)


def test_show_tells_how_a_file_would_be_read_and_writes_nothing(tmp_path):
    path = tmp_path / "det.csv"
    path.write_text("detid_15;tag;stunde;qualitaet;q_kfz_det_hr\n100;13.03.2026;8;1.0;512\n100;13.03.2026;9;0.9;480\n")
    (one,) = shown([path], How())
    assert list(tmp_path.iterdir()) == [path]
    assert (one.format, one.vehicles, one.detectors, one.rows) == ("german", 992.0, 1, 2)
    text = "\n".join(lines_of(one))
    for word in (
        "separated by semicolon",
        "detid_15 are detectors",
        "q_kfz_det_hr vehicles",
        "2026-03-13 Fri 08:00:00",
    ):
        assert word in text


def test_a_plain_file_is_read_where_it_lies(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(table(["a"]))
    plain = made_plain(path, tmp_path, Wishes())
    assert plain.path == path
    assert plain.told == ()
