"""How long work tells how far it is; the command line draws bars from it."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str, int, int], None]  # what is being done, how much is done, of how much


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def counted(tell: Tell, what: str, total: int) -> Callable[[int, object], None]:
    """Return what to call, with anything, for each of `total` things that is done; tells at once that none is."""
    done = 0
    tell(what, 0, total)

    def on_done(_place: int, _result: object) -> None:
        nonlocal done
        done += 1
        tell(what, done, total)

    return on_done


Hear = Callable[[str], None]  # takes a sentence that somebody has to read


def unheard(_sentence: str) -> None:
    """Tell nobody."""
