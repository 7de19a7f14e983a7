"""A street with two signals, programs of every kind for them, and what SUMO itself shows, second by second."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from greenband.networks.network import Network
from greenband.networks.sumo.program import state_at
from greenband.simulation.binaries import child_environment, find_binary
from lxml import etree

from tests.simulation.streets import make_network

# A and B: a street of two lanes from W to E, crossed by one of one lane at each; 14 lamps at each signal.
NODES = """<nodes>
  <node id="W" x="-300" y="0"/><node id="A" x="0" y="0" type="traffic_light"/>
  <node id="B" x="300" y="0" type="traffic_light"/><node id="E" x="600" y="0"/>
  <node id="AN" x="0" y="300"/><node id="AS" x="0" y="-300"/>
  <node id="BN" x="300" y="300"/><node id="BS" x="300" y="-300"/>
</nodes>"""
EDGES = "<edges>{}</edges>".format(
    "".join(
        f'<edge id="{a}{b}" from="{a}" to="{b}" numLanes="{lanes}" priority="{lanes}"/>'
        for x, y, lanes in (
            ("W", "A", 2),
            ("A", "B", 2),
            ("B", "E", 2),
            ("AN", "A", 1),
            ("A", "AS", 1),
            ("BN", "B", 1),
            ("B", "BS", 1),
        )
        for a, b in ((x, y), (y, x))
    )
)
EAST_WEST, CHANGE = "rrrGGGgrrrGGGg", "rrryyyyrrryyyy"
NORTH_SOUTH, BACK = "GGgrrrrGGgrrrr", "yyyrrrryyyrrrr"


def two_signals(folder: Path) -> Path:
    """Return the network; both programs are static, 42 s, 3 s, 42 s, 3 s."""
    return make_network(folder, NODES, EDGES)


def phases(rows: Iterable[tuple[object, str] | tuple[object, str, str]]) -> str:
    """Return phases of (duration, state) or (duration, state, other attributes)."""
    return "".join(f'<phase duration="{row[0]}" state="{row[1]}" {"".join(row[2:])}/>' for row in rows)


BRANCHES = phases(((30, EAST_WEST, 'next="1 3"'), (3, CHANGE), (20, NORTH_SOUTH), (3, BACK, 'next="0"')))


def logic(inner: str, kind: str = "static", signal: str = "A", name: str = "p", offset: object = 0) -> str:
    return f'<tlLogic id="{signal}" type="{kind}" programID="{name}" offset="{offset}">{inner}</tlLogic>'


def written(folder: Path, *inner: str, root: str = "additional", name: str = "more.add.xml") -> Path:
    path = folder / name
    path.write_text(f"<{root}>{''.join(inner)}</{root}>")
    return path


def nema(splits: dict[int, tuple[float, float, float]], ring1: str, ring2: str, states: dict[int, str]) -> str:
    """Return a NEMA program at maximum recall; 2 and 6 stand before one barrier, 4 and 8 before the other."""
    params = {
        "ring1": ring1,
        "ring2": ring2,
        "barrierPhases": "4,8",
        "barrier2Phases": "2,6",
        "minRecall": ",".join(map(str, splits)),
        "maxRecall": ",".join(map(str, splits)),
    }
    inner = "".join(f'<param key="{key}" value="{value}"/>' for key, value in params.items())
    for name, (green, yellow, red) in splits.items():
        times = f'duration="{green}" minDur="5" maxDur="{green}" vehext="2" yellow="{yellow}" red="{red}"'
        inner += f'<phase {times} name="{name}" state="{states[name]}"/>'
    return logic(inner, "NEMA")


NEMA_STATES = {
    1: "rrrrrrGrrrrrrr",
    2: "rrrGGGgrrrrrrr",
    4: "GGgrrrrrrrrrrr",
    6: "rrrrrrrrrrGGGg",
    8: "rrrrrrrGGgrrrr",
}


def lamps_in_sumo(
    net: Path, additional: Iterable[Path], signal: str, seconds: int, folder: Path, begin: int = 0
) -> list[tuple[str, str]]:
    """Return (program, state) of a signal in each second from `begin` on, as SUMO saved them."""
    watch = written(folder, save_states(signal, "shown.xml"), name="watch.add.xml")
    command = [str(find_binary("sumo")), "-n", str(net), "-a", ",".join(map(str, (*additional, watch)))]
    command += ["--begin", str(begin), "--end", str(begin + seconds), "--no-step-log"]
    subprocess.run(command, cwd=folder, env=child_environment(), check=True, capture_output=True, timeout=200)
    return saved_states(folder / "shown.xml", signal)


def save_states(signal: str, file: str) -> str:
    return f'<timedEvent type="SaveTLSStates" source="{signal}" dest="{file}"/>'


def saved_states(path: Path, signal: str) -> list[tuple[str, str]]:
    saved = (one for one in etree.parse(path).iter("tlsState") if one.get("id") == signal)
    return [(one.get("programID"), one.get("state")) for one in saved]


def lamps_as_read(network: Network, signal: str, seconds: int, begin: int = 0) -> list[str]:
    """Return what the network's running plan shows in each second."""
    junction = network.by_junction[signal]
    plan = junction.running
    return [
        state_at(plan, junction, (second - plan.offset_s) % plan.cycle_s) for second in range(begin, begin + seconds)
    ]
