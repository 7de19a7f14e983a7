"""What a reader must be told of the streets behind a plan: where trips begin and end, and how full they are first."""

from __future__ import annotations

from ...networks.sentence import Sentence
from ..movements.estimate import KnownFlows

EMPTY_AT_FIRST = Sentence(
    "Streets are empty when the period begins: the further inside loops lie, the fewer vehicles they count in its "
    "first interval. So our traffic begins without a warm-up."
)
NO_BORDER = Sentence(
    "No street leads into the network: all trips begin and end inside, and counts do not tell how long they are. Flows "
    "and queues are those of the counts, delays per trip those of our trips: compare plans, not trips."
)


def streets_told(known: KnownFlows) -> tuple[Sentence, ...]:
    """Return these sentences, as far as they hold."""
    empty = (EMPTY_AT_FIRST,) if known.empty is not None else ()
    return (*empty, *(() if known.unknowns.entries else (NO_BORDER,)))
