"""UXsim beside the queue model: its waits against arithmetic, its figures by hand."""

from itertools import pairwise

import numpy as np
import pytest
from greenband.benchmarks.model.command import _print, figures
from greenband.benchmarks.model.model_uxsim import UxsimRun, run_uxsim
from greenband.benchmarks.model.model_uxsim_streets import links_of
from greenband.engine.model.queue_traffic import Vehicles
from greenband.networks.sumo.net import read_network

from tests.benchmarks.test_model_bench import compared
from tests.simulation.streets import EDGES, NODES, make_network, program

CYCLE_S, GREEN_S = 46, 10


def one_way(departs_s: list[float], *edges: str) -> Vehicles:
    return Vehicles(
        depart_s=np.array(departs_s),
        route=np.zeros(len(departs_s), dtype=np.int64),
        routes=(edges,),
        space_m=np.full(len(departs_s), 7.5),
    )


@pytest.fixture
def crossing(tmp_path):
    net = make_network(tmp_path, NODES, EDGES)
    bare = read_network(net)
    place = next(c.link for c in bare.connections if (c.from_edge, c.to_edge) == ("wm", "me"))
    lamps = ["".join(lamp if k == place else "r" for k in range(bare.junctions[0].size)) for lamp in "Gyr"]
    (tmp_path / "plan.add.xml").write_text(program(zip((GREEN_S, 3, 33), lamps, strict=True)))
    return read_network(net, (tmp_path / "plan.add.xml",))


def test_a_lonely_vehicle_waits_for_green_as_long_as_arithmetic_says(crossing):
    """Closed form, over twenty cycles: a signal that drifts by a second a phase is caught."""
    pytest.importorskip("uxsim", reason="UXsim, of the extra benchmarks, is not installed")
    begin_s = 7 * CYCLE_S + 5
    departs_s = [float(begin_s + 50 * k) for k in range(20)]
    found = run_uxsim(
        crossing, one_way(departs_s, "wm", "me"), crossing.running_plan, begin_s=begin_s, end_s=begin_s + 1200
    )
    way = links_of(crossing, [])["wm", "me"]
    at = [(depart_s + way.length_m / way.edge.speed_m_s) % CYCLE_S for depart_s in departs_s]
    waits_s = [0.0 if second < GREEN_S else CYCLE_S - second for second in at]
    clear = [k for k, second in enumerate(at) if 2 < second < GREEN_S - 2 or second > GREEN_S + 2]
    assert len(clear) > 12
    assert found.delay_s[clear] == pytest.approx(np.array(waits_s)[clear], abs=3), "steps of a second, twice or thrice"


def test_who_is_outside_or_under_way_at_the_end_counts_with_what_was_lost(crossing):
    """Two an instant for 100 s on one lane, red for good: what is lost is the time since departure less the way."""
    pytest.importorskip("uxsim", reason="UXsim, of the extra benchmarks, is not installed")
    departs_s = np.repeat(np.arange(100.0), 2).tolist()
    found = run_uxsim(crossing, one_way(departs_s, "sm", "mn"), crossing.running_plan, begin_s=0, end_s=600)
    way = links_of(crossing, [])["sm", "mn"]
    mean_s = 600 - np.mean(departs_s)
    assert mean_s - way.length_m / way.edge.speed_m_s < found.mean_delay_s < mean_s
    held = way.length_m / 7.5
    most_s = mean_s - held / 200 * way.length_m / way.edge.speed_m_s / 2  # those inside stand half way, on the mean
    assert found.mean_delay_s == pytest.approx(most_s, rel=0.01)


def test_lanes_that_share_a_turn_are_one_link_and_others_are_not(tmp_path):
    lanes = EDGES.replace('id="wm" from="w" to="m" numLanes="1"', 'id="wm" from="w" to="m" numLanes="2"')
    network = read_network(make_network(tmp_path, NODES, lanes))
    links = links_of(network, ["me"])
    for edge in ("wm", "sm"):
        mine = [c for c in network.connections if c.from_edge == edge]
        for a, b in pairwise(mine):
            if a.from_lane == b.from_lane or a.to_edge == b.to_edge:
                assert links[edge, a.to_edge] is links[edge, b.to_edge]
    assert links["me", ""].end == "end me"
    assert {link.lanes for (edge, _), link in links.items() if edge == "sm"} == {1}


def test_uxsims_figures_by_hand_and_headings_keep_their_units(capsys):
    """Of three random plans, ranks 2 1 3 against SUMO's 1 3 2: 1 - 6 * (1 + 4 + 1) / 24 = -0.5.

    Errors: 0, 1, -0.6, 0.5, so that the median is 0.25 and of their sizes 0.55.
    """
    runs = tuple(UxsimRun(delay_s=np.array([mean_s]), ms=5.0) for mean_s in (90.0, 20.0, 10.0, 36.0))
    row = figures(compared(uxsim=runs))
    assert (row["uxsim_plans"], row["uxsim_spearman"], row["uxsim_ms"]) == (3, -0.5, 5.0)
    assert (row["uxsim_bias"], row["uxsim_median_error"]) == (0.25, 0.55)
    _print([row])
    printed = capsys.readouterr().out
    assert "[ms]" in printed
    assert "[s]" in printed
    assert "UXsim" in printed
    _print([figures(compared())])
    assert "UXsim" not in capsys.readouterr().out
