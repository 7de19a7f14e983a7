"""How much a search may do: counted in vehicle-seconds, never clocked, so that every machine finds the same plan."""

from __future__ import annotations

from dataclasses import dataclass

# A simulation takes as long as there are vehicles on the streets: about 2 to 5 s of one processor for a million
# vehicle-seconds in SUMO, 5 to 7 ms in the queue model. So these are a minute or less of two processors each.
SIMULATED_VEH_S, FEWEST_RUNS, MOST_RUNS = 20e6, 11, 120
MODELLED_VEH_S, FEWEST_TRIALS, MOST_TRIALS = 1.1e10, 100, 6000
# A network whose simulations are so dear that only so many are left has fewer starts, finalists and seeds.
FEW_RUNS = 30
# Where even fewer are left, two climbs: a third would have one of two processors wait for a whole climb.
VERY_FEW_RUNS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What each part of a search may do.

    `climbs` starts get `trials` modelled plans each. So many `entrants` at most begin the race, which ends after
    `race_seeds`; the refinement has `refine_runs` simulations, and the running plan and so many `finalists` meet on
    `final_seeds`.
    """

    climbs: int
    trials: int
    entrants: int
    race_seeds: int
    refine_runs: int
    finalists: int
    final_seeds: int
    proof_seeds: int = 0  # on which the winner must not lock the streets up


def budget_of(vehicle_s: float, traffics: int, effort: float = 1.0) -> Budget:
    """Return the budget of a network on whose streets vehicles spend so many seconds in one simulation.

    `traffics` is on how many draws of traffic each modelled plan is tried.
    """
    runs = round(max(FEWEST_RUNS, min(MOST_RUNS, SIMULATED_VEH_S / vehicle_s)) * min(effort, 1.0))
    runs += round(max(0.0, effort - 1.0) * runs)
    finalists = 2 if runs < FEW_RUNS else 4
    final_seeds = max(2, min(12, runs // 2 // (finalists + 1)))
    left = max(0, runs - final_seeds * (finalists + 1))
    entrants = max(4, min(10, left))
    race_seeds = next((seeds for seeds, halves in ((4, 5), (2, 3)) if 2 * left >= halves * entrants), 1)
    raced = {1: entrants, 2: 3 * entrants // 2, 4: 3 * entrants // 2 + 2 * (finalists + 1)}[race_seeds]
    climbs = 3 if runs < FEW_RUNS else 4
    trials = MODELLED_VEH_S / (vehicle_s * traffics * climbs)
    climbs = 2 if runs < VERY_FEW_RUNS else climbs
    return Budget(
        climbs=climbs,
        trials=round(max(FEWEST_TRIALS, min(MOST_TRIALS, trials)) * effort),
        entrants=entrants,
        race_seeds=race_seeds,
        refine_runs=max(0, left - raced),
        finalists=finalists,
        final_seeds=final_seeds,
        proof_seeds=min(20, runs // 5) if runs >= FEW_RUNS else 0,
    )
