"""The limits read off running programs: no gap of a whole stage is taken for an intergreen, none is left out."""

import re

from greenband.networks.junction import SignalGroup
from greenband.networks.plan import GroupPlan, JunctionPlan, Window
from greenband.networks.reading import unsafe_displays
from greenband.networks.safety import derive_safety


def junction(foes, rows):
    groups = [
        SignalGroup(
            id=name,
            kind="pedestrian" if name.startswith("walk") else "vehicle",
            links=(k,),
            from_edges=(),
            rail=name.startswith("tram"),
        )
        for k, name in enumerate(rows)
    ]
    plans = tuple(
        GroupPlan(group=name, windows=tuple(Window(start_s=s, length_s=n, display=d) for s, n, d in windows))
        for name, windows in rows.items()
    )
    running = JunctionPlan(junction="J", cycle_s=90, offset_s=0, coordinated=None, groups=plans)
    return running, groups, frozenset(foes) | {(b, a) for a, b in foes}


def derived(foes, **rows):
    return derive_safety(*junction(foes, rows))


def told(foes, **rows):
    return list(unsafe_displays(*junction(foes, rows)))


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


BOTH_PROTECTED = {
    "a": [(0, 30, "G"), (30, 3, "y")],
    "b": [(20, 30, "G"), (50, 3, "y")],
    "c": [(56, 30, "G"), (86, 3, "y")],
}


def test_protected_greens_of_foes_at_once_are_told_and_never_learned():
    safety = derived([("a", "b"), ("b", "c")], **BOTH_PROTECTED)
    assert safety.together == frozenset()
    assert safety.intergreen_s[("a", "b")] >= 4.0  # yellow and a second, whatever gaps the program shows
    assert safety.intergreen_s[("b", "a")] >= 4.0
    assert safety.intergreen_s[("b", "c")] == 6.0  # the pair's own, as ever
    sentences = told([("a", "b"), ("b", "c")], **BOTH_PROTECTED)
    assert len(sentences) == 1
    assert re.search("UNSAFE TODAY.* groups a .* and b ", sentences[0])


def test_one_who_yields_beside_a_foe_is_learned_and_not_told():
    rows = {**BOTH_PROTECTED, "b": [(20, 30, "g"), (50, 3, "y")]}
    assert derived([("a", "b")], **rows).together == {("a", "G", "b", "g"), ("b", "g", "a", "G")}
    assert told([("a", "b")], **rows) == []


def test_a_green_that_ends_without_yellow_is_told_and_gets_one():
    rows = {"a": [(0, 40, "G")], "b": [(40, 40, "G"), (80, 5, "y")]}
    safety = derived([("a", "b")], **rows)
    assert safety.yellow_s == {"a": 5.0, "b": 5.0}
    assert safety.intergreen_s[("a", "b")] == 6.0
    assert [
        sentence for sentence in told([("a", "b")], **rows) if "group a" in sentence and "without yellow" in sentence
    ]
    assert derived([], a=[(0, 40, "G")], b=[(40, 40, "G"), (80, 1, "y")]).yellow_s["a"] == 3.0


def test_walks_and_trams_need_no_yellow():
    rows = {"walk": [(0, 20, "G")], "tram": [(30, 20, "G")]}
    assert derived([("walk", "tram")], **rows).yellow_s == {"walk": 0.0, "tram": 0.0}
    assert told([("walk", "tram")], **rows) == []


def test_displays_that_stop_nobody_are_no_permission():
    """Stop-then-go, blinking and dark lamps over a foe's green: shown once, never learned; dark is told as unsafe."""
    for display in "soO":
        rows = {"a": [(0, 40, "G"), (40, 3, "y")], "b": [(0, 20, display), (50, 30, "G"), (80, 3, "y")]}
        assert not {pair for pair in derived([("a", "b")], **rows).together if display in (pair[1], pair[3])}
        assert len(told([("a", "b")], **rows)) == (display == "O")


def test_a_signal_that_is_off_is_told_once():
    rows = {"a": [(0, 90, "O")], "b": [(0, 90, "o")]}
    [sentence] = told([("a", "b")], **rows)
    assert "off" in sentence
