"""The check's rule on turns across: found on its own road, errors where a plan takes protected time that it may not."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from greenband import networks
from greenband.engine.chain.check_plan import findings_of
from greenband.engine.check.check import check
from greenband.engine.check.own.limits import own_limits
from greenband.engine.check.own.orders import read_orders
from greenband.engine.optimise.junction.sequence_options import options_of
from greenband.engine.rules.left_turns import turns_across, with_shelters
from greenband.engine.rules.pack import BUNDLED, read_pack
from greenband.engine.rules.shelter import longest_s, shown_as
from greenband.engine.studies.file import read_study
from greenband.engine.studies.junctions import JUNCTIONS, read_wishes, with_wishes
from greenband.networks.errors import InputError
from greenband.networks.network import Network
from greenband.networks.plan import Plan
from greenband.networks.sumo.net import read_network

from tests.conftest import SCENARIOS, scenario_network
from tests.engine.check.test_unknown import made

ARTERIAL = Path(networks.__file__).parent / "arterial"
NETWORK = read_network(ARTERIAL / "arterial.net.xml")
NONE = read_pack("none")
TURN = "g6"  # from the east, across two lanes of g11: protected and permitted today


def volumes(veh_h: float, network: Network = NETWORK) -> dict[tuple[str, str], float]:
    return {(m.from_edge, m.to_edge): veh_h for j in network.junctions for m in j.movements}


def without_protection(network: Network = NETWORK, junction: str = "J1", group: str = TURN) -> Plan:
    """A plan that the search would make, in which a turn across yields and has no time of its own."""
    (turn,) = [t for t in turns_across(network, NONE, None) if (t.junction, t.group) == (junction, group)]
    own = network.by_junction[junction]
    for option in options_of(own, volumes(200.0, network), sequences=True, permitted=True):
        skeleton = option.skeleton
        lengths = [20.0 if fixed is None else fixed for fixed in skeleton.fixed_s]
        plan = skeleton.plan(lengths, 0.0)
        if shown_as(own, plan, group, turn.opposing) == "permitted":
            return network.running_plan.with_junction(plan)
    raise AssertionError("no sequence of the search takes its time away")


def left_turn_errors(plan: Plan, orders: object = None, pack: str = "none", veh_h: float | None = 50.0) -> list[str]:
    flows = None if veh_h is None else volumes(veh_h)
    own = own_limits(NETWORK, (), read_pack(pack), orders, flows)  # type: ignore[arg-type]
    found = check(plan, NETWORK, own)
    assert {f.rule for f in found if f.is_error} <= {"left_turn", "yellow", "intergreen", "min_green"}
    return [f.text for f in found if f.rule == "left_turn" and f.is_error and TURN in f.groups]


def ordered(folder: Path, text: str) -> object:
    (folder / JUNCTIONS).write_text(text)
    return read_orders(folder)


@pytest.mark.parametrize("pack", BUNDLED)
def test_what_runs_today_is_never_an_error(pack):
    own = own_limits(NETWORK, (), read_pack(pack), None, volumes(400.0))
    found = [f for f in check(NETWORK.running_plan, NETWORK, own) if f.rule == "left_turn"]
    assert found  # products of 320,000: told, where it yields today
    assert not any(f.is_error for f in found)


def test_taking_protected_time_is_legal_below_the_volumes_and_an_error_above_and_unknown():
    plan = without_protection()
    assert left_turn_errors(plan, veh_h=50.0) == []
    (text,) = left_turn_errors(plan, veh_h=250.0)  # 250 x (straight and right: 500)
    assert "the product of volumes is 125000, more than 90000" in text
    (text,) = left_turn_errors(plan, veh_h=None)
    assert "not known" in text


@pytest.mark.parametrize(
    ("order", "safe"),
    [
        ("sight_m = 83.4", True),  # 50 km/h x 6 s: 83.3 m
        ("sight_m = 83.2", False),
        ('sight = "poor"', False),
        ('sight = "enough"', True),
        ("may_yield = false", False),
    ],
)
def test_the_file_s_sight_is_held_to(tmp_path, order, safe):
    orders = ordered(tmp_path, f"[J1.left_turns]\n{TURN} = {{{order}}}\n")
    assert (left_turn_errors(without_protection(), orders) == []) == safe


def test_an_engineer_s_decision_needs_its_reason_and_holds_without_volumes(tmp_path):
    plan = without_protection()
    good = ordered(tmp_path, f'[J1.left_turns]\n{TURN} = {{may_yield = true, why = "safety audit 2026-03"}}\n')
    assert left_turn_errors(plan, good, veh_h=None) == []
    bare = ordered(tmp_path, f"[J1.left_turns]\n{TURN} = {{may_yield = true}}\n")
    assert len(left_turn_errors(plan, bare)) == 1
    with pytest.raises(InputError, match="why"):
        read_wishes(tmp_path, NETWORK)


def test_a_pack_without_the_rule_keeps_protected_turns(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('schema = 1\nname = "own"\ntitle = "t"\nsources = ["s"]\n')
    assert len(left_turn_errors(without_protection(), pack=str(own), veh_h=1.0)) == 1


def test_a_token_of_protected_time_is_none():
    """Two seconds of protected green instead of today's: the turn has lost its time."""
    turn = next(t for t in turns_across(NETWORK, NONE, None) if t.group == TURN and t.junction == "J1")
    junction = NETWORK.by_junction["J1"]
    for option in options_of(junction, volumes(200.0), sequences=True, permitted=True):
        lengths = [1.0 if fixed is None else fixed for fixed in option.skeleton.fixed_s]
        plan = option.skeleton.plan(lengths, 0.0)
        if 0 < longest_s(junction, plan, TURN, turn.opposing) < 5:
            texts = left_turn_errors_of(NETWORK.running_plan.with_junction(plan))
            assert "left_turn" in texts
            return
    raise AssertionError("no option is so short")


