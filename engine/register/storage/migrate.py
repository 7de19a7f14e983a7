"""Which version of the tables a register has, and bringing it up to ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ....networks.errors import InputError


def upgrade(connection: Connection, to: str = "head") -> None:
    """Make the tables, or bring them up to our version, within the connection's transaction."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def version(connection: Connection) -> str | None:
    """Return the version of the tables; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def require_current(connection: Connection, where: str) -> None:
    """Raise InputError unless the tables are there and of our version."""
    known = versions()
    found, ours = version(connection), known[0]
    if found == ours:
        return
    if found is None:
        what, fix = "no register", "greenband register init makes one"
    elif found in known:
        what, fix = f"a register of version {found}", "greenband register upgrade brings it up to ours; copy it first"
    else:
        what, fix = f"a register of version {found}, which is newer than ours", "use the newer Greenband"
    raise InputError(where=where, found=what, rule=f"this version of Greenband works with version {ours}", fix=fix)


@cache
def versions() -> tuple[str, ...]:
    """Return all versions that we know, ours first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%"))
    return config
