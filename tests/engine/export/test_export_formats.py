"""GMNS, RSMP, Vissim, GB/T 20999 and the timing sheet: held to schemas by others, to second decoders, and read back."""

import csv
import io
import json
import random
import shutil
import zipfile

import pytest
from greenband.engine.export import gmns, vissim
from greenband.engine.export.exporter import (
    FORMATS,
    ExportOptions,
    ReadBackError,
    TimedPlan,
    export_as,
)
from greenband.engine.export.gbt20999 import read_back as gbt_read_back
from greenband.engine.export.gbt20999.frames import checksum, frame
from greenband.engine.export.rings.held_rings import held_rings
from greenband.engine.export.rsmp import require_in_range
from greenband.engine.export.sheet import sheet
from greenband.networks.errors import InputError
from lxml import etree

from tests.conftest import SCENARIOS
from tests.engine.export.street import NAMES, SAMPLES, at_random, running

CARRY = ExportOptions(carry_greens=True)
OF_GROUPS = ("gmns", "vissim", "gbt20999", "sheet", "rsmp")


@pytest.mark.parametrize("name", NAMES)
def test_running_and_random_plans_are_held_and_read_back(name):
    plans = [running(name)] if name == "arterial" else [running(name), at_random(name, 6)]
    for plan in plans:
        for format_name in OF_GROUPS:
            assert export_as(format_name, *plan, FORMATS[format_name].given_to(CARRY)).content


def test_every_format_marks_a_draft_and_gives_the_same_bytes_twice():
    plan = running("arterial")
    for name in sorted(set(FORMATS) - {"sheet-pdf"}):
        first, second = export_as(name, *plan), export_as(name, *plan)
        assert first.content == second.content, name
        shown = unzipped(first.content) if first.content[:2] == b"PK" else {"": first.content}
        assert any(b"DRAFT" in content for content in shown.values()), name


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# GMNS


def gmns_report(folder):
    frictionless = pytest.importorskip("frictionless", reason="frictionless, a validator by others, is not installed")
    spec = SAMPLES / "gmns" / "spec"
    if not spec.is_dir():
        pytest.skip("the GMNS schemas lie in shared/samples beside a checkout, which is not here")
    names = {path.stem for path in folder.glob("signal_*.csv")}
    resources = []
    for resource in json.loads((spec / "datapackage.json").read_text())["resources"]:
        if resource["name"] in names:
            schema = json.loads((spec / f"{resource['name']}.schema.json").read_text())
            keys = schema.get("foreignKeys", [])
            schema["foreignKeys"] = [key for key in keys if key["reference"]["resource"] in names]
            plain = {"name": resource["name"], "path": f"{resource['name']}.csv", "schema": schema}
            resources.append({**plain, "dialect": {"header": True}})
    package = frictionless.Package.from_descriptor({"name": "signals", "resources": resources}, basepath=str(folder))
    return package.validate()


def written_tables(tmp_path, name="arterial"):
    for file, content in unzipped(export_as("gmns", *running(name), CARRY).content).items():
        (tmp_path / file).write_bytes(content)
    return tmp_path


def test_gmns_tables_are_valid_for_frictionless(tmp_path):
    report = gmns_report(written_tables(tmp_path))
    assert report.valid, report.flatten(["title", "note"])[:5]


@pytest.mark.parametrize(
    "break_it",
    [
        lambda text: text.replace("ring,", "rung,", 1),
        lambda text: text.replace(",1,1,1,", ",one,1,1,", 1),
        lambda text: text.replace("J1:1,1,", "J9:9,1,", 1),  # a timing plan that is not there
    ],
)
def test_a_broken_gmns_folder_is_found_by_frictionless(tmp_path, break_it):
    path = written_tables(tmp_path) / "signal_timing_phase.csv"
    before = path.read_text()
    path.write_text(break_it(before))
    assert path.read_text() != before
    assert not gmns_report(tmp_path).valid


