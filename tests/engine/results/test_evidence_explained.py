"""The evidence tells why, what else could be had, and which demand no plan can serve."""

from greenband.engine.chain.explain import Delays, Explained
from greenband.engine.optimise.junction.capacity import Capacity, in_words
from greenband.engine.optimise.why.pareto import Alternative
from greenband.engine.optimise.why.why import junction_why
from greenband.engine.optimise.why.why_network import NetworkWhy, OffsetsWhy
from greenband.networks.plan import Plan

from tests.engine.optimise.test_why import plan as timing
from tests.engine.optimise.test_why import two, walk
from tests.engine.results.test_evidence import evidence

FULL = Capacity(junction="J", least_saturation=1.234, causes=((("a", "b"), 1800.0), (("c", "b"), 900.0)))


def explained():
    option = two((1100.0, 100.0), limits=(walk(30.0, "1"),), pedestrians=("1",))
    why = junction_why(option, timing(30, 30).lengths_s, (option,), 1.0, FULL)
    some = {"delay": 30.0, "stops": 1.0, "spillback": 0.0, "worst_movement": 50.0, "pedestrian_wait": 9.0}
    chosen = Plan(name="greenband", junctions=())
    return Explained(
        alternatives=(
            Alternative(name="chosen", plan=chosen, values=some),
            Alternative(name="fewest-stops", plan=chosen, values=some, race_delay_s=31.0, race_seeds=2),
            Alternative(name="fairest", plan=chosen, values=some, errors=("two greens meet",)),
        ),
        junctions=(why,),
        network=NetworkWhy(
            cycle_s=70, offsets=OffsetsWhy(links=2, cost=5.0, best_cost=4.0, bound=4.0, proven=True), cycles=()
        ),
        delays={"J": Delays(model_s=20.0, simulated_s=22.0)},
        overloaded=(in_words(FULL),),
    )


def test_the_reasons_stand_in_the_evidence():
    told = evidence(explained=explained())["why"]
    (junction,) = told["junctions"]
    assert [stage["binds"] for stage in junction["stages"]] == ["saturation", "pedestrians"]
    assert junction["pedestrians_s"]["1"] > 5
    assert (junction["model_delay_s"], junction["simulated_delay_s"]) == (20.0, 22.0)
    assert junction["capacity"]["causes"][0] == {"from_edge": "a", "to_edge": "b", "flow_veh_h": 1800.0}
    assert 0 < junction["gap"] < 1
    assert told["network"]["offsets"]["bound"] == 4.0
    assert evidence()["why"] is None


def test_the_alternatives_stand_in_the_evidence_with_the_files_that_are_given_out():
    told = evidence(explained=explained())["alternatives"]
    assert [one["file"] for one in told] == [None, "alternatives/fewest-stops.plan.json", None]
    assert told[1]["model"]["stops_per_vehicle"] == 1.0
    assert (told[1]["simulated_delay_s"], told[1]["simulated_seeds"]) == (31.0, 2)
    assert told[2]["check_errors"] == ["two greens meet"]


def test_demand_beyond_capacity_is_said_in_words_with_its_movements():
    (sentence,) = evidence(explained=explained())["why"]["beyond_capacity"]
    assert "J cannot serve its demand with any plan" in sentence
    assert "123 %" in sentence
    assert "a to b with 1800 veh/h; c to b with 900 veh/h" in sentence
