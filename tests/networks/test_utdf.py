"""Real UTDF files go in and out without losing a cell, say the readers; their clocks obey their own rules."""

import gzip
from pathlib import Path

import pytest
from greenband.networks.errors import InputError
from greenband.networks.utdf.signals import END, FIRST_GREEN, FIRST_YELLOW, LAST_GREEN, controllers, movements
from greenband.networks.utdf.tables import parse_utdf, read_utdf, utdf_bytes

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "utdf"
FILES = {
    "bullhead_sr95.utdf.csv": 8,
    "utdf8_20signals.utdf.csv": 19,  # one of the 20 has no timing
    "tempe_243signals.utdf.csv.gz": 227,  # controllers; 16 of them run two nodes
    "chattanooga_shallowford_rd.utdf.csv": 6,
}


def sample(name: str) -> Path:
    if not (SAMPLES / name).is_file():
        pytest.skip(f"the sample {name} lies in shared/samples beside a checkout, which is not here")
    return SAMPLES / name


def raw(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


@pytest.mark.parametrize("name", FILES)
def test_real_files_are_written_as_they_were_read(name):
    path = sample(name)
    file = read_utdf(path)
    written = utdf_bytes(file)
    assert parse_utdf(written, "again") == file
    assert written.split() == raw(path).split(), "an empty line at the end is all that may go"


# Of columns that have one name, the other reader's tables keep one: so they do of the original.
@pytest.mark.filterwarnings("ignore:DataFrame columns are not unique:UserWarning")
@pytest.mark.parametrize("name", FILES)
def test_utdf2gmns_reads_from_the_written_file_what_it_reads_from_the_original(name, tmp_path):
    utdf2gmns = pytest.importorskip("utdf2gmns", reason="utdf2gmns, a reader by others, is not installed")
    original, written = tmp_path / "original.csv", tmp_path / "written.csv"
    original.write_bytes(raw(sample(name)))
    written.write_bytes(utdf_bytes(read_utdf(sample(name))))
    expected, found = utdf2gmns.read_UTDF(str(original)), utdf2gmns.read_UTDF(str(written))
    assert expected.keys() == found.keys()
    for section in expected:
        assert expected[section].astype(str).equals(found[section].astype(str)), section


def test_controllers_of_real_files_keep_the_rules_of_their_clocks():
    """In all files together, on more than 99 of 100 phases; Chattanooga leaves the starts out and is not in it."""
    split, offset, starts = [], [], []
    for name, count in FILES.items():
        file = read_utdf(sample(name))
        found = controllers(file, name)
        assert len(found) == count
        if name.startswith("chattanooga"):
            continue
        local = file.section("Phases").records
        for intid, controller in found.items():
            cycle = controller.cycle_s
            for phase in (p for p in controller.phases if p.start_s == p.start_s):
                split.append(near((phase.end_s - phase.start_s) % cycle, phase.split_s % cycle, cycle))
                shown = float(local[intid]["LocalStart"][f"D{phase.number}"])
                starts.append(near(shown, phase.start_s - controller.offset_s, cycle))
            offset += [at_reference(controller)] if controller.referenced_to in (0, 1, 3) else []
    assert len(split) > 1200
    assert sum(split) > 0.99 * len(split)
    assert all(starts)
    assert all(found for found in offset if found is not None)


def near(a: float, b: float, cycle: float) -> bool:
    return min((a - b) % cycle, (b - a) % cycle) < 0.11


def at_reference(controller) -> bool | None:
    """Whether the offset is where its own reference says, reading 0 as the last and 3 as the first to turn green."""
    phases = [controller.by_number[n] for n in controller.reference_phases if n in controller.by_number]
    points = {
        FIRST_GREEN: [p.start_s for p in phases],
        LAST_GREEN: [p.start_s for p in phases],
        FIRST_YELLOW: [p.start_s + p.green_s for p in phases],
        END: [p.end_s for p in phases],
    }[controller.referenced_to]
    return None if not phases else any(near(p, controller.offset_s, controller.cycle_s) for p in points)


def test_movements_of_the_bullhead_file_are_those_that_stand_in_it():
    found = {(m.intid, m.column): m for m in movements(read_utdf(sample("bullhead_sr95.utdf.csv")), "bullhead")}
    northbound = found["39", "NBT"]
    assert (northbound.up_node, northbound.dest_node, northbound.lanes, northbound.shared) == ("75", "106", 2, 2)
    assert (northbound.phases, northbound.volume_veh_h, northbound.speed) == ((2,), 7732, 45)
    assert found["39", "NBL"].phases == (5,)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "x"),
        (b"hello,world\n", "x"),
        (b"[Phases]\n", "x, line 1"),
        (b'[Phases]\nPhasing Data\nRECORDNAME,INTID,D1\nBRP,1,"11', "x, line 4"),
    ],
)
def test_what_is_no_utdf_is_refused_with_its_place(content, where):
    with pytest.raises(InputError) as refused:
        parse_utdf(content, "x")
    assert refused.value.where == where


def test_a_broken_number_is_refused_with_its_controller():
    text = (
        "[Timeplans]\nTiming Plan Settings\nRECORDNAME,INTID,DATA\nCycle Length,7,80\n\n"
        "[Phases]\nPhasing Data\nRECORDNAME,INTID,D1\nBRP,7,111\nMaxGreen,7,ten\n"
    )
    with pytest.raises(InputError, match="INTID 7"):
        controllers(parse_utdf(text.encode(), "x"), "x")
