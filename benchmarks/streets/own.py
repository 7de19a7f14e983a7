"""A researcher's own rows: a plan in a file, or a controller in Python, beside the peers of the table."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from greenband.networks.errors import InputError
from greenband.networks.files import replace_atomically, require_file, xml_bytes
from greenband.networks.plan_file import read_plan
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import program_xml
from greenband.simulation.controlled import Controller

from .peers import PEERS, Peer, Proposal, Task
from .sumo_tools import PeerCrashed, last_line

PROGRAM_ID = "own plan"
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,39}", re.ASCII)
PLACE = re.compile(r"[A-Za-z_]\w*(\.\w+)*:[A-Za-z_]\w*")


def own_peers(plans: Sequence[str], controllers: Sequence[str], folder: Path) -> tuple[Peer, ...]:
    """Return a row for each `NAME=FILE` and each `NAME=module:function`, whose module lies in `folder` or is installed.

    Raises InputError for a name that is taken, a file that is not there, and a function that cannot be found.
    """
    made = [
        *(_plan_peer(*_named(text, "--plan", "FILE")) for text in plans),
        *(_controller_peer(*_named(text, "--controller", "module:function"), folder) for text in controllers),
    ]
    taken = {peer.id for peer in PEERS}
    for peer in made:
        if peer.id in taken:
            raise _refused(peer.id, "the name of another row", "each row has a name of its own", "choose another name")
        taken.add(peer.id)
    return tuple(made)


def _named(text: str, option: str, what: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not NAME.fullmatch(name) or not value:
        rule = f"{option} takes NAME={what}, the name of letters, figures, points and dashes, 40 at most"
        raise _refused(option, f"'{text}'", rule, "write it so")
    return name, value


def _plan_peer(name: str, value: str) -> Peer:
    path = require_file(Path(value), "a plan").resolve()
    return Peer(id=name, title=f"{name} (own plan)", sees="–", propose=lambda task: _proposed(path, task))


def _proposed(path: Path, task: Task) -> Proposal:
    """Propose an additional file as it is, with all that it holds; and a plan.json as SUMO's fixed-time programs."""
    if path.suffix == ".xml":
        return Proposal(programs=(path,), planning_s=0.0)
    try:
        network = read_network(task.scenario.network, task.scenario.additional)
        content = xml_bytes(program_xml(read_plan(path, network), network, PROGRAM_ID))
    except InputError as error:
        raise PeerCrashed(str(error)) from error
    replace_atomically(task.folder / "own.add.xml", content)
    return Proposal(programs=(task.folder / "own.add.xml",), planning_s=0.0)


def _controller_peer(name: str, value: str, folder: Path) -> Peer:
    if not PLACE.fullmatch(value):
        rule = "a controller is named by its module and function, as my_control:longest_queue"
        raise _refused(f"--controller {name}", f"'{value}'", rule, "write it so")
    controller = Controller(value, folder.resolve())
    looked = subprocess.run(controller.command, capture_output=True, text=True, errors="replace", check=False)
    if looked.returncode != 0:
        rule = f"its module can be imported from {folder.resolve()} or is installed, and has the function"
        raise _refused(
            f"--controller {name}={value}", last_line(looked.stderr), rule, "correct the name, or the module"
        )
    proposal = Proposal(controller=controller, planning_s=0.0)
    return Peer(
        id=name,
        title=f"{name} (own controller)",
        sees="what it asks the simulation for, live",
        propose=lambda _task: proposal,
    )


def _refused(where: str, found: str, rule: str, fix: str) -> InputError:
    return InputError(where=where, found=found, rule=rule, fix=fix)
