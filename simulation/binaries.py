"""Where SUMO's programs are."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from ..networks.errors import InputError


def sumo_home() -> Path | None:
    """Return the folder of SUMO's data and tools: that of the installed wheel, else what SUMO_HOME names."""
    # find_spec does not run the package, which would change this process's environment.
    spec = importlib.util.find_spec("sumo")
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    named = os.environ.get("SUMO_HOME")
    return Path(named) if named else None


def find_binary(name: str = "sumo") -> Path:
    """Return the path of one of SUMO's programs, such as `sumo` or `netconvert`.

    It is looked for in the installed wheel or SUMO_HOME, beside the running interpreter, and on the PATH, in this
    order, so that the version that was pinned wins over one that the machine happens to have.

    Raises
    ------
    InputError
        The program is in none of these places.
    """
    home = sumo_home()
    folders = [*([home / "bin"] if home else []), Path(sys.executable).parent]
    for folder in folders:
        found = shutil.which(name, path=str(folder))
        if found:
            return Path(found)
    found = shutil.which(name)
    if found:
        return Path(found)
    raise InputError(
        where=f"SUMO's program '{name}'",
        found="not installed",
        rule="simulations need SUMO",
        fix="install it with: pip install eclipse-sumo",
    )


def child_environment() -> dict[str, str]:
    """Return the environment for SUMO's programs: this process's, with SUMO_HOME and the map projections' folder."""
    environment = dict(os.environ)
    home = sumo_home()
    if home is not None:
        environment["SUMO_HOME"] = str(home)
        if (home / "data" / "proj").is_dir():
            environment["PROJ_DATA"] = environment["PROJ_LIB"] = str(home / "data" / "proj")
    return environment
