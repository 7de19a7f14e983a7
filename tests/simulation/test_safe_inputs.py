"""SUMO writes nothing that a user's file asks for, reads nothing that it includes, and drives the same traffic."""

import gzip
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from greenband.networks.errors import InputError
from greenband.simulation.binaries import child_environment, find_binary
from greenband.simulation.explicit import explicit_routes
from greenband.simulation.field import run_field
from greenband.simulation.measure.positions import positions
from greenband.simulation.run import run
from greenband.simulation.safe_inputs import left_out
from greenband.simulation.scenario import Scenario

from tests.simulation.streets import routes

Write = Callable[[str, str], Path]
MINE = "a file of the user's"
# Each element that SUMO 1.28 is known to write for, by the place that it writes to.
OUTPUTS = """<additional>
  <edgeData id="a" file="{0}"/>
  <laneData id="b" file="{1}"/>
  <inductionLoop id="c" lane="wm_0" pos="10" period="60" file="{2}"/>
  <laneAreaDetector id="d" lane="wm_0" pos="10" endPos="50" period="60" file="{3}"/>
  <instantInductionLoop id="e" lane="wm_0" pos="30" file="{4}"/>
  <entryExitDetector id="f" period="60" file="{5}">
    <detEntry lane="wm_0" pos="5"/><detExit lane="me_0" pos="9"/>
  </entryExitDetector>
  <timedEvent type="SaveTLSStates" source="m" dest="{6}"/>
  <routeProbe id="h" edge="wm" period="60" file="{7}"/>
  {traffic}
  <tlLogic id="m" type="actuated" programID="z" offset="0">
    <param key="file" value="{9}"/><phase duration="30" state="GGrr"/><phase duration="30" state="rrGG"/>
  </tlLogic>
</additional>"""


CALIBRATOR = """<route id="x" edges="wm me"/><calibrator id="i" edge="wm" pos="0" output="{8}">
  <flow begin="0" end="9" vehsPerHour="1" route="x"/></calibrator>"""


@pytest.fixture
def victims(tmp_path: Path) -> list[Path]:
    (tmp_path / "user").mkdir()
    found = [tmp_path / "user" / f"{place}.xml" for place in range(12)]
    for path in found:
        path.write_text(MINE)
    return found


def trips() -> str:
    return routes([(float(t), "wm me" if t % 4 else "sm mn") for t in range(0, 240, 2)])


def hurt(victims: list[Path]) -> set[int]:
    return {place for place, path in enumerate(victims) if path.read_text() != MINE}


def test_nothing_that_an_additional_file_names_is_written(
    crossing: Path, write: Write, tmp_path: Path, victims: list[Path]
) -> None:
    asks = write("out.add.xml", OUTPUTS.format(*victims, traffic=CALIBRATOR.format(*victims)))
    drives = write("r.rou.xml", trips())
    scenario = Scenario(network=crossing, routes=(drives,), additional=(asks,), begin_s=0, end_s=300)
    run(scenario, seed=1)
    positions(scenario, ["wm"], seed=1, begin_s=0, end_s=60)
    explicit_routes(scenario, tmp_path)
    field = write("field.add.xml", OUTPUTS.format(*victims, traffic=""))
    run_field(replace(scenario, additional=(field,)), out=tmp_path / "field", days=1)
    assert hurt(victims) == set()
    command = [str(find_binary("sumo")), f"--net-file={crossing}", f"--route-files={drives}"]
    subprocess.run(
        [*command, f"--additional-files={asks}", "--end=300", "--no-step-log", "--no-warnings"],
        env=child_environment(),
        check=False,
        capture_output=True,
    )
    assert hurt(victims) >= {0, 1, 2, 3, 4, 5, 6, 7, 8}  # SUMO itself does


@pytest.mark.parametrize("hidden", [False, True])
def test_nothing_that_a_vehicle_type_names_is_written(
    crossing: Path, write: Write, victims: list[Path], hidden: bool
) -> None:
    key = "device.ssm.&#102;ile" if hidden else "device.ssm.file"
    kind = (
        f'<vType id="car"><param key="has.ssm.device" value="true"/><param key="{key}" value="{victims[10]}"/></vType>'
    )
    text = trips().replace("<vType", kind + '<vType x="', 1).replace('x=" id="car"', 'id="car2"')
    drives = write("r.rou.xml", text)
    run(Scenario(network=crossing, routes=(drives,), begin_s=0, end_s=300), seed=1)
    assert hurt(victims) == set()


def test_nothing_that_a_network_names_is_written(crossing: Path, write: Write, victims: list[Path]) -> None:
    loop = f'<inductionLoop id="c" lane="wm_0" pos="10" period="60" file="{victims[11]}"/></net>'
    network = write("own.net.xml", crossing.read_text().replace("</net>", loop))
    drives = write("r.rou.xml", trips())
    ours = run(Scenario(network=network, routes=(drives,), begin_s=0, end_s=300), seed=1)
    assert hurt(victims) == set()
    clean = run(Scenario(network=crossing, routes=(drives,), begin_s=0, end_s=300), seed=1)
    assert ours.trips.delay_s.tolist() == clean.trips.delay_s.tolist()


