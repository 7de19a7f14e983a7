"""The seeds of a search are told by step, those of the rounds of --minutes too."""

from greenband.engine.optimise.race.race import Standing
from greenband.engine.optimise.rounds import Round
from greenband.engine.optimise.search import Found
from greenband.engine.optimise.seeds_used import seeds_used
from greenband.networks.plan import Plan

PLAN = Plan(name="p", junctions=())


def standing(*seeds):
    return Standing(plan=PLAN, delay_s=dict.fromkeys(seeds, 30.0))


def found(**parts):
    nothing = {"scanned": (), "candidates": (), "standings": (), "final": (), "changes": 0, "simulations": 0}
    return Found(**{"plan": PLAN, "kept_running": False, "reason": "", **nothing, **parts})


def test_every_step_that_simulated_tells_its_seeds():
    rounds = (
        Round(standings=(standing(5000, 5001),), replaced=False),
        Round(standings=(standing(5020),), replaced=True),
    )
    finals = (standing(2041, 2042, 2053), standing(2041, 2042))
    assert seeds_used(found(standings=(standing(2001), standing(2001, 2002)), final=finals, rounds=rounds)) == {
        "climb": (2031, 2032, 2033),
        "race": (2001, 2002),
        "refinement": (2011, 2012),
        "final": (2041, 2042),
        "proof": (2053,),
        "further rounds": (5000, 5001, 5020),
    }


def test_a_step_that_did_not_simulate_is_not_told():
    assert set(seeds_used(found())) == {"climb"}
