"""Every seed with which the product draws traffic, by the step that uses it: no two steps share one.

So no step has seen the traffic on which a later one judges a plan. The search for an actuated plan, which comes after
the validation of the fixed-time plan, tries on the race's first seeds. A field study draws the seeds of its simulated
days at random, from `FIRST_FIELD_SEED` on. Solvers, climbs and random days start generators of their own, whose seeds
(`DAYS_OF_SEARCH_SEED` is one) draw no traffic in a simulation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

FIRST_VALIDATION_SEED, MOST_VALIDATION_SEEDS = 100, 1000  # 100, 101, …: `seeds` of a study, then up to its `most_seeds`
VALIDATION_SEEDS = range(FIRST_VALIDATION_SEED, FIRST_VALIDATION_SEED + MOST_VALIDATION_SEEDS)
RACE_SEEDS = (2001, 2002, 2003, 2004)
REFINE_SEEDS = (2011, 2012)
ACTUATED_FINAL_SEEDS = (2021, 2022, 2023, 2024)
CLIMB_SEEDS = (2031, 2032, 2033)
FINAL_SEEDS = tuple(range(2041, 2053))
PROOF_SEEDS = tuple(range(2053, 2113))
ESTIMATE_SEEDS = range(3001, 4001)
FURTHER_SEEDS = (4001, 4002, 4003)
FURTHER_DAYS_SEEDS = (4011, 4012, 4013)
PRESENT_SEEDS = (4021, 4022, 4023)
ROUND_SEEDS = range(5000, 10_000)  # of the rounds of --minutes, a few for each

SEARCH_SEEDS = (*CLIMB_SEEDS, *RACE_SEEDS, *REFINE_SEEDS, *FINAL_SEEDS, *PROOF_SEEDS)
ACTUATED_TRY_SEEDS = RACE_SEEDS[:2]
DAYS_OF_SEARCH_SEED = 2061
FIRST_FIELD_SEED = 1000

OF_STEP: Mapping[str, Sequence[int]] = {
    "validation": VALIDATION_SEEDS,
    "race": RACE_SEEDS,
    "refinement": REFINE_SEEDS,
    "final of actuated plans": ACTUATED_FINAL_SEEDS,
    "climb": CLIMB_SEEDS,
    "final": FINAL_SEEDS,
    "proof": PROOF_SEEDS,
    "estimate": ESTIMATE_SEEDS,
    "other demand": FURTHER_SEEDS,
    "other days": FURTHER_DAYS_SEEDS,
    "present": PRESENT_SEEDS,
    "further rounds": ROUND_SEEDS,
}

# Factors on the demand with these seeds; the others have it as forecast. A plan that only just serves what is forecast
# locks up on a busier day.
BUSIER = {2032: 1.1, 2033: 1.2, 2002: 1.1, 2004: 1.1, 2012: 1.1}
BUSIER |= dict.fromkeys((*FINAL_SEEDS, *PROOF_SEEDS)[1::2], 1.1)
