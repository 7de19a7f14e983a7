"""The bundled arterial: made by its script, safe, and what its README says. Read here without our own readers."""

from __future__ import annotations

import gzip
import math
import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from greenband.benchmarks.arterial import make_arterial
from greenband.benchmarks.arterial.demand import routes_xml
from greenband.networks.files import xml_bytes
from lxml import etree

FOLDER = Path(make_arterial.__file__).parents[2] / "networks" / "arterial"
NET = etree.parse(FOLDER / "arterial.net.xml").getroot()
SIGNALS = [f"J{number}" for number in range(1, 7)]
WALKING_SPEED_M_S = 1.2
LEAST_WALK_S = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    letters: str  # one per second of the cycle
    foes: frozenset[int]
    from_edge: str
    to_edge: str
    crossing_m: float  # 0 for vehicles


def lamps(signal: str) -> dict[int, Lamp]:
    """The lamps of a signal; requests are numbered as the internal lanes `:J1_<number>_<lane>` are, crossings last."""
    program = next(logic for logic in NET.iter("tlLogic") if logic.get("id") == signal)
    seconds = [phase.get("state") for phase in program for _ in range(int(phase.get("duration")))]
    junction = next(node for node in NET.iter("junction") if node.get("id") == signal)
    foes = {int(row.get("index")): row.get("foes")[::-1] for row in junction.iter("request")}
    lengths = {e.get("id"): float(e[0].get("length")) for e in NET.iter("edge") if e.get("function") == "crossing"}
    connections = [c for c in NET.iter("connection") if c.get("tl") == signal]
    vehicles = sum(c.get("to") not in lengths for c in connections)
    rows = {}
    for connection in connections:
        name = connection.get("to")
        if name in lengths:
            row = vehicles + int(name.rpartition("_c")[2])
        else:
            number, lane = re.fullmatch(r":\w+?_(\d+)_(\d+)", connection.get("via")).groups()
            row = int(number) + int(lane)
        rows[row] = connection
    of_row = {row: int(connection.get("linkIndex")) for row, connection in rows.items()}
    return {
        lamp: Lamp(
            letters="".join(state[lamp] for state in seconds),
            foes=frozenset(of_row[other] for other in of_row if foes[row][other] == "1"),
            from_edge=rows[row].get("from"),
            to_edge=rows[row].get("to"),
            crossing_m=lengths.get(rows[row].get("to"), 0.0),
        )
        for row, lamp in of_row.items()
    }


def starts(letters: str, wanted: str, before: str) -> list[int]:
    return [t for t, letter in enumerate(letters) if letter in wanted and letters[t - 1] in before]


def since(cycle: int, earlier: int, later: int) -> int:
    return (later - earlier) % cycle


def test_the_plain_xml_is_what_the_script_makes():
    for name, content in make_arterial.plain_files().items():
        assert (FOLDER / name).read_bytes() == content, name


def test_the_network_is_what_netconvert_builds_from_it():
    version, built_by = make_arterial.netconvert_version(), make_arterial.NETCONVERT_VERSION
    if version != built_by:
        pytest.skip(f"netconvert {version} here, the committed network was built by {built_by}")
    assert make_arterial.built_network(make_arterial.plain_files()) == (FOLDER / "arterial.net.xml").read_bytes()


def test_the_routes_are_what_the_script_makes():
    # Unpacked, because versions of zlib pack differently.
    assert gzip.decompress((FOLDER / "truth/day.rou.xml.gz").read_bytes()) == xml_bytes(routes_xml())


def test_six_signals_share_one_cycle_and_stand_at_different_spacings():
    cycles = {logic.get("id"): sum(int(phase.get("duration")) for phase in logic) for logic in NET.iter("tlLogic")}
    assert sorted(cycles) == SIGNALS
    assert set(cycles.values()) == {105}
    at = {node.get("id"): (float(node.get("x")), float(node.get("y"))) for node in NET.iter("junction")}
    spacings = [math.dist(at[a], at[b]) for a, b in pairwise(SIGNALS)]
    assert 200 < min(spacings) < max(spacings) < 530
    assert all(abs(a - b) > 10 for a, b in combinations(spacings, 2))


def test_only_j4_is_skewed():
    at = {node.get("id"): (float(node.get("x")), float(node.get("y"))) for node in NET.iter("junction")}

    def bearing(a: str, b: str) -> float:
        return math.degrees(math.atan2(at[b][1] - at[a][1], at[b][0] - at[a][0]))

    for signal in SIGNALS:
        index = SIGNALS.index(signal)
        along = bearing(signal, SIGNALS[index + 1] if index < 5 else "E")
        side = bearing(signal, f"N{index + 1}")
        assert (abs(side - along - 90) > 15) == (signal == "J4"), signal


