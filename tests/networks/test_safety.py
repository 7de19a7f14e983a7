"""The limits read off running programs: no gap of a whole stage is taken for an intergreen, none is left out."""

from greenband.networks.junction import SignalGroup
from greenband.networks.plan import GroupPlan, JunctionPlan, Window
from greenband.networks.safety import derive_safety


def derived(foes, **rows):
    groups = [
        SignalGroup(id=name, kind="pedestrian" if name.startswith("walk") else "vehicle", links=(k,), from_edges=())
        for k, name in enumerate(rows)
    ]
    plans = tuple(
        GroupPlan(group=name, windows=tuple(Window(start_s=s, length_s=n, display=d) for s, n, d in windows))
        for name, windows in rows.items()
    )
    running = JunctionPlan(junction="J", cycle_s=90, offset_s=0, coordinated=None, groups=plans)
    return derive_safety(running, groups, frozenset(foes) | {(b, a) for a, b in foes})


def test_a_foe_that_follows_only_after_another_stage_needs_the_clearance_of_the_first_change():
    safety = derived(
        [("a", "b")],
        a=[(0, 30, "G"), (30, 3, "y")],
        other=[(35, 20, "G"), (55, 3, "y")],
        b=[(60, 20, "G"), (80, 3, "y")],
    )
    assert safety.intergreen_s == {("a", "b"): 5.0, ("b", "a"): 10.0}


def test_a_longer_clearance_within_one_change_is_the_pair_s_own():
    safety = derived(
        [("a", "b")],
        a=[(0, 30, "G"), (30, 3, "y")],
        other=[(33, 20, "G"), (53, 3, "y")],
        b=[(36, 20, "G"), (56, 3, "y")],
    )
    assert safety.intergreen_s[("a", "b")] == 6.0


def test_foes_that_only_ever_run_together_need_a_clearance_once_they_no_longer_do():
    safety = derived(
        [("through", "left"), ("through", "side")],
        through=[(0, 40, "G"), (40, 3, "y")],
        left=[(0, 40, "g"), (40, 3, "y")],
        side=[(45, 40, "G"), (85, 3, "y")],
    )
    assert safety.together == {("through", "G", "left", "g"), ("left", "g", "through", "G")}
    assert safety.intergreen_s[("through", "left")] == 5.0
    assert safety.intergreen_s[("left", "through")] == 5.0


def test_the_clearance_of_a_walk_is_not_cut_to_a_change_of_stage_for_vehicles():
    safety = derived(
        [("walk", "b")],
        walk=[(0, 20, "G")],
        other=[(0, 30, "G"), (30, 3, "y"), (35, 10, "G"), (45, 3, "y")],
        b=[(33, 20, "G"), (53, 3, "y")],
    )
    assert safety.intergreen_s[("walk", "b")] == 13.0


def test_a_green_that_never_ends_today_gets_the_longest_yellow_should_it_ever_end():
    safety = derived([("a", "b")], always=[(0, 90, "G")], a=[(0, 30, "G"), (30, 4.3, "y")], b=[(40, 40, "G")])
    assert safety.yellow_s == {"always": 4.3, "a": 4.3, "b": 4.3}