@pytest.mark.parametrize("place", ["network", "routes", "additional"])
def test_an_include_is_refused_by_its_line(crossing: Path, write: Write, tmp_path: Path, place: str) -> None:
    other = write("other.xml", "<additional/>")
    line = f'<include href="{other}"/>'
    files = {
        "network": crossing.read_text().replace("</net>", f"{line}</net>"),
        "routes": trips().replace("</routes>", f"{line}</routes>"),
        "additional": f"<additional>\n{line}</additional>",
    }
    broken = write(f"{place}.xml", files[place])
    scenario = Scenario(
        network=broken if place == "network" else crossing,
        routes=(broken if place == "routes" else write("r.rou.xml", trips()),),
        additional=(broken,) if place == "additional" else (),
        begin_s=0,
        end_s=300,
    )
    with pytest.raises(InputError, match="include") as caught:
        run(scenario, seed=1)
    assert str(broken) in caught.value.where
    with pytest.raises(InputError, match="include"):
        run_field(scenario, out=tmp_path / "field", days=1)


def test_what_is_known_is_driven_as_sumo_drives_it(crossing: Path, write: Write) -> None:
    stops = """<additional><busStop id="s" lane="wm_0" startPos="100" endPos="130"/><poly id="p" shape="0,0 1,1"/>
      <vTypeDistribution id="mix"><vType id="slow" maxSpeed="5" probability="0.5"/><vType id="fast" probability="0.5"/>
      </vTypeDistribution><tlLogic id="m" type="static" programID="q" offset="3"><phase duration="20" state="GGrr"/>
      <phase duration="40" state="rrGG"/></tlLogic></additional>"""
    known = write("known.add.xml", stops)
    text = (
        trips()
        .replace('type="car"', 'type="mix"')
        .replace('edges="wm me"/>', 'edges="wm me"/><stop busStop="s" duration="9"/>')
    )
    drives = write("r.rou.xml", text)
    packed = known.with_name("packed.add.xml.gz")
    packed.write_bytes(gzip.compress(known.read_bytes()))
    ours = run(Scenario(network=crossing, routes=(drives,), additional=(packed,), begin_s=0, end_s=300), seed=3)
    made = drives.with_name("trips.xml")
    command = [str(find_binary("sumo")), f"--net-file={crossing}", f"--route-files={drives}", "--seed=3", "--end=300"]
    options = ["--time-to-teleport=-1", "--tripinfo-output.write-unfinished", "--no-step-log", "--no-warnings"]
    subprocess.run(
        [*command, *options, f"--additional-files={known}", f"--tripinfo-output={made}"],
        env=child_environment(),
        check=True,
        capture_output=True,
    )
    lost_s = sorted(float(part.split('"')[0]) for part in made.read_text().split('timeLoss="')[1:])
    assert len(lost_s) > 50
    told_s = ours.trips.delay_s[ours.trips.departed] - ours.trips.depart_delay_s[ours.trips.departed]
    assert sorted(told_s.tolist()) == pytest.approx(lost_s, abs=0.01)


def test_what_sumo_does_not_get_is_named(write: Write) -> None:
    path = write(
        "x.add.xml", '<additional><edgeData id="a" file="b"/><poly id="p"/><busStop id="s"/><odd/></additional>'
    )
    assert left_out(path) == ("edgeData", "odd")


def test_an_error_names_the_users_file_and_not_our_copy(crossing: Path, write: Write) -> None:
    bad = write("bad.add.xml", '<additional><busStop id="s" lane="nowhere_0" startPos="1" endPos="2"/></additional>')
    scenario = Scenario(
        network=crossing, routes=(write("r.rou.xml", trips()),), additional=(bad,), begin_s=0, end_s=300
    )
    with pytest.raises(InputError, match="nowhere") as caught:
        run(scenario, seed=1)
    assert "user-0" not in str(caught.value)
    assert "greenband-" not in str(caught.value)


def test_files_whose_names_have_commas_are_driven_like_any_others(crossing: Path, tmp_path: Path) -> None:
    """SUMO parts its lists of files at commas, which a folder's name may have."""
    folder = tmp_path / "Main St, north, 2026"
    folder.mkdir()
    net = folder / "a,b.net.xml.gz"
    net.write_bytes(gzip.compress(crossing.read_bytes()))
    cars = folder / "cars, all.rou.xml"
    cars.write_text(routes([(float(k), "sm mn") for k in range(0, 60, 5)]))
    more = folder / "types,more.add.xml"
    more.write_text('<additional><vType id="x"/></additional>')
    programs = folder / "pro,grams.add.xml"
    programs.write_text("<additional/>")
    plain = tmp_path / "plain.rou.xml"
    plain.write_bytes(cars.read_bytes())
    odd = Scenario(network=net, routes=(cars,), additional=(more,), begin_s=0, end_s=120)
    usual = Scenario(network=crossing, routes=(plain,), begin_s=0, end_s=120)
    assert run(odd, seed=1, programs=programs).mean_delay_s == run(usual, seed=1).mean_delay_s
    run_field(odd, out=tmp_path / "out, too", days=1, seed=1)
    assert (tmp_path / "out, too" / "study.toml").is_file()
