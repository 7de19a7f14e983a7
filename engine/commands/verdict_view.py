"""The verdict on counts for people: a table that keeps names whole, or plain lines where nobody looks at a screen."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import Any

GAP = 2


def print_verdict(rows: Sequence[dict[str, Any]]) -> None:
    """Print a row for each detector, then what is to be told of single ones.

    Names stay whole: where the screen is too narrow for all reasons side by side, they stand in words below each row.
    """
    width = shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else None
    for line in (*table_lines(rows, width), *told_lines(rows)):
        print(line)


def table_lines(rows: Sequence[dict[str, Any]], width: int | None) -> list[str]:
    """Return the table in plain text, no wider than `width` unless a name is; of any width where that is None."""
    reasons = [name for name in rows[0]["bins"] if any(row["bins"][name] for row in rows)] if rows else []
    heads = ["detector", "coverage", *(name.replace("_", " ") for name in reasons), "imputed", ""]
    cells = [
        [
            row["detector"],
            f"{row['coverage']:.1%}",
            *(str(row["bins"][name]) for name in reasons),
            str(row["imputed"]),
            _note(row),
        ]
        for row in rows
    ]
    if width is None or _width(heads, cells) <= width:
        return _aligned(heads, cells)
    few = [[one[0], one[1], one[-2], one[-1]] for one in cells]
    lines = _aligned([heads[0], heads[1], heads[-2], heads[-1]], few)
    return [
        lines[0],
        *(line for row, line in zip(rows, lines[1:], strict=True) for line in (line, *_reasons(row, width))),
    ]


def _width(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    return sum(max(map(len, column)) + GAP for column in zip(heads, *cells, strict=True)) - GAP


def _aligned(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """Return lines with the first column to the left, numbers to the right, notes as they are."""
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    lines = []
    for row in (heads, *cells):
        numbers = (cell.rjust(size) for cell, size in zip(row[1:-1], widths[1:-1], strict=True))
        lines.append((" " * GAP).join((row[0].ljust(widths[0]), *numbers, row[-1])).rstrip())
    return lines


def _reasons(row: dict[str, Any], width: int) -> list[str]:
    """Return the bins by verdict, observed ones left out, in words, on lines of their own."""
    lines, line = [], ""
    for name, bins in row["bins"].items():
        if bins and name != "observed":
            part = f"{name.replace('_', ' ')} {bins}"
            if line and len(line) + len(part) + 4 > width:
                lines.append(f"  {line},")
                line = ""
            line = f"{line}, {part}" if line else part
    return [*lines, f"  {line}"] if line else []


def _note(row: dict[str, Any]) -> str:
    steps = f"{len(row['steps'])} new levels" if row["steps"] else ""
    lanes = f"a section, as of {row['lanes']} lanes" if row["lanes"] > 1 else ""
    unseen = "hours inferred" if row["unseen"] else ""
    return "; ".join(filter(None, ["dropped" if row["dropped"] else "", lanes, unseen, steps]))


def told_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return what is to be told of single detectors: new levels, and hours that no day has seen."""
    found = []
    for row in rows:
        for step in row["steps"]:
            found.append(
                f"{row['detector']}: from {step['day']} on {step['ratio']:.2f} times as much; kept, the level restarts"
            )
        for one in row["unseen"]:
            hours = ", ".join(f"{begin}–{end}" for begin, end in one["hours"])
            others = f" and the days of {', '.join(one['told_by'])}" if one["told_by"] else ""
            found.append(
                f"{row['detector']}: {hours} was not counted on any of {one['days']} days of a kind; inferred from its "
                f"other hours{others}"
            )
    return found
