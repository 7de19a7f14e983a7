"""Ways to spoil a table of text as people and spreadsheets do: cells gone, separators swapped, rows cut, other case."""

from __future__ import annotations

import random

WORDS = ("x", "n/a", "30 mph", "1,5", "-1", "nan", "1e9", "0", "", '"', "[", "4:30 PM", " ")
TAILS = ("0", "9", " s", "é", '"', "\x00", "\x1c")
SEPARATORS = ";\t|"
CASES = (str.lower, str.upper, str.title)
MOST_BYTES = 400_000  # of a file beyond which a table is not worth the time


def table_damaged(content: bytes, rng: random.Random) -> bytes:
    """Return a table with one to three things wrong with its cells, rows or separators."""
    if len(content) > MOST_BYTES:
        return content
    lines = content.decode("latin-1").split("\n")
    for _ in range(rng.choice((1, 1, 2, 3))):
        rng.choice((_cell, _cell, _cell, _row))(lines, rng)
    return "\n".join(lines).encode("latin-1", errors="replace")


def _cell(lines: list[str], rng: random.Random) -> None:
    at = rng.randrange(len(lines))
    cells = lines[at].split(",")
    cell = rng.randrange(len(cells))
    what = rng.randrange(6)
    if what == 0:
        del cells[cell]
    elif what == 1:
        cells = [rng.choice(CASES)(text) for text in cells]
    elif what == 2:
        cells = cells[:cell]
    elif what == 3:
        cells[cell] = rng.choice(WORDS)
    elif what == 4:
        cells.insert(cell, rng.choice(("", "7", "abc")))
    else:
        cells[cell] += rng.choice(TAILS)
    lines[at] = ",".join(cells)


def _row(lines: list[str], rng: random.Random) -> None:
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    what = rng.randrange(4)
    if what == 0:
        lines[:] = [line.replace(",", rng.choice(SEPARATORS)) for line in lines]
    elif what == 1:
        del lines[at : at + rng.choice((1, 1, 3, 20))]
        lines[:] = lines or [""]
    elif what == 2:
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines.insert(at, rng.choice((lines[at], "", ",,,,", "[Phases]", "[New]")))
