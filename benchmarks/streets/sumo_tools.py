"""SUMO's own signal tools, run as their manual says: peers to be measured."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from greenband.networks.errors import InputError
from greenband.simulation import explicit
from greenband.simulation.binaries import child_environment, sumo_home
from greenband.simulation.scenario import Scenario
from lxml import etree

LONGEST_S = 600


class PeerCrashed(Exception):
    """A peer failed to propose anything; the text is its last word."""


def adapted_cycles(scenario: Scenario, folder: Path, *, unified: bool = False) -> Path:
    """Return the programs that `tlsCycleAdaptation.py` writes: Webster's cycle and splits for each signal.

    It reads the true routes. With `unified` all signals get the longest of the cycles. Its other options are its
    defaults: 4 s of yellow, a saturation headway of 2 s, cycles of 20 to 120 s. Raises PeerCrashed.
    """
    made = folder / f"cycles{'-unified' if unified else ''}.add.xml"
    routes = explicit_routes(scenario, folder)
    _run_tool(
        "tlsCycleAdaptation.py",
        [
            f"--net-file={scenario.network.resolve()}",
            f"--route-files={routes}",
            f"--begin={scenario.begin_s}",
            f"--output-file={made}",
            *(["--unified-cycle"] if unified else []),
        ],
        folder,
    )
    return require_programs(made)


def coordinated_offsets(scenario: Scenario, programs: Path, folder: Path) -> Path:
    """Return the file of offsets that `tlsCoordinator.py` writes for programs that stand in a file.

    It reads the true routes and is to be loaded after the programs. A network with one signal gets no offset.
    Raises PeerCrashed.
    """
    made = folder / "offsets.add.xml"
    _run_tool(
        "tlsCoordinator.py",
        [
            f"--net-file={scenario.network.resolve()}",
            f"--route-file={explicit_routes(scenario, folder)}",
            f"--additional-file={programs}",
            f"--output-file={made}",
        ],
        folder,
    )
    _parsed(made)
    return made


def explicit_routes(scenario: Scenario, folder: Path) -> Path:
    """Return one route file in which every vehicle names its edges: the tools skip trips without a word.

    The scenario's own file if it does already, else what `duarouter` makes of its trips. Raises PeerCrashed.
    """
    try:
        return explicit.explicit_routes(scenario, folder)
    except (InputError, RuntimeError) as error:
        raise PeerCrashed(last_line(str(error))) from error


def _run_tool(name: str, arguments: Sequence[str], folder: Path) -> None:
    home = sumo_home()
    if home is None or not (home / "tools" / name).is_file():
        raise PeerCrashed(f"SUMO's tool {name} is not installed")
    _execute([sys.executable, str(home / "tools" / name), *arguments], folder)


def _execute(command: Sequence[str], folder: Path) -> None:
    """Run a program; raise PeerCrashed with the last line that it wrote if it fails or takes too long."""
    try:
        ended = subprocess.run(
            command,
            cwd=folder,
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PeerCrashed(f"not done after {LONGEST_S} s") from None
    if ended.returncode != 0:
        raise PeerCrashed(last_line(ended.stdout.decode(errors="replace")) or f"exit code {ended.returncode}")


def last_line(text: str) -> str:
    """Return the last line of a text that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def require_programs(path: Path) -> Path:
    """Return the path of an additional file that has a program. Raises PeerCrashed if it has none."""
    if next(_parsed(path).iter("tlLogic"), None) is None:
        raise PeerCrashed("it wrote no program")
    return path


def _parsed(path: Path) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.parse(str(path), parser).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise PeerCrashed(f"it wrote no readable file ({last_line(str(error))})") from None
