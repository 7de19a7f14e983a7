"""UTDF of our plans: read back by our reader, read by utdf2gmns, and every single change is found."""

import random
import re

import pytest
from greenband.engine.export.exporter import CannotHold, ExportOptions, ReadBackError, export_as
from greenband.engine.export.rings.held_rings import held_rings
from greenband.engine.export.utdf import read_back as utdf_read_back
from greenband.engine.export.utdf.streets import numbers_of
from greenband.engine.export.utdf.utdf import LIMITS, REFERENCES
from greenband.networks.errors import InputError
from greenband.networks.plan import whole_ms
from greenband.networks.utdf.signals import END, FIRST_YELLOW, controllers
from greenband.networks.utdf.tables import parse_utdf, utdf_bytes

from tests.conftest import SCENARIOS
from tests.engine.export.street import NAMES, at_random, running

CARRY = ExportOptions(carry_greens=True)


@pytest.mark.parametrize("name", NAMES)
def test_running_plans_are_held_and_read_back(name):
    assert export_as("utdf", *running(name), CARRY).content.startswith(b"[Network]")


@pytest.mark.parametrize("name", SCENARIOS)
def test_random_plans_are_held_and_read_back(name):
    export_as("utdf", *at_random(name, 3), CARRY)


def test_the_starts_of_greens_are_those_of_the_plan_for_a_reader_that_knows_only_the_phases():
    """The coordinated phase starts at the offset of the plan, and the splits of each ring fill the cycle."""
    checked, network = running("arterial")
    found = controllers(parse_utdf(export_as("utdf", checked, network).content, "x"), "x")
    offsets = {plan.offset_s for plan in checked.plan.junctions}
    assert {c.by_number[c.reference_phases[0]].start_s for c in found.values()} == offsets
    for controller in found.values():
        for ring in {phase.ring for phase in controller.phases}:
            assert sum(p.split_s for p in controller.phases if p.ring == ring) == pytest.approx(controller.cycle_s)


def test_utdf2gmns_reads_what_we_write(tmp_path):
    utdf2gmns = pytest.importorskip("utdf2gmns", reason="utdf2gmns, a reader by others, is not installed")
    checked, network = running("arterial")
    path = tmp_path / "plan.csv"
    path.write_bytes(export_as("utdf", checked, network).content)
    tables = utdf2gmns.read_UTDF(str(path))
    plans = tables["Timeplans"].set_index(["RECORDNAME", "INTID"])["DATA"]
    cycles = [int(value.strip()) for (record, _), value in plans.items() if record == "Cycle Length"]
    offsets = [float(value) for (record, _), value in plans.items() if record == "Offset"]
    assert cycles == [plan.cycle_s for plan in checked.plan.junctions]
    assert offsets == [plan.offset_s for plan in checked.plan.junctions]


@pytest.mark.parametrize("reference", REFERENCES)
def test_offsets_are_converted_by_their_reference(reference):
    checked, network = running("arterial")
    options = ExportOptions(offset_reference=reference)
    found = controllers(parse_utdf(export_as("utdf", checked, network, options).content, "x"), "x")
    for plan, controller in zip(checked.plan.junctions, found.values(), strict=True):
        phase = controller.by_number[controller.reference_phases[0]]
        later = {FIRST_YELLOW: phase.green_s, END: phase.split_s}.get(REFERENCES[reference], 0)
        assert whole_ms(controller.offset_s) == whole_ms(plan.offset_s + later) % whole_ms(plan.cycle_s)


def test_an_unknown_reference_is_refused():
    with pytest.raises(InputError, match="first-green"):
        export_as("utdf", *running("arterial"), ExportOptions(offset_reference="noon"))


def test_a_yellow_between_two_greens_is_refused_unless_it_may_be_left_out():
    with pytest.raises(CannotHold, match=r"g0.*--carry-greens"):
        export_as("utdf", *running("ingolstadt1"))
    losses = export_as("utdf", *running("ingolstadt1"), CARRY).losses
    assert any("yellow between two greens" in loss.what for loss in losses)


def changed(content: bytes, rng: random.Random) -> bytes:
    """The file with one number of its timing changed."""
    lines = content.decode().split("\n")
    timed = ("Phase1", "PermPhase1", "Cycle Length", "Reference Phase", "Offset", "MaxGreen", "Yellow", "Walk", "Start")
    places = [k for k, line in enumerate(lines) if line.split(",")[0] in timed and re.search(r",\d", line)]
    at = rng.choice(places)
    head, *cells = lines[at].split(",")
    filled = [k for k, cell in enumerate(cells) if k and cell]
    k = rng.choice(filled)
    cells[k] = str(float(cells[k]) + 1) if head[:5] not in ("Phase", "PermP") else str(int(cells[k]) % 3 + 1)
    lines[at] = ",".join((head, *cells))
    return "\n".join(lines).encode()


def test_reading_back_finds_any_one_number_changed():
    checked, network = running("arterial")
    content = export_as("utdf", checked, network).content
    held, _ = held_rings(checked, network, ExportOptions(), LIMITS)
    numbers = numbers_of([one.junction.id for one in held], network)
    utdf_read_back.read_back(content, held, network, numbers)
    for seed in range(40):
        edited = changed(content, random.Random(seed))
        if edited != content:
            with pytest.raises((ReadBackError, InputError)):
                utdf_read_back.read_back(edited, held, network, numbers)


def test_a_written_file_is_read_and_written_again_byte_for_byte():
    content = export_as("utdf", *running("arterial")).content
    assert utdf_bytes(parse_utdf(content, "x")) == content
