"""NTCIP object lists: held to the text of the MIBs, set into an agent by net-snmp, and read back."""

import random
import re
import shutil
import subprocess

import pytest
from greenband.engine.export.exporter import ExportOptions, ReadBackError, TimedPlan, export_as
from greenband.engine.export.ntcip import read_back as ntcip_read_back
from greenband.engine.export.ntcip.ntcip import LIMITS
from greenband.engine.export.ntcip.objects import OBJECTS
from greenband.engine.export.ntcip.patterns import SYNC_POINTS
from greenband.engine.export.rings.held_rings import held_rings
from greenband.networks.errors import InputError

from tests.conftest import SCENARIOS
from tests.engine.export.street import NAMES, SAMPLES, at_random, running

CARRY = ExportOptions(carry_greens=True)
MIBS = (SAMPLES / "ntcip-mib" / "NTCIP1202-v03.mib", SAMPLES / "ntcip-mib" / "NTCIP1201-v03.mib")
ASC = "1.3.6.1.4.1.1206.4.2.1"


@pytest.fixture(scope="module")
def mib() -> dict[str, dict]:
    if not MIBS[0].is_file():
        pytest.skip("the MIBs lie in shared/samples beside a checkout, which is not here")
    pytest.importorskip("pysnmp", reason="pysnmp, on which the test's agent is built, is not installed")
    from tests.engine.export.ntcip_agent import read_mib

    return read_mib(*MIBS)


@pytest.mark.parametrize("name", NAMES)
def test_running_plans_are_held_and_read_back(name):
    assert export_as("ntcip", *running(name), CARRY).content.startswith(b"# controller")


@pytest.mark.parametrize("name", SCENARIOS)
def test_random_plans_are_held_and_read_back(name):
    export_as("ntcip", *at_random(name, 4), CARRY)


def test_every_object_stands_in_the_mib_with_our_number_range_and_access(mib):
    for ours in OBJECTS.values():
        theirs = mib[ours.oid]
        assert (theirs["name"], theirs["kind"]) == (ours.name, ours.kind)
        if ours.kind == "i" and ours.name != "phaseStartup":
            allowed = theirs["allowed"]  # of a range, min() would look at each of four thousand million numbers
            ends = (allowed[0], allowed[-1]) if isinstance(allowed, range) else (min(allowed), max(allowed))
            assert ends == (ours.low, ours.high)
        read_only = ("patternSplitNumber", "dbVerifyStatus", "timebaseAscActionNumber")
        assert theirs["access"] == ("read-only" if ours.name in read_only else "read-write"), ours.name


def lists(content: bytes) -> dict[str, list[list[str]]]:
    """The lines of each controller's list."""
    parts = content.decode().split("# controller ")[1:]
    return {
        part.split("\n")[0]: [line.split(";") for line in part.split("\n")[1:] if line and line[0] != "#"]
        for part in parts
    }


