"""`junctions.toml`: read, kept by the optimiser, and held to by the check's own reading."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from greenband.engine.actuated.candidates import VARIANTS, coordinated_plan, free_plan
from greenband.engine.check.check import check
from greenband.engine.check.own.limits import own_limits
from greenband.engine.check.own.orders import Orders, read_orders
from greenband.engine.optimise.candidates.candidates import common_cycle, problem_of
from greenband.engine.optimise.junction.sequence_options import options_of
from greenband.engine.rules.derive import requirements
from greenband.engine.rules.pack import read_pack
from greenband.engine.studies.check_plan import check_for
from greenband.engine.studies.file import read_study
from greenband.engine.studies.junctions import JUNCTIONS
from greenband.engine.studies.network import network_of
from greenband.engine.studies.provenance import origin_of
from greenband.networks.errors import InputError
from greenband.networks.sumo.net import read_network

from tests.conftest import SCENARIOS, scenario_network

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"


@pytest.fixture
def study_with(tmp_path):
    def make(orders, rules="none"):
        folder = tmp_path / "study"
        shutil.copytree(ARTERIAL, folder, dirs_exist_ok=True)
        text = (folder / "study.toml").read_text()
        (folder / "study.toml").write_text(f'rules = "{rules}"\n{text}')
        (folder / JUNCTIONS).write_text(orders)
        return read_study(folder)

    return make


def errors(study, plan, network):
    return [(f.junction, f.rule) for f in check_for(study, plan, network) if f.is_error]


def turned(network, name, **fields):
    return network.running_plan.with_junction(replace(network.running_plan.by_junction[name], **fields))


def test_shortest_greens_and_walks_are_only_ever_made_longer(study_with):
    study = study_with("[J1]\nmin_green_s = {g0 = 12, g3 = 2.5}\nwalk_s = 9\n")
    before, now = read_network(study.network).junctions[0], network_of(study).by_junction["J1"]
    assert now.min_green_s == before.min_green_s | {"g0": 12, "g14": 9, "g15": 9, "g16": 9}


def test_a_green_below_the_file_s_is_an_error_also_where_the_optimiser_never_read_the_file(study_with):
    study = study_with("[J1]\nmin_green_s = {g0 = 40}\n")  # 31 s today
    network = network_of(study)
    assert ("J1", "min_green") in errors(study, network.running_plan, network)
    blind = read_network(study.network)
    assert {("J1", "view"), ("J1", "min_green")} <= set(errors(study, blind.running_plan, blind))


def test_both_readings_of_the_file_agree_under_every_pack(study_with):
    orders = "[J1]\nwalk_s = 11\ncrossing_m = {g16 = 31.5}\nmin_green_s = {g6 = 9}\n[J5]\ncrossing_m = {g18 = 4}\n"
    for rules in ("us", "de", "cn", "none"):
        study = study_with(orders, rules)
        network = network_of(study)
        for junction, own in zip(
            network.junctions,
            own_limits(network, (), read_pack(rules), read_orders(study.folder)),
            strict=True,
        ):
            assert junction.min_green_s == pytest.approx(own.min_green_s)
            assert junction.intergreen_s == pytest.approx(own.intergreen_s)


def test_a_crossing_as_measured_is_cleared_at_the_pack_s_speed(study_with):
    """MUTCD 2009, section 4E.06: 31.5 m at 3.5 ft/s are 29.53 s, whole seconds 30."""
    study = study_with("[J1]\ncrossing_m = {g16 = 31.5}\n", "us")
    network = network_of(study)
    assert {
        r.required_s
        for r in requirements(network, read_pack("us"))
        if r.junction == "J1" and r.groups[0] == "g16" and len(r.groups) == 2
    } == {30}
    junction = network.by_junction["J1"]
    assert {seconds for (a, _), seconds in junction.intergreen_s.items() if a == "g16"} == {30}


def test_a_fixed_junction_keeps_its_plan_while_others_change(study_with):
    study = study_with("[J2]\nfixed = true\n")
    network = network_of(study)
    best = common_cycle(problem_of(network, {}, 1.0, sequences=False), 80, 0.1)
    assert best.plan.by_junction["J2"] == network.running_plan.by_junction["J2"]
    assert best.plan.by_junction["J3"].cycle_s == 80
    assert "fixed" not in {rule for _, rule in errors(study, best.plan, network)}
    for plan in (coordinated_plan(network, best.plan, {}), free_plan(network, best.plan, {}, VARIANTS[0])):
        assert "J2" not in plan.by_junction


@pytest.mark.parametrize("what", ["offset", "split", "cycle"])
def test_a_fixed_junction_that_changed_is_an_error(study_with, what):
    study = study_with("[J2]\nfixed = true\n")
    network = network_of(study)
    own = network.running_plan.by_junction["J2"]
    later = tuple(
        replace(g, windows=tuple(replace(w, start_s=(w.start_s + 1) % own.cycle_s) for w in g.windows))
        for g in own.groups
    )
    plan = turned(network, "J2", **{"offset": {"offset_s": own.offset_s + 1}, "split": {"groups": later},
                                    "cycle": {"cycle_s": own.cycle_s + 1}}[what])  # fmt: skip
    assert ("J2", "fixed") in errors(study, plan, network)
    (study.folder / JUNCTIONS).write_text("[J3]\nfixed = true\n")
    assert "fixed" not in {rule for _, rule in errors(study, plan, network)}


@pytest.mark.parametrize("name", SCENARIOS)
def test_plans_that_run_today_are_never_found_changed(name):
    network = read_network(scenario_network(name))
    orders = {junction.id: Orders(fixed=True) for junction in network.junctions}
    assert [
        f.text
        for f in check(network.running_plan, network, own_limits(network, (), read_pack("none"), orders))
        if f.rule == "fixed"
    ] == []


def test_a_junction_may_keep_its_sequence_or_its_turns(study_with):
    free = network_of(study_with("")).by_junction["J1"]
    kept = network_of(study_with('[J1]\nsequence = "keep"\nturns = "keep"\n')).by_junction["J1"]
    flows = {(m.from_edge, m.to_edge): 200.0 for m in free.movements}
    options = {
        name: [o.skeleton.states for o in options_of(junction, flows, sequences=True, permitted=True)]
        for name, junction in {"free": free, "kept": kept, "turns": replace(free, keeps=frozenset({"turns"}))}.items()
    }
    assert len(options["free"]) > 1
    assert options["kept"] == options["free"][:1]
    protected = [o.skeleton.states for o in options_of(free, flows, sequences=True, permitted=False)]
    assert options["turns"] == protected != options["free"]


def test_the_file_is_among_the_inputs_of_the_evidence(study_with):
    assert JUNCTIONS in origin_of(study_with("[J2]\nfixed = true\n")).sha256


WRONG = {
    "[J9]\nfixed = true": ("J9", "J1, J2"),
    "[J1]\nmin_green_s = {g99 = 5}": ("g99", "g0, g1"),
    "[J1]\ncrossing_m = {g0 = 5}": ("g0", "g14, g15"),
    "[J1]\nmin_green_s = {g0 = '5'}": ("'5'", "number"),
    "[J1]\nfixed = 1": ("1", "boolean"),
    "[J1]\nwalk_s = -3": ("-3", "greater than 0"),
    "[J1]\nwalks = 3": ("3", "Extra"),
    "J1 = 3": ("3", "dictionary"),
    "[J1": ("broken TOML", "TOML"),
}


@pytest.mark.parametrize("orders", WRONG)
def test_what_is_wrong_in_the_file_is_one_clear_error(study_with, orders):
    found, rule = WRONG[orders]
    with pytest.raises(InputError) as refused:
        network_of(study_with(orders))
    assert JUNCTIONS in refused.value.where
    assert found in refused.value.found
    assert rule in refused.value.rule
