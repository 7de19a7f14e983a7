"""What a study's table of counts has to be beside a long table: its detectors are known, its bins stand on one grid."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import polars as pl

from ...networks.errors import InputError
from ...networks.types import DAY_S
from .formats.scanned import Scanned, collected
from .values.lengths import common_length, one_length, own_lengths

MOST_NAMES = 6


def require_known(table: Scanned, known: AbstractSet[str]) -> None:
    """Raise InputError with the line for a detector that is not known."""
    table.refuse(
        ~pl.col("detector").is_in(sorted(known)),
        column="detector",
        rule="every detector of the counts stands in the list of detectors",
        fix="add it to detectors.csv or take its rows out" + _alike(table, known),
    )


def known_alone(table: Scanned, known: AbstractSet[str]) -> Scanned:
    """Return the rows of known detectors. Raises InputError if none of the file's is known."""
    rows = table.rows.filter(pl.col("detector").is_in(sorted(known)))
    if collected(rows.head(1), table.path).is_empty():
        theirs = collected(table.rows.select(pl.col("detector").unique()), table.path)["detector"].sort().to_list()
        if theirs:
            raise InputError(
                where=str(table.path),
                found=f"the detectors {_some(theirs)}, and in detectors.csv {_some(sorted(known))}: none is in both",
                rule="detectors of the study have the names that the file of counts gives them",
                fix="write the names in detectors.csv as the file does" + _alike(table, known),
            )
    return Scanned(path=table.path, rows=rows, first_line=table.first_line)


def _some(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" (and {more} more)" if more > 0 else "")


def _alike(table: Scanned, known: AbstractSet[str]) -> str:
    """Return a hint at a name that is the same but for case, blanks or leading noughts."""
    theirs = collected(table.rows.select(pl.col("detector").unique()), table.path)["detector"].drop_nulls().sort()
    bare = {_bare(name): name for name in sorted(known)}
    for name in theirs:
        other = bare.get(_bare(name))
        if name not in known and other is not None:
            return f"; '{name}' of the file may be '{other}'"
    return ""


def _bare(name: str) -> str:
    return "/".join(part.strip().lower().lstrip("0") for part in name.split("/"))


def on_one_grid(table: Scanned) -> tuple[Scanned, int, tuple[str, ...]]:
    """Return the table with bins of one length for all detectors, that length [s], and what to tell.

    Raises InputError for bins that do not start whole lengths after midnight, and where nothing is left.
    """
    own = own_lengths(table.rows)
    if not own:
        raise InputError(
            where=str(table.path), found="no row", rule="a table of counts has rows", fix="export it again"
        )
    length = common_length(list(own.values()))
    rows, told = one_length(table.rows, dict.fromkeys(own, length))
    same = Scanned(path=table.path, rows=rows, first_line=table.first_line)
    if told and collected(rows.head(1), table.path).is_empty():
        lengths = _some([str(one) for one in sorted(set(own.values()))])
        raise InputError(
            where=str(table.path),
            found=f"bins of {lengths} s, none of which make one of {length} s",
            rule="bins of several lengths are brought together where shorter ones cover a longer one without a gap",
            fix="export the counts in one length",
        )
    _check_places(same, length)
    return same, length, told


def _check_places(table: Scanned, interval_s: int) -> None:
    time = pl.col("start").dt
    second = time.hour().cast(pl.Int64) * 3600 + time.minute().cast(pl.Int64) * 60 + time.second().cast(pl.Int64)
    table.refuse(
        (second % interval_s != 0) | (time.microsecond() != 0),
        column="start",
        rule=f"bins start a whole number of intervals ({interval_s} s) after midnight",
        fix="sum the counts up to such bins",
    )


__all__ = ["DAY_S", "known_alone", "on_one_grid", "require_known"]
