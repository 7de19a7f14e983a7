"""A study of a UTDF file: splits that fit the cycle, least greens and walks, the hour, and what the report tells."""

import json
import random
from dataclasses import replace

import pytest
from greenband.benchmarks.fuzz.fuzz_tables import table_damaged
from greenband.engine.chain.check_plan import checked_plan
from greenband.engine.check.findings import PlanRefused
from greenband.engine.export.exporter import export_as
from greenband.engine.importing.remarks import Remark, remark_lines
from greenband.engine.importing.utdf_clock import fitted
from greenband.engine.importing.utdf_lamps import with_starts
from greenband.engine.importing.utdf_scenario import scenario
from greenband.engine.importing.utdf_study import import_utdf
from greenband.engine.studies.file import read_study
from greenband.engine.studies.network import network_of
from greenband.networks.errors import InputError
from greenband.networks.plan_file import read_plan
from greenband.networks.utdf.signals import controllers
from greenband.networks.utdf.tables import parse_utdf

from tests.engine.commands.command_line import greenband
from tests.networks.test_utdf import sample
from tests.networks.utdf_text import utdf_text


def imported(folder, text: str | bytes):
    """The study of a text, and its remarks."""
    file = folder / "town.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    _, remarks = import_utdf(file, folder / "study")
    return read_study(folder / "study"), remarks


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("town"), utdf_text())


@pytest.mark.parametrize(("main", "total"), [(76, 111), (55.6, 90.6), (56, 91)])
def test_splits_beyond_the_cycle_are_refused_with_junction_splits_and_cycle(tmp_path, main, total):
    with pytest.raises(InputError) as refused:
        imported(tmp_path, utdf_text(main=main))
    assert "INTID 1" in refused.value.where
    assert f"{main + 5:g} + 30 = {total:g} s in a cycle of 90 s" in refused.value.found
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize("main", [55.1, 55.5])
def test_half_a_second_of_rounding_is_taken_from_the_green_alone_and_told(tmp_path, main):
    """By hand: the lamps show 3.5 s of yellow after each green and then 1.5 s of all red, and the cycle stays 90 s."""
    study, remarks = imported(tmp_path, utdf_text(main=main))
    plan = network_of(study).running_plan.by_junction["1"]
    assert plan.cycle_s == 90
    greens = sorted({(g.start_s, g.length_s) for group in plan.groups for g in plan.greens(group.group)})
    (first, main_s), (second, side_s) = greens
    assert second - (first + main_s) == pytest.approx(5)
    assert 90 - (second + side_s) == pytest.approx(5)
    assert main_s + side_s == pytest.approx(80)
    yellows = {w.length_s for group in plan.groups for w in group.windows if w.display in "yY"}
    assert yellows == {3.5}
    told = [line for line in remark_lines(remarks) if "shorter than in the file" in line]
    assert bool(told) == (main > 55.1)


def test_no_phase_of_the_real_files_runs_into_another():
    """They are the oracle of the rule: all 260 controllers are as Synchro wrote them, and none is changed."""
    tried = 0
    for name in ("bullhead_sr95.utdf.csv", "utdf8_20signals.utdf.csv", "tempe_243signals.utdf.csv.gz"):
        from greenband.networks.utdf.tables import read_utdf

        for controller in controllers(read_utdf(sample(name)), name).values():
            made, remarks = fitted(with_starts(controller), name)
            assert not remarks
            for before, after in zip(with_starts(controller).phases, made.phases, strict=True):
                assert abs(before.green_s - after.green_s) < 0.051, (name, controller.intid)
            tried += 1
    assert tried > 250


def test_phases_that_start_inside_another_are_refused():
    """Given starts: phase 4 from 50 s on, while phase 2 is green to 55 s and has to clear to 60 s."""
    (controller, *_) = controllers(parse_utdf(utdf_text().encode(), "x"), "x").values()
    starts = {2: 0.0, 6: 0.0, 4: 50.0, 8: 60.0}
    late = replace(controller, phases=tuple(replace(p, start_s=starts[p.number]) for p in controller.phases))
    with pytest.raises(InputError, match=r"phase 2 starts at 0 s and lasts 60 s, and phase 4"):
        fitted(late, "x")
    other_ring = replace(late, phases=tuple(replace(p, start_s=50.0) if p.number == 8 else p for p in late.phases))
    across_the_barrier = replace(other_ring, phases=tuple(p for p in other_ring.phases if p.number in (2, 8)))
    with pytest.raises(InputError, match=r"phase 2 starts at 0 s and lasts 60 s, and phase 8"):
        fitted(across_the_barrier, "x")


