"""Draw the chain and the floors of engine/ as SVG: `python docs/make/pictures.py` writes docs/pictures/*.svg.

The floors are read from tests/house/test_floors.py, which holds the code to them; a house test compares the pictures
with what is drawn here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

TOP = Path(__file__).parents[2]
PICTURES = TOP / "docs" / "pictures"
FONT = "font-family='system-ui, sans-serif'"
MONO = "font-family='ui-monospace, monospace'"
INK, PALE, LINE, BLUE = "#1a1d21", "#f5f6f8", "#98a1ab", "#0b66a3"

# What each step of the chain gives, and the folder that does it; two rows, read from left to right.
CHAIN = (
    (
        ("counts", "a table of detectors,", "judged bin by bin", "engine/counts"),
        ("forecast", "each detector on the", "day, with quantiles", "engine/forecast"),
        ("movements", "demand of every turn,", "with bounds", "engine/movements"),
        ("plan", "formulas and a bound,", "climbs, race in SUMO", "engine/optimise"),
        ("safety check", "conflicts, intergreens,", "worked out apart", "engine/check"),
    ),
    (
        ("trial and gate", "SUMO, paired seeds", "of no step before", "engine/validate"),
        ("evidence", "everything measured,", "hashed", "engine/results"),
        ("report", "one HTML file", "without a network", "engine/report"),
        ("approval", "signed register,", "four eyes", "engine/register"),
        ("files", "for controllers, read", "back and compared", "engine/export"),
    ),
)
WIDE, HIGH, GAP = 168, 104, 24


def floors() -> list[list[str]]:
    """Return the folders of engine/ from the top floor down, as the house test has them."""
    tree = ast.parse((TOP / "tests" / "house" / "test_floors.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "FLOORS":
            return [sorted(floor) for floor in ast.literal_eval(node.value)]
    raise LookupError("tests/house/test_floors.py has no FLOORS")


def chain_svg() -> str:
    """Return the picture of the chain."""
    width, height = 5 * WIDE + 6 * GAP, 2 * HIGH + 4 * GAP
    return _svg(width, height, "The chain of Greenband, from counts to files", _chain_parts())


def _chain_parts() -> Iterator[str]:
    for row, boxes in enumerate(CHAIN):
        y = GAP + row * (HIGH + 2 * GAP)
        for column, (title, first, second, folder) in enumerate(boxes):
            x = GAP + column * (WIDE + GAP)
            yield _box(x, y, WIDE, HIGH)
            yield _text(x + 12, y + 26, title, 16, weight=600)
            yield _text(x + 12, y + 49, first, 13)
            yield _text(x + 12, y + 66, second, 13)
            yield _text(x + 12, y + 90, folder, 12, font=MONO, colour=BLUE)
            if column:
                yield _arrow(f"M{x - GAP + 3} {y + HIGH // 2}H{x - 4}")
    x, y = GAP + 4 * (WIDE + GAP) + WIDE // 2, GAP + HIGH
    yield _arrow(f"M{x} {y + 3}V{y + GAP}H{GAP + WIDE // 2}V{y + 2 * GAP - 4}")


def floors_svg() -> str:
    """Return the picture of the floors of engine/."""
    rows = floors()
    width, pitch = 760, 44
    return _svg(width, pitch * len(rows) + GAP, "Floors of engine/: each may import those below", _floor_parts(rows))


def _floor_parts(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, rooms in enumerate(rows):
        y, share = GAP // 2 + 44 * number, (760 - 2 * GAP) / len(rooms)
        for place, room in enumerate(rooms):
            x = GAP + place * share
            yield _box(x + 4, y + 4, share - 8, 36)
            yield _text(x + share / 2, y + 27, room, 14, font=MONO, anchor="middle")


def _svg(width: int, height: int, title: str, parts: Iterator[str]) -> str:
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        f"role='img' aria-label='{escape(title)}'>\n<title>{escape(title)}</title>\n"
        f"<defs><marker id='tip' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='8' markerHeight='8' "
        f"orient='auto'><path d='M0 0L8 4L0 8z' fill='{LINE}'/></marker></defs>\n"
        f"<rect width='{width}' height='{height}' fill='#ffffff'/>\n"
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def _box(x: float, y: float, width: float, height: float) -> str:
    return (
        f"<rect x='{x:g}' y='{y:g}' width='{width:.0f}' height='{height:g}' rx='6' fill='{PALE}' "
        f"stroke='{LINE}' stroke-width='1'/>"
    )


def _text(
    x: float,
    y: float,
    text: str,
    size: int,
    *,
    weight: int = 400,
    font: str = FONT,
    colour: str = INK,
    anchor: str = "",
) -> str:
    at = f" text-anchor='{anchor}'" if anchor else ""
    style = f"{font} font-size='{size}' font-weight='{weight}' fill='{colour}'"
    return f"<text x='{x:g}' y='{y:g}' {style}{at}>{escape(text)}</text>"


def _arrow(path: str) -> str:
    return f"<path d='{path}' fill='none' stroke='{LINE}' stroke-width='2' marker-end='url(#tip)'/>"


def pictures() -> dict[str, str]:
    """Return every picture that is drawn here, by the name of its file."""
    return {"chain.svg": chain_svg(), "floors.svg": floors_svg()}


if __name__ == "__main__":
    for name, content in pictures().items():
        (PICTURES / name).write_text(content, encoding="utf-8")