def left_turn_errors_of(plan: Plan) -> list[str]:
    found = check(plan, NETWORK, own_limits(NETWORK, (), NONE, None, volumes(250.0)))
    return [f.rule for f in found if f.is_error and TURN in f.groups]


def test_the_planner_offers_no_sequence_that_takes_what_the_rule_keeps_and_gives_it_five_seconds():
    turns = turns_across(NETWORK, NONE, volumes(250.0))
    bound = with_shelters(NETWORK, turns).by_junction["J1"]
    assert TURN in bound.sheltered
    options = options_of(bound, volumes(250.0), sequences=True, permitted=True)
    shown = {
        shown_as(
            bound,
            o.skeleton.plan([10.0 if f is None else f for f in o.skeleton.fixed_s], 0.0),
            TURN,
            bound.sheltered[TURN],
        )
        for o in options
    }
    assert shown == {"both"} or shown <= {"both", "protected"}
    assert len(options) >= 1
    free = options_of(NETWORK.by_junction["J1"], volumes(250.0), sequences=True, permitted=True)
    assert len(free) > len(options)


@pytest.mark.parametrize("name", ["arterial", *(name for name in SCENARIOS if "4x4" not in name)])
def test_planner_and_check_judge_every_turn_alike_on_drawn_volumes(name):
    """Two derivations, from the network's values and from the file: the same turns, times today and verdicts."""
    network = NETWORK if name == "arterial" else read_network(scenario_network(name))
    rng = random.Random(name)
    for _ in range(5):
        flows = {turn: rng.uniform(0, 600) for turn in volumes(1.0, network)}
        ours = {(t.junction, t.group): t for t in turns_across(network, NONE, flows)}
        theirs = {
            (own.junction, t.group): t for own in own_limits(network, (), NONE, None, flows) for t in own.left_turns
        }
        assert ours.keys() == theirs.keys()
        for key, turn in ours.items():
            own = theirs[key]
            assert turn.opposing == own.opposing, key
            assert set(turn.reasons) == {*own.against, *own.of_volumes}, key
            assert (turn.today in ("both", "protected")) == (own.today_ms > 0), key
            assert (turn.today in ("both", "permitted")) == own.yields_today, key


def test_left_hand_traffic_is_the_mirror_image(tmp_path):
    found = []
    for folder, options in (("left", ["--lefthand"]), ("right", [])):
        network = read_network(made(tmp_path / folder, *options))
        turns = turns_across(network, NONE, volumes(100.0, network))
        (own,) = own_limits(network, (), NONE, None, volumes(100.0, network))
        assert {t.group: t.opposing for t in turns} == {t.group: t.opposing for t in own.left_turns}
        found.append(
            sorted((t.facts.opposing_lanes, t.facts.turning_lanes, t.facts.cross_product, t.today) for t in turns)
        )
    assert len(found[0]) == 4
    assert found[0] == found[1]


def test_a_study_with_counts_is_checked_with_the_volumes_of_the_plan_s_period(tmp_path, monkeypatch):
    folder = tmp_path / "study"
    shutil.copytree(ARTERIAL, folder)
    study = read_study(folder)
    asked = []

    def busiest(_study, periods):
        asked.append([period.name for period in periods])
        return volumes(50.0)

    monkeypatch.setattr("greenband.engine.chain.check_plan._busiest", busiest)
    plan = without_protection()
    errors = [f.rule for f in findings_of(study, plan, NETWORK, study.file.periods[0].label) if f.is_error]
    assert "left_turn" not in errors
    assert asked == [[study.file.periods[0].name]]
    findings_of(study, NETWORK.running_plan, NETWORK)
    assert len(asked) == 1  # nothing is forecast where no volume decides
    no_counts = replace(study, counts=None)
    assert "left_turn" in [f.rule for f in findings_of(no_counts, plan, NETWORK) if f.is_error]


def test_the_planner_reads_the_same_orders(tmp_path):
    (tmp_path / JUNCTIONS).write_text(f'[J1.left_turns]\n{TURN} = {{sight = "poor"}}\n')
    network = with_wishes(NETWORK, read_wishes(tmp_path, NETWORK))
    (turn,) = [t for t in turns_across(network, NONE, volumes(10.0)) if (t.junction, t.group) == ("J1", TURN)]
    assert turn.stays_protected
