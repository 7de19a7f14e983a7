"""The seeds of a search: none of them is ever used by the validation (100 to 109 by default) or a field study."""

from __future__ import annotations

CLIMB_SEEDS = (2031, 2032, 2033)
RACE_SEEDS = (2001, 2002, 2003, 2004)
REFINE_SEEDS = (2011, 2012)
FINAL_SEEDS = tuple(range(2041, 2053))
PROOF_SEEDS = tuple(range(2053, 2113))
SEEDS = (*CLIMB_SEEDS, *RACE_SEEDS, *REFINE_SEEDS, *FINAL_SEEDS, *PROOF_SEEDS)
# Factors on the demand with these seeds; the others have it as forecast. A plan that only just serves what is forecast
# locks up on a busier day.
BUSIER = {2032: 1.1, 2033: 1.2, 2002: 1.1, 2004: 1.1, 2012: 1.1}
BUSIER |= dict.fromkeys((*FINAL_SEEDS, *PROOF_SEEDS)[1::2], 1.1)
