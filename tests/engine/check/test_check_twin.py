"""The check finds exactly what looking at every tick finds, on thousands of broken and whole plans."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from greenband import networks
from greenband.engine.check.check import check_junction
from greenband.networks.errors import InputError
from greenband.networks.junction import Junction
from greenband.networks.plan import GroupPlan, JunctionPlan, Window
from greenband.networks.sumo.net import read_network

from tests.conftest import scenario_network
from tests.engine.check.walking import faults_by_walking

BUNDLED = Path(networks.__file__).parent / "arterial" / "arterial.net.xml"
RULES = ("served", "min_green", "yellow", "conflict", "intergreen")
CASES = [(name, 1.0, 200) for name in ("cologne1", "cologne3", "ingolstadt7", "arterial4x4", "grid4x4")]
CASES += [("bundled", 1.0, 200)]  # with pedestrians
CASES += [("cologne8", 0.1, 40), ("ingolstadt21", 0.1, 40)]


def faults_by_check(plan: JunctionPlan, junction: Junction) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for finding in check_junction("mutant", plan, junction):
        if finding.rule == "conflict":
            found.add(("conflict", frozenset(finding.groups)))
        elif finding.rule in RULES:
            found.add((finding.rule, *finding.groups))
    return {fault for fault in found if fault[0] != "intergreen" or ("conflict", frozenset(fault[1:])) not in found}


def mutant(junction: Junction, rng: np.random.Generator, tick_s: float) -> tuple[JunctionPlan, Junction]:
    """A plan with up to four windows moved, stretched, shown otherwise or dropped, and limits drawn anew."""
    plan = junction.running
    for _ in range(rng.integers(0, 5)):
        place = int(rng.integers(len(plan.groups)))
        try:
            groups = list(plan.groups)
            groups[place] = mutated(groups[place], plan.cycle_s, rng, tick_s)
            plan = replace(plan, groups=tuple(groups))
        except InputError:  # two windows of a lamp overlap: not a plan
            continue
    limits = {
        "intergreen_s": {pair: drawn(rng, tick_s, 8) for pair in sorted(junction.foes)},
        "yellow_s": {name: drawn(rng, tick_s, 5) for name in junction.yellow_s},
        "min_green_s": {name: drawn(rng, tick_s, 12) for name in junction.min_green_s},
    }
    return plan, replace(junction, **limits) if rng.random() < 0.5 else junction


def drawn(rng: np.random.Generator, tick_s: float, most_s: float) -> float:
    return round(int(rng.integers(0, round(most_s / tick_s) + 1)) * tick_s, 1)


def mutated(group: GroupPlan, cycle_s: float, rng: np.random.Generator, tick_s: float) -> GroupPlan:
    windows = list(group.windows)
    if not windows:
        return group
    place, shift = int(rng.integers(len(windows))), round(int(rng.integers(-8, 9)) * tick_s, 1)
    w = windows[place]
    windows[place] = {
        0: replace(w, start_s=round((w.start_s + shift) % cycle_s, 1)),
        1: replace(w, length_s=round(w.length_s + shift, 1)),
        2: replace(w, display=str(rng.choice(list("Ggy")))),
        3: replace(w, start_s=float(rng.integers(int(cycle_s)))),
        4: Window(start_s=w.start_s, length_s=tick_s, display=w.display),
    }[int(rng.integers(5))]
    if rng.random() < 0.1:
        windows.pop(place)
    return replace(group, windows=tuple(sorted(windows)))


@pytest.mark.parametrize(("name", "tick_s", "plans"), CASES)
def test_the_check_agrees_with_looking_at_every_tick(name, tick_s, plans):
    rng = np.random.default_rng(len(name))
    path = BUNDLED if name == "bundled" else scenario_network(name)
    junctions = read_network(path).junctions[:5]
    kinds: set[str] = set()
    for k in range(plans):
        plan, junction = mutant(junctions[k % len(junctions)], rng, tick_s)
        walked = faults_by_walking(plan, junction, tick_s)
        assert faults_by_check(plan, junction) == walked, (name, k, plan)
        kinds |= {str(fault[0]) for fault in walked}
    assert kinds >= {"min_green", "yellow", "intergreen"}  # the mutants break what they should
    assert "conflict" in kinds or plans < 100
