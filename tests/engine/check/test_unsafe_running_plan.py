"""Where today's own plan breaks what is asked and nothing can change, a run ends with evidence and exit code 3."""

import json
import shutil
from pathlib import Path

from greenband.engine.cli import app
from typer.testing import CliRunner

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"
ORDERS = "[J1]\nfixed = true\nmin_green_s = {g0 = 40}\n" + "".join(f"[J{k}]\nfixed = true\n" for k in range(2, 7))


def test_a_running_plan_that_breaks_the_rules_is_told_with_evidence(tmp_path):
    study, out = tmp_path / "study", tmp_path / "out"
    shutil.copytree(ARTERIAL, study)
    text = (study / "study.toml").read_text().replace("[options]", "[options]\nseeds = 2\nwarm_up_s = 60\neffort = 0.1")
    (study / "study.toml").write_text(text.replace('end = "08:15"', 'end = "07:30"'))
    (study / "junctions.toml").write_text(ORDERS)  # g0 is green for 31 s today
    out.mkdir()
    (out / "sumo.add.xml").write_text("of a run before")
    result = CliRunner().invoke(app, ["run", str(study), "--out", str(out), "--quiet"])
    assert result.exit_code == 3, result.exception
    gate = json.loads((out / "evidence.json").read_text())["gate"]
    assert (gate["passed"], gate["decision"]) == (False, "unsafe")
    assert sorted(path.name for path in out.iterdir()) == ["evidence.json", "plan.json", "report.html"]
