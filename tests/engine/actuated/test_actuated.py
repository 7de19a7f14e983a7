"""Actuated programs: lamps watched in SUMO second by second, and a check that finds every limit broken on purpose."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from greenband.engine.actuated.candidates import VARIANTS, coordinated_plan, free_plan, nema_plan
from greenband.engine.actuated.detectors import passage_s
from greenband.engine.actuated.search import SEEDS, Arena, _mixtures, search_actuated
from greenband.engine.actuated.sumo import actuated_xml
from greenband.engine.check.actuated.actuated import check_actuated, require_safe
from greenband.engine.check.findings import PlanRefused
from greenband.networks.actuated_plan import ActuatedPlan, Zone
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network
from greenband.simulation.run import Run
from greenband.simulation.scenario import Scenario
from lxml import etree

from tests.engine.actuated.watch import broken_limits, lamps_over_time, spans
from tests.simulation.streets import EDGES, NODES, make_network, routes

END_S = 600
TRIPS = sorted(
    [(float(second), "sm mn") for second in range(0, END_S, 9)]
    + [(float(second), "wm me") for second in (*range(0, 200, 4), *range(400, END_S, 30))]
)


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return read_network(make_network(tmp_path_factory.mktemp("crossing"), NODES, EDGES))


def plan_of(kind: str, network: Network) -> ActuatedPlan:
    running, flows = network.running_plan, {("sm", "mn"): 400.0, ("wm", "me"): 900.0}
    if kind == "free":
        return free_plan(network, running, {}, VARIANTS[0])
    if kind == "coordinated":
        return coordinated_plan(network, running, flows)
    plan, _ = nema_plan(network, running, flows)
    assert plan is not None
    return plan


@pytest.mark.parametrize("kind", ["free", "coordinated", "nema"])
def test_lamps_in_sumo_keep_every_limit_and_follow_the_traffic(kind: str, crossing: Network, tmp_path: Path) -> None:
    programs = actuated_xml(plan_of(kind, crossing), crossing)
    assert require_safe(programs, crossing) == ()
    shown = lamps_over_time(crossing, programs, tmp_path, TRIPS, END_S)
    junction = crossing.by_junction["m"]
    assert broken_limits(shown, junction) == []
    lengths = {end - start for group in junction.groups for start, end in spans(shown, group.links[0], "Gg")}
    assert len(lengths) >= 3  # a fixed-time program has one length for each group


def test_a_coordinated_program_ends_its_main_green_at_the_same_second_of_every_cycle(
    crossing: Network, tmp_path: Path
) -> None:
    plan = plan_of("coordinated", crossing)
    (one,) = plan.junctions
    (main,) = [stage for stage in one.stages if stage.yield_s is not None]
    shown = lamps_over_time(crossing, actuated_xml(plan, crossing), tmp_path, TRIPS, END_S)
    lamp = next(k for k, letter in enumerate(main.state) if letter == "G")
    ends = [end for _, end in spans(shown, lamp, "G")]
    assert one.cycle_s is not None
    assert len(ends) >= 6
    # Before the first offset after midnight SUMO takes the second of the cycle for negative: two cycles are left out.
    assert {(end - (one.offset_s or 0)) % one.cycle_s for end in ends if end > 2 * one.cycle_s} == {main.yield_s}


def changed(programs: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    root = etree.fromstring(programs)
    change(next(root.iter("tlLogic")))
    return etree.tostring(root)


def phases(logic: etree._Element, letters: str) -> list[etree._Element]:
    return [p for p in logic.iterchildren("phase") if set(str(p.get("state"))) & set(letters)]


def shorter_green(logic: etree._Element) -> None:
    phases(logic, "G")[0].set("minDur", "2")


def shorter_yellow(logic: etree._Element) -> None:
    phases(logic, "y")[0].set("duration", "1")


def no_yellow(logic: etree._Element) -> None:
    phase = phases(logic, "y")[0]
    phase.set("state", str(phase.get("state")).replace("y", "r"))


def skipped_change(logic: etree._Element) -> None:
    phases(logic, "G")[0].set("next", "1")


def all_green(logic: etree._Element) -> None:
    phase = phases(logic, "G")[0]
    phase.set("state", "G" * len(str(phase.get("state"))))


def dead_end(logic: etree._Element) -> None:
    phases(logic, "y")[0].set("next", "0")
    phases(logic, "y")[1].set("next", "0")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (shorter_green, "min_green"),
        (shorter_yellow, "yellow"),
        (no_yellow, "yellow"),
        (skipped_change, "intergreen"),
        (all_green, "conflict"),
        (dead_end, "reach"),
    ],
)
def test_the_check_finds_each_limit_broken_on_purpose(change, rule: str, crossing: Network) -> None:  # type: ignore[no-untyped-def]
    programs = changed(actuated_xml(plan_of("free", crossing), crossing), change)
    assert rule in {finding.rule for finding in check_actuated(programs, crossing)}
    with pytest.raises(PlanRefused):
        require_safe(programs, crossing)


def test_a_change_that_lasts_less_than_the_intergreen_is_found_whatever_else_is_kept(crossing: Network) -> None:
    junction = crossing.by_junction["m"]
    longer = replace(junction, intergreen_s={pair: s + 1 for pair, s in junction.intergreen_s.items()})
    network = replace(crossing, junctions=(longer,))
    programs = actuated_xml(plan_of("free", crossing), crossing)
    assert {finding.rule for finding in check_actuated(programs, network)} == {"intergreen"}
    # Made for the longer intergreens, it keeps them.
    assert check_actuated(actuated_xml(plan_of("free", network), network), network) == ()


def test_a_missing_program_and_an_unserved_group_are_found(crossing: Network) -> None:
    programs = actuated_xml(plan_of("free", crossing), crossing)
    assert [f.rule for f in check_actuated(b"<additional/>", crossing)] == ["presence"]
    never = changed(programs, lambda logic: [p.set("state", str(p.get("state")).replace("G", "r")) for p in logic])
    assert "served" in {finding.rule for finding in check_actuated(never, crossing)}


def test_passage_time_by_hand() -> None:
    # 3.0 s - (5 m + 10 m) / 15 m/s = 2.0 s; slower approaches would need more, and the loop's own length less.
    zone = Zone(name="z0", lane="a_0", length_m=80.0, loop_m=10.0, speed_m_s=15.0)
    assert passage_s([zone]) == 2.0
    assert passage_s([zone, replace(zone, speed_m_s=30.0)]) == 2.5
    assert passage_s([replace(zone, speed_m_s=5.0)]) == 1.0


def arena_of(network: Network, folder: Path) -> Arena:
    (folder / "cars.rou.xml").write_text(routes(TRIPS))
    scenario = Scenario(network=network.path, routes=(folder / "cars.rou.xml",), begin_s=0, end_s=END_S)
    return Arena(network=network, scenarios=dict.fromkeys(SEEDS, scenario), folder=folder)


def test_the_search_finds_a_plan_that_beats_fixed_time_where_traffic_ebbs_and_flows(
    crossing: Network, tmp_path: Path
) -> None:
    flows = {("sm", "mn"): 400.0, ("wm", "me"): 450.0}
    found = search_actuated(arena_of(crossing, tmp_path), crossing.running_plan, flows, 5000)
    assert found is not None
    assert len(found.tried) == 8  # six weightings, the coordinated plan and the same as NEMA program
    running = next(one for one in found.final if one.name == "running")
    best = next(one for one in found.final if one.name == found.plan.name)
    assert best.mean_s < running.mean_s
    assert best == min(found.final, key=lambda one: one.mean_s)
    again = search_actuated(arena_of(crossing, tmp_path), crossing.running_plan, flows, 5000)
    assert again is not None
    assert actuated_xml(again.plan, crossing) == actuated_xml(found.plan, crossing)


def test_each_junction_keeps_the_weights_with_which_its_own_delay_was_least(crossing: Network) -> None:
    plans = [free_plan(crossing, crossing.running_plan, {}, weights) for weights in VARIANTS[:2]]
    two = [replace(plan, junctions=(plan.junctions[0], replace(plan.junctions[0], junction="n"))) for plan in plans]

    def run(at_m: float, at_n: float) -> Run:
        delays = SimpleNamespace(turns=(("m", "a", "b"), ("n", "b", "c")), delay_s=np.array([at_m, at_n]))
        return cast(Run, SimpleNamespace(movements=delays))

    (mixed,) = _mixtures(two, [[run(5.0, 1.0), run(5.0, 2.0)], [run(4.0, 9.0), run(3.0, 9.0)]], crossing.running_plan)
    assert {one.junction: one.weights for one in mixed.junctions} == {"m": VARIANTS[1], "n": VARIANTS[0]}
