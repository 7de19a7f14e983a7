"""Packs, conflict points, and what both make of the bundled arterial."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from greenband.engine.check.check import check_junction
from greenband.engine.cli import app
from greenband.engine.optimise.junction.sequence_options import options_of
from greenband.engine.rules.conflict_points import conflicts
from greenband.engine.rules.derive import requirements, with_rules, yellow_of
from greenband.engine.rules.pack import BUNDLED, read_pack
from greenband.networks.errors import InputError
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.paths import Way, read_ways
from typer.testing import CliRunner

NETWORK = read_network(Path(__file__).parents[3] / "networks" / "arterial" / "arterial.net.xml")


def way(*points, walking=False, width_m=3.2):
    return Way(walking=walking, width_m=width_m, points=points)


def test_two_straight_ways_meet_where_they_cross():
    (point,) = conflicts(way((0, 0), (20, 0)), way((12, -8), (12, 30)))
    assert point.clearing_m == pytest.approx(12 + 1.6)
    assert point.entering_m == pytest.approx(8 - 1.6)


def test_ways_that_merge_meet_at_their_ends():
    (point,) = conflicts(way((0, 0), (20, 0)), way((20, -15), (20, -1)))
    assert point.clearing_m == pytest.approx(21.6)
    assert point.entering_m == pytest.approx(14 - 1.6)


def test_who_walks_clears_the_whole_crossing_and_is_met_at_once():
    walk, drive = way((5, -6), (5, 6), walking=True, width_m=4), way((0, 0), (20, 0))
    (leaving,) = conflicts(walk, drive)
    (entering,) = conflicts(drive, walk)
    assert leaving.clearing_m == 12
    assert (entering.entering_m, entering.clearing_m) == (0, 5 + 2)


def test_every_lamp_of_the_arterial_has_a_way_and_it_is_as_long_as_the_network_says():
    ways = read_ways(NETWORK.path)
    for junction in NETWORK.junctions:
        assert {link for signal, link in ways if signal == junction.id} == set(range(junction.size))


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_packs_are_read_and_name_their_sources(name):
    pack = read_pack(name)
    assert pack.name == name
    assert pack.sources


def test_german_yellows_are_3_4_and_5_s_at_50_60_and_70_km_h():
    """info-lsa.de on RiLSA; separately signalled turns have 3 s."""
    rule = read_pack("de").yellow
    assert [yellow_of(rule, kmh / 3.6, turns_only=False)[0] for kmh in (50, 60, 70)] == [3, 4, 5]
    assert yellow_of(rule, 70 / 3.6, turns_only=True)[0] == 3


def test_american_yellows_stay_between_3_and_6_s():
    rule = read_pack("us").yellow
    assert [yellow_of(rule, speed, turns_only=False)[0] for speed in (2.0, 60.0)] == [3, 6]


@pytest.mark.parametrize("name", ["us", "de", "cn"])
def test_every_option_under_stricter_rules_passes_the_check_and_today_does_not(name):
    strict = with_rules(NETWORK, read_pack(name))
    assert any(r.required_s > r.today_s for r in requirements(NETWORK, read_pack(name)))
    for junction in strict.junctions:
        options = options_of(junction, {}, sequences=True, permitted=True)
        assert options
        for option in options:
            plan = option.skeleton.plan(option.skeleton.running_s, 0.0)
            assert not [finding.text for finding in check_junction("tried", plan, junction) if finding.is_error]


def test_a_pack_of_walks_alone_asks_for_the_clearance_of_those_who_walk():
    pack = read_pack("us").model_copy(update={"clearance": None, "yellow": None, "green": None})
    asked = {r.groups[0] for r in requirements(NETWORK, pack) if r.rule == "intergreen"}
    walks = {group.id for junction in NETWORK.junctions for group in junction.groups if group.kind == "pedestrian"}
    assert asked == walks


def test_no_limit_of_today_is_ever_shortened():
    strict = with_rules(NETWORK, read_pack("us"))
    for before, after in zip(NETWORK.junctions, strict.junctions, strict=True):
        for name in ("yellow_s", "min_green_s", "intergreen_s"):
            today, then = getattr(before, name), getattr(after, name)
            assert today.keys() == then.keys()
            assert all(then[key] >= today[key] for key in today)


def test_a_pack_that_asks_for_nothing_changes_nothing():
    assert read_pack("none").is_empty
    assert with_rules(NETWORK, read_pack("none")) == replace(NETWORK)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("schema = 1\nname = 3", "agency.toml"),
        ('schema = 1\nname = "x"\ntitle = "x"\nsources = ["x"]\n[yellow]\nkind = "guess"', "yellow.kind"),
        ('schema = 1\nname = "x"\ntitle = "x"\nsources = ["x"]\n[pedestrian]\nclearance_m_s = -1', "clearance_m_s"),
        ("= [", "agency.toml"),
    ],
)
def test_an_agency_that_writes_a_pack_wrong_is_told_where(tmp_path, text, where):
    (tmp_path / "agency.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_pack("agency.toml", tmp_path)
    assert where in error.value.where


def test_the_command_shows_each_requirement_with_its_sum(tmp_path):
    for name in ("study.toml", "arterial.net.xml"):
        (tmp_path / name).write_bytes((NETWORK.path.parent / name).read_bytes())
    said = CliRunner().invoke(app, ["rules", str(tmp_path), "--pack", "us"])
    assert said.exit_code == 0, said.output
    assert (
        "J1 g0: yellow 3.4 s (today 3 s), longer than today: 1 s + 14.2 m/s / (2 x 3.05 m/s2) = 3.34 s" in said.output
    )
    as_json = CliRunner().invoke(app, ["rules", str(tmp_path), "--json"])
    assert json.loads(as_json.output)["requirements"] == []


def test_an_unknown_pack_is_refused():
    with pytest.raises(InputError, match="us, de, cn, none"):
        read_pack("fr")


def test_the_pack_in_the_documentation_has_every_key_and_is_read(tmp_path):
    text = (Path(__file__).parents[3] / "docs" / "rules.md").read_text()
    pack = text.split("    schema = 1", 1)[1].split("\n## ", 1)[0]
    lines = [line[4:] for line in f"    schema = 1{pack}".splitlines() if line.startswith("    ")]
    (tmp_path / "agency.toml").write_text("\n".join(lines))
    found = read_pack("agency.toml", tmp_path)
    for part in (found.yellow, found.clearance, found.green, found.pedestrian, found.limits):
        for name, field in type(part).model_fields.items():
            assert any(line.lstrip("# ").startswith(f"{name} =") for line in lines), name
            if not field.is_required() and name in part.model_fields_set:
                assert getattr(part, name) == field.default, name