def test_least_greens_and_walks_come_into_the_study(town):
    """By hand: across, Walk 7 + DontWalk 17 = 24 s, more than MinGreen 8; along, 7 + 12 = 19 s, more than 15."""
    study, _ = town
    network = network_of(study)
    for junction in network.junctions:
        for group in junction.groups:
            north_south = any(edge.split("_")[0] in ("12", "13", "14", "15") for edge in group.from_edges)
            assert junction.min_green_s[group.id] == (24 if north_south else 19)


def test_a_green_of_6_s_across_is_an_error_and_today_is_none(town):
    study, _ = town
    network = network_of(study)
    plan = read_plan(study.folder / "plan.json", network)
    assert checked_plan(study, plan, network)

    def cut(own):
        def window(w):
            return replace(w, length_s=6) if w.length_s == 25 else w

        groups = (
            replace(g, windows=tuple(window(w) for w in g.windows if w.display not in "y" or w.start_s < 80))
            for g in own.groups
        )
        return replace(own, groups=tuple(groups))

    with pytest.raises(PlanRefused) as refused:
        checked_plan(study, replace(plan, junctions=tuple(map(cut, plan.junctions))), network)
    found = [f for f in refused.value.findings if f.rule == "min_green"]
    assert {(f.found, f.required) for f in found} == {(6, 24)}
    assert len({f.junction for f in found}) == 2


def test_least_times_are_written_back_as_they_were_read(town):
    """UTDF read by its own reader; NTCIP's columns 2, 3 and 4 of the phase table: walk, clearance, minimum green."""
    study, _ = town
    network = network_of(study)
    safe = checked_plan(study, read_plan(study.folder / "plan.json", network), network)
    before = controllers(parse_utdf(utdf_text().encode(), "x"), "x")["1"]
    written = parse_utdf(export_as("utdf", safe, network).content, "y")
    (after, *_) = controllers(written, "y").values()

    def least(controller) -> set[tuple[float, ...]]:
        return {
            (p.green_s, p.min_green_s, p.walk_s, p.dont_walk_s, p.min_split_s)
            for p in controller.phases
            if p.green_s > 0
        }

    assert least(after) == least(before) == {(55, 15, 7, 12, 24), (25, 8, 7, 17, 29)}
    rows = export_as("ntcip", safe, network).content.decode().split("# controller ")[1].splitlines()
    phase_table = "1.3.6.1.4.1.1206.4.2.1.1.2.1."
    values = {
        tuple(map(int, o.removeprefix(phase_table).split("."))): v for o, _, v in _lines(rows) if phase_table in o
    }
    numbers = [n for (column, n), v in values.items() if column == 2 and v != "0"]
    assert {tuple(values[c, n] for c in (4, 2, 3)) for n in numbers} == {("15", "7", "12"), ("8", "7", "17")}


def _lines(rows):
    return [row.split(";") for row in rows if row.count(";") == 2 and not row.startswith("#")]


def test_today_shorter_than_its_walk_is_told_and_the_walk_is_the_limit(tmp_path):
    study, remarks = imported(tmp_path, utdf_text(main=65, side=15))
    assert any("shorter than MinGreen, or than Walk" in line for line in remark_lines(remarks))
    assert 24 in network_of(study).by_junction["1"].min_green_s.values()


@pytest.mark.parametrize(
    ("said", "begin_s"),
    [
        ("4:30 PM", 16.5 * 3600), ("4:30pm", 16.5 * 3600), ("16:30", 16.5 * 3600), ("4 PM", 16 * 3600),
        ("12:15 AM", 900), ("12:00 PM", 12 * 3600), ("7:30:00 AM", 7.5 * 3600), ("8:07 am", 8 * 3600 + 300),
        ("23:30", 23 * 3600),
    ],
)  # fmt: skip
def test_the_hour_keeps_its_minutes(said, begin_s):
    file = parse_utdf(utdf_text().replace("7:00 AM", said).encode(), "x")
    assert scenario(file, "x")[0] == begin_s