class NetSnmp:
    """net-snmp's tools, written in C by others, as the operator's side."""

    def __init__(self, port: int) -> None:
        if shutil.which("snmpset") is None:
            pytest.skip("net-snmp's snmpset is not installed (Debian: snmp)")
        self.tail = ["-v1", "-c", "administrator", "-t", "8", "-r", "0", f"127.0.0.1:{port}"]

    def set(self, rows: list[list[str]]) -> str:
        """Set varbinds in one message; return what net-snmp says of an error, or nothing."""
        words = [word for oid, kind, value in rows for word in (oid, kind, value)]
        done = subprocess.run(["snmpset", "-On", *self.tail, *words], capture_output=True, text=True, timeout=60)
        return "" if done.returncode == 0 else done.stderr

    def get(self, oids: list[str]) -> list[str]:
        done = subprocess.run(["snmpget", "-OnQex", *self.tail, *oids], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [line.partition(" =")[2].strip().strip('"').strip() for line in done.stdout.strip().split("\n")]

    def follow(self, rows: list[list[str]]) -> str:
        """Go through a list as its head says; return the first thing that stops it, after closing the transaction."""
        waiting: list[list[str]] = []
        for oid, kind, value in [*rows, ["", "end", ""]]:
            if kind in ("expect", "end") or oid.endswith("6.2.1.0") or len(waiting) == 30:
                stopped = self.set(waiting) if waiting else ""
                waiting = []
                if stopped:
                    return self._aborted(stopped)
            if kind == "expect":
                found = self.get([oid])[0]
                if found != value:
                    return self._aborted(f"{oid} is {found}, not {value}")
            elif kind != "end":
                waiting.append([oid, kind, value])
                if oid.endswith("6.2.1.0"):
                    stopped = self.set(waiting)
                    waiting = []
                    if stopped:
                        return stopped
        return ""

    def _aborted(self, why: str) -> str:
        self.set([["1.3.6.1.4.1.1206.4.2.6.2.1.0", "i", "1"]])
        return why


def preset() -> dict:
    from pysnmp.proto.api import v2c

    return {f"{ASC}.4.7.1.4.1": v2c.Integer32(1), f"{ASC}.4.7.1.2.1": v2c.Integer32(0)}


@pytest.fixture
def controller(mib):
    from tests.engine.export.ntcip_agent import Controller, agent

    held = Controller(mib, preset())
    with agent(held) as port:
        yield held, NetSnmp(port)


def one_list(options: ExportOptions | None = None) -> list[list[str]]:
    rows = lists(export_as("ntcip", *running("arterial"), options).content)["J3"]
    # Bit 31 of timeBaseScheduleDate is beyond the integers of pysnmp, though within those of the MIB: left out here.
    return [[oid, kind, "2147483646" if value == "4294967294" else value] for oid, kind, value in rows]


def test_a_list_goes_into_the_agent_and_reads_back_equal(controller):
    _, snmp = controller
    rows = one_list(ExportOptions(start_s=25200))
    assert snmp.follow(rows) == ""
    data = [row for row in rows if row[1] in "ixo" and not row[0].endswith("6.2.1.0")]
    for start in range(0, len(data), 40):
        part = data[start : start + 40]
        for (oid, kind, value), found in zip(part, snmp.get([row[0] for row in part]), strict=True):
            shown = re.sub(r"\s", "", found).lower() if kind == "x" else found.lstrip(".")
            assert shown == value, oid


def test_values_out_of_range_and_outside_of_a_transaction_are_refused(controller):
    held, snmp = controller
    assert "badValue" in snmp.set([[f"{ASC}.4.7.1.2.1", "i", "256"]])
    assert "noSuchName" in snmp.set([[f"{ASC}.4.7.1.4.1", "i", "1"]])  # read-only in v03
    assert "genErr" in snmp.set([[f"{ASC}.7.3.1.3.1.1", "x", "0102"]])
    assert "badValue" in snmp.set([["1.3.6.1.4.1.1206.4.2.6.2.1.0", "i", "3"]])  # nothing to verify
    assert len(held.data) == 2


def without(rows, *starts):
    return [row for row in rows if not row[0].startswith(starts)]


@pytest.mark.parametrize(
    "broken",
    [
        lambda rows: without(rows, *(f"{ASC}.{c}.2" for c in ("1.2.1.21", "1.2.1.22", "1.2.1.23"))),  # phase 2 missing
        lambda rows: [[o, k, "255" if o == f"{ASC}.4.7.1.3.1" else v] for o, k, v in rows],  # offset past the cycle
        lambda rows: [[o, k, str(int(v) + 1) if o == f"{ASC}.4.9.1.3.1.1" else v] for o, k, v in rows],  # split
        lambda rows: [[o, k, "02" if o == f"{ASC}.1.2.1.23.1" else v] for o, k, v in rows],  # unmutual concurrency
    ],
)
def test_an_inconsistent_list_is_refused_and_the_old_data_survive(controller, broken):
    held, snmp = controller
    before = dict(held.data)
    assert "is 2, not 3" in snmp.follow(broken(one_list()))
    assert held.data == before


def test_a_transaction_that_is_broken_off_leaves_nothing(controller):
    held, snmp = controller
    before = dict(held.data)
    rows = one_list()
    done = next(k for k, row in enumerate(rows) if row[2] == "3" and row[0].endswith("6.2.1.0"))
    assert snmp.follow(rows[: done // 2]) == ""
    snmp.set([["1.3.6.1.4.1.1206.4.2.6.2.1.0", "i", "1"]])
    assert held.data == before


@pytest.mark.parametrize("reference", SYNC_POINTS)
@pytest.mark.parametrize("variant", ["v03", "v02"])
def test_offsets_are_converted_by_their_reference_and_back(variant, reference):
    """The read back turns them round: it takes the lamps' places from the offset and its reference alone."""
    export_as("ntcip", *running("arterial"), ExportOptions(variant=variant, offset_reference=reference))


def test_version_02_asks_what_an_offset_refers_to():
    with pytest.raises(InputError, match="by vendor"):
        export_as("ntcip", *running("arterial"), ExportOptions(variant="v02"))


def test_reading_back_finds_any_one_number_changed():
    """Of the values that decide on lamps; each column is tried."""
    checked, network = running("arterial")
    content = export_as("ntcip", checked, network).content
    held, _ = held_rings(checked, network, ExportOptions(), LIMITS)
    ntcip_read_back.read_back(content, [held], 1)
    deciding = (
        "1.2.1.2.",
        "1.2.1.8.",
        "1.2.1.9.",
        "1.2.1.22.",
        "4.7.1.2.",
        "4.7.1.3.",
        "4.9.1.3.",
        "8.2.1.2.",
        "7.3.1.3.",
    )
    lines = content.decode().split("\n")
    rng = random.Random(5)
    for column in deciding:
        places = [k for k, line in enumerate(lines) if line.startswith(f"{ASC}.{column}") and line[-1] not in ";0"]
        for k in rng.sample(places, min(3, len(places))):
            oid, kind, value = lines[k].split(";")
            other = value[:-2] + f"{int(value[-2:], 16) + 1:02x}" if kind == "x" else str(int(value) + 1)
            edited = "\n".join([*lines[:k], f"{oid};{kind};{other}", *lines[k + 1 :]])
            with pytest.raises(ReadBackError):
                ntcip_read_back.read_back(edited.encode(), [held], 1)
    moved = [line for line in lines if not line.endswith("6.2.1.0;i;3")]
    with pytest.raises(ReadBackError, match="dbCreateTransaction"):
        ntcip_read_back.read_back("\n".join(moved).encode(), [held], 1)


def test_two_plans_of_a_day_are_two_patterns_and_a_day_plan():
    checked, network = running("arterial")
    later = TimedPlan(plan=checked, start_s=15 * 3600, days=(0, 1, 2, 3, 4))
    rows = lists(export_as("ntcip", checked, network, ExportOptions(start_s=6 * 3600, later=(later,))).content)["J1"]
    values = {oid: value for oid, _, value in rows}
    time_base = "1.3.6.1.4.1.1206.4.2.6.3.3"
    assert [values[f"{time_base}.2.1.3.{row}"] for row in (1, 2)] == [
        str(0b1111100),
        str(0b10000010),
    ]  # Mon–Fri, Sat Sun
    hours = [values[f"{time_base}.5.1.3.1.{event}"] for event in (1, 2)]
    assert hours == ["6", "15"]
    assert values[f"{time_base}.5.1.5.1.2"] == f"{ASC}.5.3.1.1.2"
    assert values[f"{ASC}.5.3.1.2.2"] == "2"
