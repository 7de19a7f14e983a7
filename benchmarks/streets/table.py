"""The results as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from .bars import Verdict
from .results import Result, Row, Summary

NONE = "–"
NAME_WIDTH = 28
COLUMNS = (
    "median [s]",
    "mean [s]",
    "95 % interval [s]",
    "ratio",
    "stops/veh",
    "unserved",
    "gridlocked",
    "planning [s]",
)

FOOT = """\
Delay: time loss plus departure delay of every trip that wanted to leave in the period, inserted or not, finished or
not; no teleports. All are judged on the scenario's own routes with the seeds {first} to {last}.
95 % interval: of the mean of (plan - running program) over the seeds, paired, Student's t. Ratio: of the medians.
Better, worse: scenarios in which the whole interval says so. Gridlocked: runs whose streets were locked at the end.
Planning: seconds until the plan is there; Greenband's hold its own validation, and not the field study.
What each sees: {sees}.
{facts}"""


def number(value: float | None, digits: int = 1, sign: bool = False) -> str:
    """Return a number with so many digits after the point, or a dash for None."""
    return NONE if value is None else f"{value:{'+' if sign else ''}.{digits}f}"


def figures(row: Row) -> list[str]:
    """Return the cells of a row that did not crash, as in `COLUMNS`."""
    if row.crashed is not None:
        return [NONE] * (len(COLUMNS) - 1) + [number(row.planning_s)]
    known = row.low_s is not None and row.high_s is not None
    between = f"{number(row.low_s, sign=True)} … {number(row.high_s, sign=True)}" if known else NONE
    if row.difference_s == row.low_s == row.high_s == 0:
        between = NONE if row.peer == "running" else "the same"
    return [
        number(row.median_s),
        number(row.mean_s),
        between,
        number(row.ratio, 2),
        number(row.stops, 2),
        number(row.unserved),
        f"{len(row.gridlocked)} of {len(row.delays_s)}",
        number(row.planning_s),
    ]


def scenario_table(result: Result) -> Table:
    """Return the table of one scenario; a peer that crashed keeps its row, with its last word."""
    table = Table(title=f"{result.scenario}: {result.trips} trips, {len(result.seeds)} seeds", title_justify="left")
    table.add_column("plan", min_width=NAME_WIDTH, max_width=NAME_WIDTH, overflow="fold")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    for row in result.rows:
        table.add_row(_name(row), *(escape(cell) for cell in figures(row)), style="red" if row.crashed else None)
    return table


def _name(row: Row) -> str:
    if row.crashed is not None:
        return escape(f"{row.title}\n  crashed: {row.crashed}")
    return escape(f"{row.title}\n  {row.note}" if row.note else row.title)


def summary_table(summaries: Sequence[Summary]) -> Table:
    """Return the table of all scenarios together."""
    table = Table(title="All scenarios: delay against the running program", title_justify="left")
    table.add_column("plan", min_width=NAME_WIDTH, max_width=NAME_WIDTH, overflow="fold")
    for name in ("ratio, geometric mean", "worst ratio", "scenarios", "crashed", "better", "worse", "gridlocked"):
        table.add_column(name, justify="right")
    for one in summaries:
        counts = (one.scenarios, one.crashed, one.clearly_better, one.clearly_worse, one.gridlocked)
        table.add_row(escape(one.title), number(one.ratio, 2), number(one.worst_ratio, 2), *map(str, counts))
    return table


def bars_table(verdicts: Sequence[Verdict]) -> Table:
    """Return the table of bars, met and missed."""
    table = Table(title="Greenband's bars", title_justify="left")
    table.add_column("bar")
    table.add_column("measured", justify="right")
    table.add_column("")
    for verdict in verdicts:
        measured = number(verdict.measured, 1 if verdict.bar.figure == "planning_s" else 3)
        locked = f", {verdict.more_locked} more seeds lock up" if verdict.more_locked else ""
        word = "[green]met[/green]" if verdict.met else f"[red]missed[/red]{locked}"
        table.add_row(escape(verdict.bar.text), measured, word)
    return table


def foot(facts: dict[str, str], seeds: Sequence[int], rows: Sequence[Row]) -> str:
    """Return what has to be known to read the tables."""
    sees = "; ".join(
        f"{title}: {what}" for title, what in {row.title: row.sees for row in rows}.items() if what != NONE
    )
    return FOOT.format(
        first=seeds[0], last=seeds[-1], sees=sees, facts=", ".join(f"{name} {value}" for name, value in facts.items())
    )