def test_reading_gmns_back_finds_a_changed_number():
    checked, network = running("arterial")
    files = unzipped(export_as("gmns", checked, network).content)
    held, _ = held_rings(checked, network, ExportOptions(), gmns.LIMITS)
    kept = [(f"{one.junction.id}:1", one) for one in held]
    rng = random.Random(3)
    for column in ("max_green", "opt_yellow", "opt_split", "position"):
        rows = list(csv.DictReader(io.StringIO(files["signal_timing_phase.csv"].decode())))
        row = rng.choice([r for r in rows if r["opt_yellow"] != "0"])
        row[column] = str(float(row[column]) + 1) if column != "position" else "9"
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        edited = gmns.zipped({**files, "signal_timing_phase.csv": text.getvalue().encode()})
        if column == "position" and row["barrier"] != rows[0]["barrier"]:
            continue
        with pytest.raises(ReadBackError):
            gmns.read_back(edited, kept)


# RSMP


@pytest.fixture(scope="module")
def rsmp_validator():
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema, a validator by others, is not installed")
    referencing = pytest.importorskip("referencing", reason="referencing is not installed")
    root = SAMPLES / "rsmp" / "schemas"
    if not root.is_dir():
        pytest.skip("the RSMP schemas lie in shared/samples beside a checkout, which is not here")
    resources = [
        (
            path.resolve().as_uri(),
            referencing.Resource.from_contents(
                json.loads(path.read_text()), default_specification=referencing.jsonschema.DRAFT7
            ),
        )
        for path in root.rglob("*.json")
    ]
    start = (root / "tlc" / "1.2.1" / "rsmp.json").resolve().as_uri()
    registry = referencing.Registry().with_resources(resources)
    return jsonschema.Draft7Validator({"$ref": start}, registry=registry)


def messages(options: ExportOptions | None = None) -> list[dict]:
    rows = json.loads(export_as("rsmp", *running("arterial"), options).content)
    return [message for row in rows for message in row["messages"]]


def test_every_rsmp_message_is_valid_by_the_official_schema(rsmp_validator):
    later = TimedPlan(plan=running("arterial")[0], start_s=55_800, days=(0, 1, 2, 3, 4))
    found = messages(ExportOptions(start_s=21_600, later=(later,)))
    assert {part["cCI"] for message in found for part in message["arg"]} == {"M0015", "M0016", "M0017", "M0018"}
    for message in found:
        assert not list(rsmp_validator.iter_errors(message))


def test_the_schema_catches_a_wrong_command_and_a_number_and_our_check_a_value_out_of_range(rsmp_validator):
    message = messages()[0]
    for place, wrong in (("cO", "setCycle"), ("v", 90)):
        broken = json.loads(json.dumps(message))
        next(part for part in broken["arg"] if part["n"] == "status")[place] = wrong
        assert list(rsmp_validator.iter_errors(broken))
    with pytest.raises(ReadBackError, match="999"):
        require_in_range("M0018", {"status": "999", "plan": "1"})
    with pytest.raises(ReadBackError):
        require_in_range("M0017", {"status": "1-1-24-00"})


# GB/T 20999


def test_the_checksum_is_that_of_a_shift_register_by_hand():
    """The remainder of long division over two elements, done on a string of digits."""
    message = bytes([0x7E, 0x5C, 0x7D, 0x00, 0x31])
    digits = [int(d) for byte in message for d in f"{byte:08b}"] + [0] * 16
    polynomial = [int(d) for d in "10001000000000101"]
    for k in range(len(digits) - 16):
        if digits[k]:
            for n, digit in enumerate(polynomial):
                digits[k + n] ^= digit
    assert checksum(message) == int("".join(map(str, digits[-16:])), 2)