def test_only_j5_runs_each_side_street_alone():
    for signal in SIGNALS:
        number = signal[1]
        north, south = (
            {t for lamp in lamps(signal).values() if lamp.from_edge == f"{arm}{number}_{signal}"
             for t, letter in enumerate(lamp.letters) if letter in "Gg"}
            for arm in "NS"
        )  # fmt: skip
        assert north
        assert (bool(south) and not north & south) == (signal == "J5"), signal


def test_crossings_stand_at_every_signal():
    for signal in SIGNALS:
        assert sum(lamp.crossing_m > 0 for lamp in lamps(signal).values()) >= 2, signal


@pytest.mark.parametrize("signal", SIGNALS)
def test_foes_are_never_both_protected_and_lefts_are_permitted_somewhere(signal):
    found = lamps(signal)
    assert sum(len(lamp.foes) for lamp in found.values()) > 20  # else the matrix was not read
    for a, lamp in found.items():
        for b in lamp.foes:
            both = [t for t, pair in enumerate(zip(lamp.letters, found[b].letters, strict=True)) if pair == ("G", "G")]
            assert not both, (signal, a, b, both)
            assert a in found[b].foes


@pytest.mark.parametrize("signal", SIGNALS)
def test_every_lamp_is_served_and_vehicles_get_three_seconds_of_yellow(signal):
    for lamp in lamps(signal).values():
        assert set(lamp.letters) & set("Gg")
        if lamp.crossing_m:
            assert set(lamp.letters) == {"G", "r"}
            continue
        cycle = len(lamp.letters)
        for end in starts(lamp.letters, "yr", "Gg"):
            assert [lamp.letters[(end + t) % cycle] for t in range(4)] == ["y", "y", "y", "r"]


@pytest.mark.parametrize("signal", SIGNALS)
def test_all_red_follows_yellow_before_a_crossing_movement_gets_green(signal):
    found = lamps(signal)
    for lamp in found.values():
        for end in [] if lamp.crossing_m else starts(lamp.letters, "r", "y"):
            for foe in lamp.foes:
                for start in starts(found[foe].letters, "Gg", "r"):
                    assert since(len(lamp.letters), end, start) >= (3 if signal == "J4" else 2), (lamp, foe)


@pytest.mark.parametrize("signal", SIGNALS)
def test_whoever_steps_off_at_the_end_of_walk_arrives_before_traffic_starts(signal):
    found = lamps(signal)
    for lamp in found.values():
        if not lamp.crossing_m:
            continue
        cycle = len(lamp.letters)
        (begin,), (end,) = starts(lamp.letters, "G", "r"), starts(lamp.letters, "r", "G")
        assert since(cycle, begin, end) >= LEAST_WALK_S
        traffic = [start for foe in lamp.foes for start in starts(found[foe].letters, "Gg", "r")]
        assert traffic
        clearance_s = min(since(cycle, end, start) for start in traffic if start != begin)
        assert clearance_s >= lamp.crossing_m / WALKING_SPEED_M_S, lamp


def test_routes_use_streets_that_exist_and_connect():
    onward = defaultdict(set)
    for connection in NET.iter("connection"):
        onward[connection.get("from")].add(connection.get("to"))
    edges = {edge.get("id") for edge in NET.iter("edge") if edge.get("function") is None}
    demand = etree.fromstring(gzip.decompress((FOLDER / "truth/day.rou.xml.gz").read_bytes()))
    routes = {route.get("id"): route.get("edges").split() for route in demand.iter("route")}
    assert len(routes) == 13 * 12
    for name, route in routes.items():
        assert edges.issuperset(route), name
        assert all(b in onward[a] for a, b in pairwise(route)), name
    assert {flow.get("route") for flow in demand.iter("flow")} == set(routes)


def test_the_day_has_its_two_peaks_and_fits_the_study():
    demand = etree.fromstring(gzip.decompress((FOLDER / "truth/day.rou.xml.gz").read_bytes()))
    vehicles, inbound = [0.0] * 96, [0.0] * 96
    for flow in demand.iter("flow"):
        number, rate = int(flow.get("begin")) // 900, 900 * float(flow.get("probability"))
        vehicles[number] += rate
        inbound[number] += rate * flow.get("id").startswith("W-")
    assert 30_000 < sum(vehicles) < 42_000
    study = tomllib.loads((FOLDER / "study.toml").read_text(encoding="utf-8"))
    for period, hours in zip(study["periods"], ((6, 10), (15, 19)), strict=True):
        begin, end = (int(t[:2]) * 4 + int(t[3:]) // 15 for t in (period["begin"], period["end"]))
        busiest = max(sum(vehicles[n : n + 4]) for n in range(hours[0] * 4, hours[1] * 4))
        assert sum(vehicles[begin:end]) > 0.95 * busiest
    assert sum(inbound[28:34]) > 1.8 * sum(inbound[66:72])
    assert max(vehicles[:16]) < 0.1 * max(vehicles)
    assert study["truth"]["routes"] == ["truth/day.rou.xml.gz"]
    assert (FOLDER / study["truth"]["routes"][0]).stat().st_size < 1_000_000
