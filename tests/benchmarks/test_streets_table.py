"""What the streets benchmark prints."""

import io

import pytest
from greenband.benchmarks.scenarios import scenarios_folder
from greenband.benchmarks.streets.record import print_tables
from greenband.benchmarks.streets.results import Result, Row
from greenband.benchmarks.streets.table import number
from greenband.networks.errors import InputError
from rich.console import Console

RUNNING = Row(
    peer="running",
    title="running program",
    sees="–",
    planning_s=0.0,
    median_s=40.0,
    mean_s=41.0,
    difference_s=0.0,
    low_s=0.0,
    high_s=0.0,
    ratio=1.0,
    stops=1.25,
    unserved=0.0,
    gridlocked=(103,),
    delays_s=(40.0, 42.0),
)
OURS = Row(
    peer="greenband",
    title="Greenband",
    sees="counts",
    planning_s=12.34,
    note="its own gate failed",
    median_s=36.0,
    mean_s=36.5,
    difference_s=-4.5,
    low_s=-6.0,
    high_s=-3.0,
    ratio=0.9,
    stops=1.1,
    unserved=2.5,
    delays_s=(36.0, 37.0),
)
CRASHED = Row(
    peer="cycles",
    title="tool",
    sees="routes",
    planning_s=3.0,
    crashed="KeyError: [bold]'t1'[/bold]",
)


def printed(*rows: Row) -> str:
    try:
        scenarios_folder()
    except InputError:
        pytest.skip("the sumo-rl wheel, whose version is printed, is not installed")
    text = io.StringIO()
    result = Result(scenario="cologne8", seeds=(100, 101), trips=2046, rows=rows)
    print_tables(Console(file=text, width=160), [result], (100, 101))
    return text.getvalue()


def test_a_crashed_peer_keeps_its_row_with_its_last_word() -> None:
    lines = printed(RUNNING, CRASHED).splitlines()
    row = next(line for line in lines if "tool" in line)
    assert row.count("–") == 7  # no figure but the time that it took
    assert "3.0" in row
    folded = "".join(line.strip("│ ").split("│")[0].strip() for line in lines)
    assert "crashed: KeyError: [bold]'t1'[/bold]".replace(" ", "") in folded.replace(" ", "")


def test_a_row_has_every_figure() -> None:
    text = printed(RUNNING, OURS)
    row = next(line for line in text.splitlines() if "Greenband " in line and "36.0" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["Greenband", "36.0", "36.5", "-6.0 … -3.0", "0.90", "1.10", "2.5", "0 of 2", "12.3"]
    assert "its own gate failed" in text
    assert "1 of 2" in next(line for line in text.splitlines() if "running program" in line)


def test_the_foot_tells_who_saw_what_and_the_bars_are_marked() -> None:
    text = printed(RUNNING, OURS, CRASHED)
    assert "tool: routes" in text
    assert "seeds 100 to 101" in text
    assert "SUMO 1." in text
    bar = next(line for line in text.splitlines() if "cologne8: delay / running program" in line)
    assert "0.900" in bar
    assert "missed" in bar


def test_numbers_have_their_digits_and_their_absence_a_dash() -> None:
    assert (number(None), number(1.25, 1), number(2.0, 2, sign=True)) == ("–", "1.2", "+2.00")