def test_frames_escape_and_every_changed_bit_is_found():
    content = frame(0x7D, 0x5C, [(9, 2, 5, 1, bytes([0x7E, 0x7D])), (4, 2, 6, 3, b"\x05")])
    junction, values = gbt_read_back.decoded(content)
    assert (junction, values[9, 2, 5, 1], values[4, 2, 6, 3]) == (0x7D, b"\x7e\x7d", b"\x05")
    assert b"\x7e" not in content[1:-1].replace(b"\x5c\x7e", b"")
    for k in range(8 * len(content)):
        broken = bytearray(content)
        broken[k // 8] ^= 1 << k % 8
        with pytest.raises((ReadBackError, StopIteration, IndexError)):
            gbt_read_back.decoded(bytes(broken))


def test_reading_frames_back_finds_a_changed_stage():
    checked, network = running("arterial")
    content = export_as("gbt20999", checked, network).content
    plans = dict(enumerate(checked.plan.junctions, start=1))
    junctions = {n: network.by_junction[p.junction] for n, p in plans.items()}
    gbt_read_back.read_back(content, plans, junctions, 1)
    later = plans[1].with_offset(plans[1].offset_s + 1)
    with pytest.raises(ReadBackError, match="J1"):
        gbt_read_back.read_back(content, {**plans, 1: later}, junctions, 1)


# Vissim and the sheet


def test_a_sig_file_keeps_the_intergreens_that_it_states():
    """An outside look: for each pair, from the end of green (start of red less amber) to the other's start of green."""
    for content in unzipped(export_as("vissim", *running("arterial")).content).values():
        root = etree.fromstring(content)
        cycle = int(root.find("progs/prog").get("cycletime"))
        times = {}
        for sg in root.iterfind("progs/prog/sgs/sg"):
            amber = sum(int(f.get("duration")) for f in sg.iterfind("fixedstates/fixedstate[@display='4']"))
            cmds = [(int(c.get("begin")), c.get("display")) for c in sg.iterfind("cmds/cmd")]
            times[sg.get("sg_id")] = [b for b, d in cmds if d == "3"], [b - amber for b, d in cmds if d == "1"]
        for pair in root.iterfind("intergreenmatrices/intergreenmatrix/intergreen"):
            starts, ends = times[pair.get("enteringsg")][0], times[pair.get("clearingsg")][1]
            gaps = [(start - end) % cycle for start in starts for end in ends]
            together = any(gap > cycle - 60_000 for gap in gaps)  # one of the two yields: they are green together
            assert together or all(gap >= int(pair.get("value")) for gap in gaps)


def test_reading_a_sig_file_back_finds_a_changed_time():
    checked, _ = running("arterial")
    for plan, content in zip(
        checked.plan.junctions, unzipped(export_as("vissim", *running("arterial")).content).values(), strict=True
    ):
        for tag, name in (("cmd", "begin"), ("fixedstate", "duration"), ("prog", "offset"), ("prog", "cycletime")):
            root = etree.fromstring(content)
            element = next(root.iter(tag))
            element.set(name, str(int(element.get(name)) + 1000))
            with pytest.raises(ReadBackError):
                vissim.read_back(etree.tostring(root), plan)


def test_the_sheet_is_read_back_and_its_checksum_follows_every_number():
    checked, network = running("arterial")
    content = export_as("sheet", checked, network).content
    plan = checked.plan.junctions[0]
    assert sheet.checksum(plan).encode() in content
    assert sheet.checksum(plan) != sheet.checksum(plan.with_offset(plan.offset_s + 1))
    edited = content.replace(b"<td class='n'>0</td>", b"<td class='n'>1</td>", 1)
    assert edited != content
    with pytest.raises(ReadBackError):
        sheet.read_back(edited, checked.plan.junctions, network)


def test_the_pdf_has_a_page_a_junction_and_the_same_bytes_twice():
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "chrome")):
        pytest.skip("no Chromium on this machine: no PDF is printed (apt-get install chromium)")
    content = export_as("sheet-pdf", *running("arterial"), ExportOptions(junctions=("J1",))).content
    assert content.startswith(b"%PDF")
    assert b"/Type /Page" in content


# What all share


def test_an_unknown_junction_format_or_schedule_is_refused():
    checked, network = running("arterial")
    with pytest.raises(InputError, match="J1"):
        export_as("sheet", checked, network, ExportOptions(junctions=("J99",)))
    with pytest.raises(InputError, match="sumo"):
        export_as("paper", checked, network)
    with pytest.raises(InputError, match="time of day"):
        export_as("sumo", checked, network, ExportOptions(later=(TimedPlan(plan=checked, start_s=1),)))
    with pytest.raises(InputError, match="--later is for sumo"):
        export_as("utdf", checked, network, ExportOptions(start_s=0, later=(TimedPlan(plan=checked, start_s=60),)))


@pytest.mark.parametrize("name", SCENARIOS[:3])
def test_junctions_can_be_named(name):
    checked, network = running(name)
    one = checked.plan.junctions[0].junction
    content = export_as("sheet", checked, network, ExportOptions(junctions=(one,))).content
    assert content.count(b"<section") == 1
