"""A day of switches (WAUT) becomes the periods in which SUMO shows what the imported programs show."""

import re

import pytest
from greenband.engine.importing.sumo_study import import_sumo
from greenband.engine.studies.file import read_study
from greenband.networks.errors import InputError
from greenband.networks.plan_file import read_plan
from greenband.networks.sumo.net import read_network

from tests.networks.watched import (
    BACK,
    BRANCHES,
    CHANGE,
    EAST_WEST,
    NORTH_SOUTH,
    lamps_as_read,
    lamps_in_sumo,
    logic,
    phases,
    two_signals,
    written,
)

MORNING = phases(((40, EAST_WEST), (5, CHANGE), (30, NORTH_SOUTH), (5, BACK)))
OFF = "oooOOOooooOOOo"


@pytest.fixture(scope="module")
def net(tmp_path_factory):
    return two_signals(tmp_path_factory.mktemp("two signals"))


def day(folder, start, *switches, ref="0", more=""):
    """A file with programs `am`, and a WAUT that A and B follow."""
    inner = "".join(f'<wautSwitch time="{when}" to="{to}"/>' for when, to in switches)
    return written(
        folder,
        *(logic(MORNING, signal=signal, name="am", offset=late) for signal, late in (("A", 5), ("B", 15))),
        f'<WAUT id="w" refTime="{ref}" startProg="{start}">{inner}</WAUT>',
        *(f'<wautJunction wautID="w" junctionID="{signal}"/>' for signal in "AB"),
        more,
    )


def periods(folder):
    return [(one.name, one.begin, one.end) for one in read_study(folder).file.periods]


@pytest.mark.parametrize(
    ("switches", "ref"),
    [
        ((("21600", "am"), ("79200", "0")), "0"),
        ((("06:00:00", "am"), ("22:00:00", "0")), "0"),
        ((("0", "am"), ("57600", "0")), "06:00:00"),
    ],
)
def test_times_are_read_as_sumo_reads_them_and_the_night_before_is_a_period_too(net, tmp_path, switches, ref):
    file = day(tmp_path, "0", *switches, ref=ref)
    assert import_sumo(net, [file], tmp_path / "study")["periods"] == 3
    assert [span[1:] for span in periods(tmp_path / "study")] == [(21600, 79200), (79200, 86400), (0, 21600)]
    for number, (_, begin, _) in enumerate(periods(tmp_path / "study"), start=1):
        programs = tmp_path / "study" / f"programs{number if number > 1 else ''}.add.xml"
        network = read_network(tmp_path / "study" / "street.net.xml", [programs])
        for signal in "AB":
            shown = lamps_in_sumo(net, [file], signal, 200, tmp_path, begin=begin)
            assert lamps_as_read(network, signal, 200, begin=begin) == [state for _, state in shown]


def test_off_at_night_is_kept_as_blinking_and_dark_and_is_not_what_runs_today(net, tmp_path):
    file = day(tmp_path, "off", ("21600", "am"), ("79200", "off"))
    import_sumo(net, [file], tmp_path / "study")
    assert periods(tmp_path / "study") == [("plan 1", 21600, 79200), ("off 2", 79200, 86400), ("off 3", 0, 21600)]
    study = read_study(tmp_path / "study")
    today = read_network(study.network, study.additional)
    assert today.by_junction["A"].running.cycle_s == 80
    for number, begin in ((2, 79200), (3, 0)):
        shown = lamps_in_sumo(net, [file], "A", 30, tmp_path, begin=begin)
        assert {state for _, state in shown} == {OFF}
        night = read_network(study.network, [tmp_path / "study" / f"programs{number}.add.xml"])
        assert set(lamps_as_read(night, "A", 30)) == {OFF}
        plan = read_plan(tmp_path / "study" / f"plan{number}.json", today)  # in the groups of today's network
        displays = {window.display for group in plan.by_junction["A"].groups for window in group.windows}
        assert displays == {"o", "O"}


def test_a_day_that_begins_with_the_night_is_not_planned_for_the_night(net, tmp_path):
    import_sumo(net, [day(tmp_path, "am", ("79200", "off"))], tmp_path / "study")
    assert periods(tmp_path / "study") == [("plan 1", 0, 79200), ("off 2", 79200, 86400)]
    study = read_study(tmp_path / "study")
    assert read_network(study.network, study.additional).by_junction["A"].running.cycle_s == 80


@pytest.mark.parametrize(
    ("text", "new", "found"),
    [
        ('time="21600"', 'time="6 Uhr"', "time '6 Uhr'"),
        ('<WAUT id="w"', '<WAUT id="other"', "no WAUT 'w'"),
        ('to="am"', 'to="pm"', "program 'pm' of signal A"),
        ('startProg="0"', 'startProg="x"', "program 'x' of signal A"),
        ('junctionID="B"', 'junctionID="ZZ"', "a signal that the network has not"),
    ],
)
def test_what_sumo_would_not_load_is_one_error_with_its_line_and_nothing_is_written(net, tmp_path, text, new, found):
    file = day(tmp_path, "0", ("21600", "am"))
    file.write_text(file.read_text().replace(text, new))
    with pytest.raises(InputError, match=found) as error:
        import_sumo(net, [file], tmp_path / "study")
    assert re.search(r"more\.add\.xml, line \d", error.value.where)
    assert not (tmp_path / "study").exists()
    import subprocess

    with pytest.raises(subprocess.CalledProcessError):  # the oracle: SUMO refuses it too
        lamps_in_sumo(net, [file], "A", 30, tmp_path, begin=21590)


def test_switches_that_never_come_leave_the_day_to_the_first_program(net, tmp_path):
    assert import_sumo(net, [day(tmp_path, "am")], tmp_path / "study")["periods"] == 1
    assert [span[1:] for span in periods(tmp_path / "study")] == [(0, 86400)]
    shown = lamps_in_sumo(net, [day(tmp_path, "am")], "A", 120, tmp_path)
    network = read_network(tmp_path / "study" / "street.net.xml", [tmp_path / "study" / "programs.add.xml"])
    assert lamps_as_read(network, "A", 120) == [state for _, state in shown]


def test_a_signal_without_fixed_times_is_imported_with_its_own_program_and_left(net, tmp_path):
    file = written(tmp_path, logic(BRANCHES, "actuated", name="br"))
    told: list[str] = []
    assert import_sumo(net, [file], tmp_path / "study", told.append)["signals"] == 2
    study = read_study(tmp_path / "study")
    network = read_network(study.network, study.additional)
    assert [junction.id for junction in network.junctions] == ["B"]
    assert [left.junction.id for left in network.left] == ["A"]
    assert any("A is left as it runs" in sentence for sentence in told)
    assert 'next="1 3"' in study.network.read_text()
