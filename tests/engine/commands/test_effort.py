"""The effort of a search: how the command line and the study say it."""

from pathlib import Path

import pytest
from greenband.engine.studies.file import read_study, with_effort
from greenband.networks.errors import InputError

from tests.engine.commands.command_line import greenband

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"


def test_an_effort_stands_in_for_the_study_s_own_and_changes_nothing_else():
    study = read_study(ARTERIAL)
    changed = with_effort(study, 0.2)
    assert changed.file.options.effort == 0.2
    assert with_effort(changed, study.file.options.effort) == study
    assert with_effort(study, None) is study


@pytest.mark.parametrize("effort", [0, -1, 101, float("nan")])
def test_an_effort_that_none_may_have_is_refused(effort):
    with pytest.raises(InputError, match="above 0 and at most 100"):
        with_effort(read_study(ARTERIAL), effort)


def test_a_wrong_effort_ends_a_run_before_it_begins(tmp_path, capsys):
    assert greenband("run", ARTERIAL, "--out", tmp_path / "out", "--effort", "0") == 2
    assert "--effort" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