def test_a_study_at_half_past_four_has_counts_from_then_on(tmp_path):
    study, _ = imported(tmp_path, utdf_text().replace("7:00 AM", "4:30 PM"))
    assert (study.file.periods[0].begin, study.file.periods[0].end) == (59400, 63000)
    rows = (tmp_path / "study" / "counts.csv").read_text().splitlines()[1:]
    assert {row.split(",")[1][11:16] for row in rows} >= {"16:30", "17:25"}


@pytest.mark.parametrize("said", ["25:00", "4:75 PM", "13:00 PM", "noon", "430"])
def test_a_time_that_is_none_is_refused_with_its_line(said):
    with pytest.raises(InputError, match=r"x, line 7, column 2 \(DATA\)"):
        scenario(parse_utdf(utdf_text().replace("7:00 AM", said).encode(), "x"), "x")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("Metric,0", "Metric", "line 4, column 2 (DATA)"),
        ("Metric,0", "Metric,2", "line 4, column 2 (DATA)"),
        ("\n10,1,-1000,0,0,", "\n10,1,n/a,0,0,", "line 14, column 3 (X)"),
        ("\n10,1,-1000,0,0,", "\n10,1", "line 14, column 3 (X)"),
        ("Speed,1,30", "Speed,1,30 furlongs", "line 26, column 3 (NB), Speed"),
        ("Growth,1,,100", "Growth,1,x,100", "column 3 (NBL), Growth"),
        ("Up ID,1,13", "Up ID,1,99", "line 24, column 3 (NB), Up ID"),
    ],
)
def test_a_broken_cell_of_the_streets_is_one_error_with_its_place(tmp_path, old, new, place):
    assert old in utdf_text()
    with pytest.raises(InputError) as refused:
        imported(tmp_path, utdf_text().replace(old, new, 1))
    assert place in refused.value.where
    assert str(tmp_path / "town.csv") in refused.value.where


def test_a_speed_with_the_unit_of_the_file_is_read(tmp_path, town):
    _, _ = town
    study, _ = imported(tmp_path, utdf_text().replace("Speed,1,30", "Speed,1,30 mph"))
    assert study.network.read_bytes() == town[0].network.read_bytes()


def test_the_report_tells_what_was_left_out_and_guessed(tmp_path, capsys):
    text = utdf_text().replace("Control Type,1,0", "Control Type,1,3").replace("AllRed,2", "Skipped,2")
    (tmp_path / "town.csv").write_text(
        text.replace("ScenarioTime,7:00 AM\n", "") + "\n[Volumes]\nVolume Data\nDATE\n1\n"
    )
    assert greenband("import", tmp_path / "town.csv", "--out", tmp_path / "study") == 0
    told = capsys.readouterr().out
    for part in (
        "the study's hour is from 08:00",
        "not read: [Volumes]",
        "records of [Network] that are not used: yellowTime",
        "records of [Phases] that are not used: Skipped",
        "no AllRed: taken as 0 s: INTID 2, phase 2",
        "actuated controllers: taken at fixed times, each phase to its split (MaxGreen), in every cycle: INTID 1\n",
        "no Start of phases: computed",
        "movements without a phase",
    ):
        assert part in told, part
    kept = json.loads((tmp_path / "study" / "reading.json").read_text())
    assert kept["file"] == "town.csv"
    assert {"where": "[Volumes]", "what": "sections that are not read"} in kept["remarks"]


def test_splits_that_leave_a_rest_of_the_cycle_are_told(tmp_path):
    _, remarks = imported(tmp_path, utdf_text(main=45))
    assert "splits shorter than the cycle: red for the rest of it: INTID 1 (10 s), INTID 2 (10 s)" in remark_lines(
        remarks
    )


def test_remarks_of_one_kind_are_one_line_with_their_places():
    several = [Remark(where=str(k), what="left out") for k in range(9)]
    assert remark_lines([*several, Remark(where="", what="guessed")]) == [
        "left out: 0, 1, 2, 3, 4, 5 and 3 more",
        "guessed",
    ]


def test_nothing_but_an_input_error_comes_of_damaged_files_and_nothing_is_left(tmp_path):
    fine, places = 0, []
    for seed in range(40):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            imported(folder, table_damaged(utdf_text().encode(), random.Random(f"import {seed}")))
            fine += 1
        except InputError as error:
            places.append(error.where.startswith(str(folder / "town.csv")))
            assert {path.name for path in folder.iterdir()} == {"town.csv"}
    assert 5 < fine < 35
    assert all(places)
