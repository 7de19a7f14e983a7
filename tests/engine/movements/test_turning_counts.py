"""Turning counts named by a study: counted movements pin the estimate where no loop stands, and are told."""

import gzip
import shutil
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from greenband.engine.chain.prepare import prepare
from greenband.engine.export.compass import turns_at
from greenband.engine.studies.file import read_study
from greenband.networks.errors import InputError
from greenband.networks.sumo.net import read_network
from lxml import etree

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"
BEGIN_S, END_S = 26_100, 29_700
LEG = {"NB": "s", "SB": "n", "EB": "w", "WB": "e"}


@cache
def true_turns():
    """Return how many vehicles make each turn of J3 in the hour, by column, as the routes of the true day have it."""
    root = etree.fromstring(gzip.decompress((ARTERIAL / "truth" / "day.rou.xml.gz").read_bytes()))
    routes = {route.get("id"): route.get("edges").split() for route in root.findall("route")}
    made = Counter()
    for flow in root.iter("flow"):
        during = min(END_S, float(flow.get("end"))) - max(BEGIN_S, float(flow.get("begin")))
        edges = routes[flow.get("route")]
        for turn in pairwise(edges):
            made[turn] += max(during, 0.0) * float(flow.get("probability"))
    network = read_network(ARTERIAL / "arterial.net.xml")
    return {turn.column: made[turn.from_edge, turn.to_edge] for turn in turns_at("J3", network)}


def without_loops_at_j3(folder):
    """Copy the study, and take the loops on and around J3's side streets and approaches away."""
    shutil.copytree(ARTERIAL, folder, dirs_exist_ok=True)
    lines = (folder / "detectors.csv").read_text().splitlines()
    kept = [line for line in lines if not line.startswith(("N3_J3", "S3_J3", "J3_N3", "J3_S3"))]
    assert len(kept) < len(lines)
    (folder / "detectors.csv").write_text("\n".join(kept) + "\n")
    rows = read_loops(folder)
    names = [line.split(",")[0] for line in kept[1:]]
    rows.filter(rows["detector"].is_in(names)).write_parquet(folder / "counts.parquet")
    return folder


def read_loops(folder):
    import polars as pl

    return pl.read_parquet(folder / "counts.parquet")


def toronto(turns, day="2026-03-10", bins=8, scale=1.0, site="4711"):
    """Write turns as Toronto does: 15 minutes a row from 06:45 on, the period's flows evenly over its four bins."""
    names = list(turns)
    head = ["count_date", "centreline_id", "start_time", "end_time"]
    head += [f"{LEG[name[:2]]}_appr_cars_{name[-1].lower()}" for name in names]
    lines = [",".join(head)]
    for k in range(bins):
        at = [6 * 60 + 45 + 15 * (k + more) for more in (0, 1)]
        stamps = [f"{day}T{minute // 60:02d}:{minute % 60:02d}:00" for minute in at]
        counts = [round(turns[name] * scale / 4) for name in names]
        lines.append(",".join(map(str, [day, site, *stamps, *counts])))
    return "\n".join(lines) + "\n"


def study_with(folder, text, said):
    (folder / "tmc.csv").write_text(text)
    toml = (folder / "study.toml").read_text()
    (folder / "study.toml").write_text(toml.replace('day = "', f'{said}\nday = "', 1))
    study = read_study(folder)
    return prepare(study, study.period(None))


def error(prepared):
    network, true = prepared.network, true_turns()
    off = {
        turn.column: abs(prepared.demand.flow_veh_h.get((turn.from_edge, turn.to_edge), 0.0) - true[turn.column])
        for turn in turns_at("J3", network)
    }
    return sum(off.values()) / sum(true.values())


def test_turning_counts_tell_the_turns_of_a_junction_whose_side_streets_have_no_loops(tmp_path):
    plain = without_loops_at_j3(tmp_path / "plain")
    study = read_study(plain)
    blind = prepare(study, study.period(None))
    counted = study_with(
        without_loops_at_j3(tmp_path / "counted"),
        toronto(true_turns(), scale=0.8),  # of a quieter day, for which the loops elsewhere tell the level
        'turning_counts = [{ file = "tmc.csv", sites = { "4711" = "J3" } }]',
    )
    assert blind.turning.approaches == ()
    assert {one.source for one in counted.turning.approaches} == {f"4711/{name}" for name in LEG}
    assert error(counted) < 0.12
    assert error(counted) < 0.5 * error(blind)
    (sentence, *_) = counted.turning.told
    assert "4 approaches on 2026-03-10" in sentence


def test_a_site_that_the_network_has_not_is_an_error_that_names_the_signals(tmp_path):
    shutil.copytree(ARTERIAL, tmp_path, dirs_exist_ok=True)
    with pytest.raises(InputError, match=r"turning counts of 4711.*J1, J2, J3.*sites = "):
        study_with(tmp_path, toronto(true_turns()), 'turning_counts = "tmc.csv"')


def test_counts_of_another_time_of_day_are_not_used_and_that_is_told(tmp_path):
    shutil.copytree(ARTERIAL, tmp_path, dirs_exist_ok=True)
    prepared = study_with(
        tmp_path, toronto(true_turns(), bins=3, site="J3"), 'turning_counts = "tmc.csv"'
    )  # 06:45 to 07:30: a quarter of the period
    assert prepared.turning.approaches == ()
    assert list(prepared.turning.told) == ["tmc.csv has no turning counts of half the period or more: it is not used."]


def test_counts_of_detectors_are_no_turning_counts(tmp_path):
    shutil.copytree(ARTERIAL, tmp_path, dirs_exist_ok=True)
    text = "detector,start,interval_s,count\nL1,2026-03-10T07:15:00,900,3\n"
    with pytest.raises(InputError, match=r"counts of L1.*name a site, an approach and a turn"):
        study_with(tmp_path, text, 'turning_counts = "tmc.csv"')


def by_approach(turns, column="approach"):
    """Write turns as counters do who know the compass alone: leg, movement, 15 minutes a row."""
    words = {"L": "Left", "T": "Thru", "R": "Right", "U": "U-Turn"}
    lines = [f"site,{column},movement,start,volume"]
    for name, many in turns.items():
        for k in range(8):
            minute = 6 * 60 + 45 + 15 * k
            stamp = f"2026-03-10T{minute // 60:02d}:{minute % 60:02d}:00"
            leg = LEG[name[:2]].upper() if column == "leg" else name[:2]
            lines.append(f"J3,{leg},{words[name[-1]]},{stamp},{round(many / 4)}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("column", ["leg", "approach"])
def test_counts_by_the_compass_alone_are_matched_by_where_streets_lie_and_told(tmp_path, column):
    without_loops_at_j3(tmp_path)
    prepared = study_with(tmp_path, by_approach(true_turns(), column), 'turning_counts = "tmc.csv"')
    assert error(prepared) < 0.1
    assert any("tmc.csv: at J3, approaches are named by the compass" in one for one in prepared.turning.told)
    assert any("NB = S3_J3" in one for one in prepared.turning.told)
