"""The verdict's table keeps every name whole, however narrow the screen is."""

import pytest
from greenband.engine.commands.verdict_view import print_verdict, table_lines, told_lines

NAMES = ("J1_approach_from_the_station_lane_1", "J1_approach_from_the_station_lane_2")
REASONS = ("observed", "missing", "silent", "out_of_line", "frozen", "unbalanced", "chatter")


def row(name, **more):
    bins = dict.fromkeys(REASONS, 12) | {"stuck": 0}
    return {
        "detector": name, "coverage": 0.5, "bins": bins, "imputed": 3, "dropped": False, "steps": [], "lanes": 1,
        "unseen": [],
    } | more  # fmt: skip


ROWS = [row(name) for name in NAMES]


def test_a_wide_screen_has_all_reasons_side_by_side():
    lines = table_lines(ROWS, 200)
    assert len(lines) == 3
    assert " ".join(lines[0].split()) == (
        "detector coverage observed missing silent out of line frozen unbalanced chatter imputed"
    )
    assert lines[1].startswith(NAMES[0] + "  ")


def test_at_80_columns_names_are_whole_and_reasons_are_in_words_below():
    lines = table_lines(ROWS, 80)
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == ["detector", *NAMES]
    text = " ".join(line.strip() for line in lines[2:4])
    assert text.startswith("missing 12, silent 12, out of line 12, frozen 12, unbalanced 12, chatter 12")
    assert "stuck" not in " ".join(lines)


def test_a_pipe_gets_plain_text(capsys):
    print_verdict(ROWS)
    printed = capsys.readouterr().out
    assert all(name in printed for name in NAMES)
    assert printed.isascii()


@pytest.mark.parametrize(
    ("more", "note"),
    [({"dropped": True}, "dropped"), ({"lanes": 4}, "a section, as of 4 lanes"), ({"unseen": [{}]}, "hours inferred")],
)
def test_notes(more, note):
    assert table_lines([row("a", **more)], None)[1].endswith(note)


def test_what_is_told_of_single_detectors():
    unseen = [{"days": 11, "hours": [("07:00", "08:30")], "told_by": ["b", "c"]}]
    (line,) = told_lines([row("a", unseen=unseen)])
    assert line == (
        "a: 07:00–08:30 was not counted on any of 11 days of a kind; inferred from its other hours and the days of b, c"
    )
