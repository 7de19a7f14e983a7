"""Short names for types and figures that many modules share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

Turn = tuple[str, str]  # approach edge, exit edge
JunctionTurn = tuple[str, str, str]  # junction, approach edge, exit edge
