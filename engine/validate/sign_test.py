"""The sign test: how surprising a count of heads is if both sides of the coin are alike.

J. Arbuthnott, An argument for divine providence, Philosophical Transactions 27, 1710.
"""

from __future__ import annotations

from math import comb


def one_sided(heads: int, tosses: int) -> float:
    """Return the chance of at least so many heads in so many tosses of a fair coin."""
    return sum(comb(tosses, k) for k in range(heads, tosses + 1)) / 2**tosses


def two_sided(heads: int, tosses: int) -> float:
    """Return the chance of a count at least as far from half."""
    return min(1.0, 2 * one_sided(max(heads, tosses - heads), tosses))
