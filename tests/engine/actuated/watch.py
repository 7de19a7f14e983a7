"""Lamps watched in SUMO second by second, and the limits that they must keep: slow, and too simple to be wrong."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from greenband.networks.junction import Junction
from greenband.networks.network import Network
from greenband.simulation.run import simulate
from greenband.simulation.scenario import Scenario
from lxml import etree

from tests.simulation.streets import routes


def lamps_over_time(
    network: Network, programs: bytes, folder: Path, trips: Sequence[tuple[float, str]], end_s: int
) -> list[tuple[float, str]]:
    """What the signal shows in each second of a simulation, as SUMO tells it."""
    (folder / "cars.rou.xml").write_text(routes(trips))
    root = etree.fromstring(programs)
    etree.SubElement(root, "timedEvent", type="SaveTLSStates", source="m", dest=str(folder / "lamps.xml"))
    (folder / "programs.add.xml").write_bytes(etree.tostring(root))
    scenario = Scenario(network=network.path, routes=(folder / "cars.rou.xml",), begin_s=0, end_s=end_s)
    simulate(scenario, folder, seed=1, programs=folder / "programs.add.xml")
    found = etree.parse(str(folder / "lamps.xml")).getroot()
    return [(float(e.get("time") or 0), str(e.get("state"))) for e in found]


def spans(shown: list[tuple[float, str]], link: int, letters: str) -> list[tuple[float, float]]:
    """Start and end of each stretch of seconds in which a lamp shows one of the letters; those cut off are left out."""
    found: list[tuple[float, float]] = []
    start = None
    for (before_s, before), (now_s, now) in itertools.pairwise(shown):
        was, is_now = before[link] in letters, now[link] in letters
        if is_now and not was:
            start = now_s
        if was and not is_now and start is not None:
            found.append((start, now_s))
            start = None
        assert now_s == before_s + 1
    return found


def broken_limits(shown: list[tuple[float, str]], junction: Junction) -> list[str]:
    """Minimum greens, yellows and intergreens by looking: slow, and too simple to be wrong."""
    wrong = []
    greens = {g.id: spans(shown, g.links[0], "Gg") for g in junction.groups}
    for group in junction.groups:
        yellows = spans(shown, group.links[0], "y")
        for start, end in greens[group.id]:
            if end - start < junction.min_green_s[group.id]:
                wrong.append(f"{group.id} green {end - start}")
            if (end, end + junction.yellow_s[group.id]) not in yellows and end < shown[-1][0] - 10:
                wrong.append(f"{group.id} no whole yellow at {end}")
        for other in greens:
            if (other, group.id) in junction.foes:
                wrong += _too_early(shown, junction, other, group.id)
    return wrong


def _too_early(shown: list[tuple[float, str]], junction: Junction, other: str, group: str) -> list[str]:
    """Where a group is green too soon after another showed a green beside which it may not stand."""
    first, second = junction.by_group[other].links[0], junction.by_group[group].links[0]
    meet = {(a, b) for one, a, two, b in junction.together if (one, two) == (other, group)}
    meet |= {("g", b) for a, b in meet} | {(a, "g") for a, b in meet}  # who yields may stand where nobody need
    last_s: dict[str, float] = {}
    wrong = []
    for now_s, state in shown:
        if state[first] in "Gg":
            last_s[state[first]] = now_s + 1
        for display, end_s in last_s.items():
            met = (display, state[second]) in meet
            if state[second] in "Gg" and not met and now_s - end_s < junction.intergreen_s[(other, group)]:
                wrong.append(f"{other} to {group} {now_s - end_s} at {now_s}")
    return wrong
