"""The twin with the map sees who crosses and what is wrong with lamps, on a street where it is plain."""

import numpy as np
import pytest
from greenband.benchmarks.checks.eyes import seen_in
from greenband.benchmarks.checks.looked_on import PER_S, looked_on, today_of
from greenband.benchmarks.checks.shown_in_sumo import shown_in_sumo

from tests.networks.built import CROSS, CROSSINGS, ONE_WAY_EDGES, build

# A crossing of single lanes; lamps 0-2 from the north, 3-5 east, 6-8 south, 9-11 west; right, straight, left.
EDGES = "<edges>" + "".join(
    f'<edge id="{a}{b}" from="{a}" to="{b}" numLanes="1"/>' for end in "wesn" for a, b in ((end, "m"), ("m", end))
)
FOUR = (EDGES + "</edges>", ("--no-turnarounds",))
SAFE = ((30, "GGgrrrGGgrrr"), (3, "yyyrrryyyrrr"), (2, "r" * 12), (30, "rrrGGgrrrGGg"), (3, "rrryyyrrryyy"))
SAFE = (*SAFE, (2, "r" * 12))


def lamps(*phases):
    return np.array([list(state.encode()) for s, state in phases for _ in range(round(s * PER_S))], dtype=np.uint8).T


@pytest.fixture(scope="module", params=["inner lanes", "none"])
def seen(request, tmp_path_factory):
    edges, options = FOUR
    more = ("--no-internal-links",) if request.param == "none" else ()
    return seen_in(build(tmp_path_factory.mktemp("four"), CROSS, edges, (*options, *more)))["m"]


def rules(seen, *phases, today=SAFE):
    return {fault[0] for fault in looked_on(lamps(*phases), seen, today_of(lamps(*today), seen))}


def test_it_sees_who_crosses(seen):
    straight_north, straight_east, straight_south, left_north = 1, 4, 7, 2
    assert (straight_north, straight_east) in seen.crossing
    assert (left_north, straight_south) in seen.crossing
    assert (straight_north, straight_south) not in seen.crossing
    assert (left_north, straight_south) in seen.towards
    assert (0, 1) not in seen.crossing


@pytest.mark.parametrize(
    ("rule", "phases"),
    [
        ("both protected", ((30, "GGGrrrGGGrrr"), *SAFE[1:])),
        ("both protected", ((30, "GGgGrrGGgrrr"), (3, "yyyyrryyyrrr"), *SAFE[2:])),
        ("yellow", (SAFE[0], (2.95, "yyyrrryyyrrr"), *SAFE[2:])),
        ("yellow", (SAFE[0], *SAFE[2:])),
        ("green", ((4.95, "GGgrrrGGgrrr"), *SAFE[1:])),
        ("crossed yellow", (SAFE[0], (3, "yyyGGryyyrrr"), *SAFE[3:])),
        ("yellow trap", ((20, "GGgrrrGGgrrr"), (3, "GGyrrrGGgrrr"), (9, "GGrrrrGGgrrr"), *SAFE[1:])),
    ],
)
def test_what_is_wrong_is_seen(seen, rule, phases):
    assert rules(seen, *SAFE) == set()
    assert rule in rules(seen, *phases)


def test_what_runs_today_is_not_held_against_it_unless_both_are_protected(seen):
    short = (SAFE[0], (2, "yyyrrryyyrrr"), *SAFE[2:])
    assert rules(seen, *short, today=short) == set()
    both = ((30, "GGGrrrGGGrrr"), *SAFE[1:])
    assert rules(seen, *both, today=both) == {"both protected"}


def test_those_who_walk_clear_the_road_first(tmp_path):
    path = build(tmp_path, CROSS, ONE_WAY_EDGES, ("--no-turnarounds", *CROSSINGS))
    seen = seen_in(path)["m"]
    walk = next(way.lamp for way in seen.ways if way.walks)
    other = next(b if a == walk else a for a, b in sorted(seen.crossing) if walk in (a, b))
    size = 1 + max(way.lamp for way in seen.ways)

    def shown(clear_s):
        states = ("".join("G" if k == one else "r" for k in range(size)) for one in (walk, -1, other))
        return lamps(*zip((20, clear_s, 60), states, strict=True))

    today = today_of(shown(20), seen)
    assert ("clearing", walk, other) in looked_on(shown(1), seen, today)
    assert not {fault for fault in looked_on(shown(20), seen, today) if fault[0] == "clearing"}


def test_sumo_shows_accepted_plans_that_the_twin_finds_nothing_wrong_with(tmp_path):
    assert list(shown_in_sumo("four", build(tmp_path, CROSS, *FOUR), 3)) == []
