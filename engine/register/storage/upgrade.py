"""Bringing the tables of an older register up to our version."""

from __future__ import annotations

from ....networks.errors import InputError
from .database import Register, writing
from .migrate import upgrade, version, versions


def upgrade_existing(register: Register) -> str:
    """Return the version of the tables after the upgrade, all of it or none. Raises InputError if there is none."""
    if register.file is not None and not register.file.is_file():
        found = None
    else:
        with writing(register, new=True) as connection:
            found = version(connection)
            if found in versions():
                upgrade(connection)
                found = version(connection)
    if found is None or found not in versions():
        raise InputError(
            where=register.where,
            found=f"a register of version {found}" if found else "no register",
            rule=f"only versions that this Greenband knows can be brought up to date: {', '.join(versions())}",
            fix="use the newer Greenband, or greenband register init where there is none",
        )
    return found
