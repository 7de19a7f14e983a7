"""Bringing the tables of an older register up to our version."""

from __future__ import annotations

from ...networks.errors import InputError
from .database import Register, writing
from .migrate import upgrade, version


def upgrade_existing(register: Register) -> str:
    """Return the version of the tables after the upgrade, all of it or none. Raises InputError if there is none."""
    if register.file is not None and not register.file.is_file():
        found = None
    else:
        with writing(register, new=True) as connection:
            found = version(connection)
            if found is not None:
                upgrade(connection)
                found = version(connection)
    if found is None:
        raise InputError(
            where=register.where,
            found="no register",
            rule="what is not there cannot be brought up to date",
            fix="greenband register init makes one",
        )
    return found
