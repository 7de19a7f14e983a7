"""How long work tells how far it is; the command line draws bars from it."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str, int, int], None]  # what is being done, how much is done, of how much


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""
