"""The example of docs/ runs, block by block, and so does the controller that docs/api.md shows."""

import re
from pathlib import Path

from greenband.benchmarks.streets.own import own_peers
from greenband.simulation.run import run
from greenband.simulation.scenario import Scenario

from tests.simulation.streets import EDGES, NODES, make_network, routes

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[str]:
    return BLOCK.findall((DOCS / name).read_text(encoding="utf-8"))


def test_every_block_of_the_example_runs():
    found = blocks("api-example.md")
    assert len(found) >= 8
    names: dict[str, object] = {}
    for place, block in enumerate(found):
        exec(compile(block, f"docs/api-example.md, block {place}", "exec"), names)
    assert names["a"].seeds.height == 2
    assert names["losses"].columns == ["junction", "groups", "what"]


def test_the_controller_of_the_page_runs(tmp_path):
    (code,) = blocks("api.md")
    (tmp_path / "my_control.py").write_text(code)
    (tmp_path / "r.rou.xml").write_text(routes([(0.0, "wm me"), (2.0, "sm mn")]))
    (mine,) = own_peers([], ["longest=my_control:longest_queue"], tmp_path)
    scenario = Scenario(
        network=make_network(tmp_path, NODES, EDGES), routes=(tmp_path / "r.rou.xml",), begin_s=0, end_s=300
    )
    assert run(scenario, seed=1, controller=mine.propose(None).controller).unfinished == 0
