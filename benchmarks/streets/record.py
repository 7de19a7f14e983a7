"""What a benchmark leaves: the figures as JSON and as tables, with the versions, the machine and the day."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from ..scenarios import wheel_version
from ..store import versions
from .bars import verdicts
from .gate_error import gate_error, gate_in_words
from .results import Result, summarise
from .table import bars_table, foot, scenario_table, summary_table

LEAST_WIDTH = 118  # of a file or a pipe, which have none


def circumstances() -> dict[str, str]:
    """Return versions, machine and day: figures of another machine or version are other figures."""
    known = versions()
    return {
        "greenband": f"{known['greenband']} (code {known['code'][:12]})",
        "SUMO": known["eclipse-sumo"],
        "sumo-rl": wheel_version(),
        "Python": platform.python_version(),
        "processors": str(os.cpu_count()),
        "machine": f"{platform.system()} {platform.machine()}",
        "date": datetime.now(UTC).date().isoformat(),
    }


def report(results: Sequence[Result], seeds: Sequence[int]) -> dict[str, Any]:
    """Return everything as JSON knows it."""
    return {
        "benchmark": "streets",
        "circumstances": circumstances(),
        "seeds": list(seeds),
        "scenarios": [result.as_dict() for result in results],
        "summary": [asdict(summary) for summary in summarise(results)],
        "gate_error": asdict(error) if (error := gate_error(results)) is not None else None,
        "bars": [
            {**asdict(verdict.bar), "measured": verdict.measured, "met": verdict.met} for verdict in verdicts(results)
        ],
    }


def print_tables(console: Console, results: Sequence[Result], seeds: Sequence[int]) -> None:
    """Print a table per scenario, the summary, Greenband's bars, and what has to be known to read them."""
    if not console.is_terminal:
        console.width = max(console.width, LEAST_WIDTH)
    for result in results:
        console.print(scenario_table(result))
    console.print(summary_table(summarise(results)))
    error = gate_error(results)
    if error is not None:
        console.print(gate_in_words(error), highlight=False, markup=False)
    held = verdicts(results)
    if held:
        console.print(bars_table(held))
    rows = [row for result in results for row in result.rows]
    console.print(foot(circumstances(), seeds, rows), highlight=False, markup=False)
