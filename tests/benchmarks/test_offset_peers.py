"""The peers that change offsets alone: bands measured on the plan by looking, and by trying every offset."""

from dataclasses import replace

import pytest
from greenband.benchmarks.streets.offset_peers import _one_cycle, bands_of, common_cycle_s, offsets_of
from greenband.engine.main_street.street import Street, StreetLink
from greenband.networks.plan import GroupPlan, JunctionPlan, Plan, Window

CYCLE_S = 40


def crossing(name: str, forth: tuple[int, int], back: tuple[int, int], cycle_s: float = CYCLE_S) -> JunctionPlan:
    """A junction whose groups `forth` and `back` are green from a second for so long."""
    groups = tuple(
        GroupPlan(group=group, windows=(Window(start_s=start_s, length_s=length_s, display="G"),))
        for group, (start_s, length_s) in (("back", back), ("forth", forth))
    )
    return JunctionPlan(junction=name, cycle_s=cycle_s, offset_s=0, coordinated="forth", groups=groups)


def link(origin: str, target: str, travel_s: float, flow: float = 500.0) -> StreetLink:
    return StreetLink(
        origin=origin,
        target=target,
        edges=(f"{origin}{target}",),
        length_m=10 * travel_s,
        travel_s=travel_s,
        flow_veh_h=flow,
    )


def street(*travels_s: float, flow_back: float = 500.0) -> Street:
    names = [f"s{k}" for k in range(len(travels_s) + 1)]
    forth = tuple(link(a, b, t) for a, b, t in zip(names, names[1:], travels_s, strict=False))
    back = tuple(link(b, a, t, flow_back) for a, b, t in zip(names, names[1:], travels_s, strict=False))
    return Street(junctions=tuple(names), straight=True, forth=forth, back=back)


def widest_s(one: JunctionPlan, other: JunctionPlan, group: str, travel_s: int) -> int:
    """The longest run of seconds in which a vehicle may leave one junction and meet green at the other, by looking."""
    passes = [
        one.by_group[group].display_at(one.second_of_cycle(t), CYCLE_S) == "G"
        and other.by_group[group].display_at(other.second_of_cycle(t + travel_s), CYCLE_S) == "G"
        for t in range(2 * CYCLE_S)
    ]
    best = run = 0
    for now in passes:
        run = run + 1 if now else 0
        best = max(best, run)
    return min(best, CYCLE_S)


def placed(plans: list[JunctionPlan], the_street: Street) -> tuple[list[JunctionPlan], tuple[float, ...]]:
    greens = [plan.greens("forth")[0] for plan in plans]
    backs = [plan.greens("back")[0] for plan in plans]
    spans = [[(g.start_s, g.start_s + g.length_s) for g in part] for part in (greens, backs)]
    found = bands_of(the_street, spans[0], spans[1], CYCLE_S)
    shifted = [plan.with_offset(o) for plan, o in zip(plans, offsets_of(found, plans, spans[0]), strict=True)]
    return shifted, (*(CYCLE_S * b for b in found.band), *(CYCLE_S * b for b in found.band_back))


@pytest.mark.parametrize("lead_s", [0, 7, 15, 33])
def test_two_junctions_get_the_best_of_all_whole_second_offsets(lead_s: int) -> None:
    plans = [crossing("s0", (0, 16), (lead_s, 14)), crossing("s1", (0, 12), (5, 20))]
    (one, other), _ = placed(plans, street(11.0))
    best = max(
        min(widest_s(plans[0], moved, "forth", 11), widest_s(moved, plans[0], "back", 11))
        for moved in (plans[1].with_offset(offset_s) for offset_s in range(CYCLE_S))
    )
    # The programme's offset is no whole second: rounding may cost one second of band.
    assert min(widest_s(one, other, "forth", 11), widest_s(other, one, "back", 11)) >= best - 1
    assert best >= 5


def test_bands_of_a_longer_street_are_there_when_looked_at() -> None:
    plans = [crossing("s0", (0, 18), (9, 15)), crossing("s1", (0, 14), (3, 18)), crossing("s2", (0, 20), (30, 16))]
    shifted, bands_s = placed(plans, street(11.0, 17.0, flow_back=250.0))
    measured = [
        widest_s(shifted[0], shifted[1], "forth", 11),
        widest_s(shifted[1], shifted[2], "forth", 17),
        widest_s(shifted[1], shifted[0], "back", 11),
        widest_s(shifted[2], shifted[1], "back", 17),
    ]
    assert sum(bands_s) > 20
    assert all(seen >= told - 1.5 for seen, told in zip(measured, bands_s, strict=True))
    assert shifted[0].offset_s == plans[0].offset_s


def test_a_junction_of_another_cycle_is_passed_by() -> None:
    plans = [crossing("s0", (0, 18), (9, 15)), crossing("s1", (0, 14), (3, 18), 60.0), crossing("s2", (0, 9), (3, 9))]
    running = Plan(name="running", junctions=tuple(plans))
    assert common_cycle_s(running, dict.fromkeys(["s0", "s1", "s2"])) == CYCLE_S
    found = _one_cycle(street(11.0, 17.0), running)
    assert found is not None
    assert found.junctions == ("s0", "s2")
    assert found.forth[0].travel_s == 28.0
    assert found.forth[0].edges == ("s0s1", "s1s2")
    assert found.back[0] is not None
    assert found.back[0].edges == ("s2s1", "s1s0")
    alone = Plan(name="running", junctions=tuple(replace(plan, cycle_s=40.0 + k) for k, plan in enumerate(plans)))
    assert _one_cycle(street(11.0, 17.0), alone) is None
