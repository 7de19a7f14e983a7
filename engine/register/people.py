"""Beginning a register, and giving people keys and roles."""

from __future__ import annotations

from collections.abc import Iterable
from secrets import token_hex

from ...networks.errors import InputError
from . import store
from .entry import Entry
from .replay import RuleBroken, advance
from .standing import RegisterState
from .storage.database import Register, writing
from .storage.migrate import upgrade
from .witness import keep_witness
from .words import ROLES
from .write import Act, pen, refused, signed_entry


def begin(register: Register, act: Act, name: str) -> RegisterState:
    """Make a register whose administrator signs its first entry; tables and entry, or nothing.

    Raises InputError if one is there already.
    """
    standing = RegisterState()
    with writing(register, new=True) as connection:
        upgrade(connection)
        if store.hash_of(connection, 1) is not None:
            raise InputError(
                where=register.where,
                found="a register",
                rule="a register is made once",
                fix="use it, or name another place with --register",
            )
        said = {"register_name": name, "nonce": token_hex(16)}
        entry = signed_entry(standing, act, "init", None, said)
        try:
            advance(standing, entry)
        except RuleBroken as broken:
            raise refused(register.where, "init", None, broken) from None
        store.append(connection, entry)
    keep_witness(act.signer, standing)
    return standing


def enter_person(register: Register, act: Act, person: str, key: str, roles: Iterable[str]) -> Entry:
    """Give somebody a key and roles, in place of those before; without roles, somebody leaves. Raises InputError."""
    wanted = sorted(set(roles))
    for role in wanted:
        if role not in ROLES:
            rule = "the roles are " + ", ".join(ROLES)
            raise InputError(where="--roles", found=f"'{role}'", rule=rule, fix="name some of them")
    with pen(register, act) as found:
        return found.write("person", person=person, key=key, roles=wanted)
