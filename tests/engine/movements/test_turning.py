import numpy as np
import pytest
from greenband.engine.movements.equations import Equation, Kind
from greenband.engine.movements.predict import own_variance
from greenband.engine.movements.solve import solve
from greenband.engine.movements.turning import TurnHistory, day_levels, turning_equations
from greenband.engine.movements.unknowns import unknowns_of

from tests.engine.cross import ARMS, cross_network

UNKNOWNS = unknowns_of(cross_network())
DAYS, BINS = 60, 12


def history(flow, seed, gaps=0.0, spoil=None, day_sd=0.1):
    """Counts of edges of the crossing, whose streams carry `flow` vehicles in a period on average."""
    rng = np.random.default_rng(seed)
    level = np.exp(day_sd * rng.standard_normal(DAYS))
    passed = rng.poisson(flow[:, None, None] / BINS * level[:, None], size=(len(flow), DAYS, BINS)).astype(float)
    names = [f"{arm}{end}" for end in ("in", "out") for arm in ARMS]
    veh = np.stack([passed[(UNKNOWNS.out_of if "in" in n else UNKNOWNS.into)[n]].sum(axis=0) for n in names])
    veh[rng.random(veh.shape) < gaps] = np.nan
    if spoil:
        spoil(veh)
    place = {name: k for k, name in enumerate(names)}
    return TurnHistory(
        place=place, veh=veh, level=day_levels(veh), interval_s=300, forecast_veh=np.nanmean(veh, axis=1).sum(axis=1)
    )


def counted(flow, places, name):
    terms = tuple((k, 1.0) for k in places)
    return Equation(kind=Kind.COUNT, terms=terms, sd_veh=1.0, target_veh=float(flow[places].sum()), detectors=(name,))


def shares_off(flow, made, guess):
    """Solve from totals and, if they are given, ups and downs; return the relative error of turns."""
    exits = [counted(flow, UNKNOWNS.into[f"{arm}out"], f"{arm}out") for arm in ARMS]
    approaches = [counted(flow, UNKNOWNS.out_of[f"{arm}in"], f"{arm}in") for arm in ARMS]
    belief = [Equation(kind=Kind.BELIEF, terms=((k, 1.0),), sd_veh=1e3, target_veh=100.0) for k in range(len(flow))]
    loops = {f"{arm}in": [f"{arm}in"] for arm in ARMS}
    found = guess
    for _ in range(4):
        history = turning_equations(UNKNOWNS, exits, loops, made, found) if made else ()
        found = solve([*exits, *approaches, *belief, *history], found)
    mine, true = ([v[places].sum() for places in UNKNOWNS.by_turn.values()] for v in (found, flow))
    return float(np.abs(np.subtract(mine, true)).sum() / np.sum(true))


def some_flow(seed):
    return np.random.default_rng(seed).uniform(20.0, 300.0, len(UNKNOWNS.streams))


def even_guess(flow):
    return np.full(len(flow), flow.mean())


@pytest.mark.parametrize("seed", range(3))
def test_ups_and_downs_tell_the_turns(seed):
    # Cramer and Rao: 720 bins of about equal variance leave 0.03 of an approach to each of its three turns.
    flow = some_flow(seed)
    assert shares_off(flow, history(flow, seed), even_guess(flow)) < 0.08
    assert shares_off(flow, history(flow, seed, gaps=0.1), even_guess(flow)) < 0.10


def test_totals_alone_leave_about_twice_the_error():
    flows = [some_flow(seed) for seed in range(3)]
    alone = [shares_off(flow, None, even_guess(flow)) for flow in flows]
    ours = [shares_off(flow, history(flow, seed), even_guess(flow)) for seed, flow in enumerate(flows)]
    assert np.mean(alone) > 1.8 * np.mean(ours)


def test_days_that_are_busier_than_others_say_nothing_about_turns():
    # A level that all share is taken out: without that every exit seems to go with every approach.
    flow = some_flow(7)
    assert shares_off(flow, history(flow, 7, day_sd=0.4), even_guess(flow)) < 0.08


def test_a_day_that_lies_hardly_matters():
    def double(veh):
        veh[0, 3] *= 3.0

    flow = some_flow(5)
    assert shares_off(flow, history(flow, 5, spoil=double), even_guess(flow)) < 0.10


def test_the_levels_of_days_are_found_in_spite_of_gaps():
    flow = some_flow(3)
    made = history(flow, 3, gaps=0.2, day_sd=0.3)
    rng = np.random.default_rng(3)
    true = np.exp(0.3 * rng.standard_normal(DAYS))
    np.testing.assert_allclose(made.level, true / true.mean(), rtol=0.06)


def test_poisson_counts_have_no_variance_of_their_own_and_others_theirs():
    flow = some_flow(2) * 10
    assert own_variance(history(flow, 2)) < 0.0005

    def stray(veh):
        veh *= np.exp(0.1 * np.random.default_rng(9).standard_normal(veh.shape[:2]))[..., None]

    assert own_variance(history(flow, 2, spoil=stray)) == pytest.approx(0.01, rel=0.35)
