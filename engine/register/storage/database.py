"""Where a register lies: a file of SQLite, or any database that SQLAlchemy reaches; reading it and writing to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from ....networks.errors import InputError
from .migrate import require_current

WAIT_S = 60  # for another writer; whoever waits longer than this waits for somebody who hangs
POSTGRES_LOCK = 0x677265656E62616E  # "greenban", for pg_advisory_xact_lock: one writer at a time


class RegisterFailed(RuntimeError):
    """The database did not do what was asked: full disk, lost connection. Nothing of it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register that can be reached; `where` is its address for people, without a password."""

    engine: Engine
    where: str
    file: Path | None


def open_register(address: str) -> Register:
    """Return the register at a path (SQLite) or a URL of SQLAlchemy; nothing is read yet.

    Raises InputError if the address is none, or its driver is not installed.
    """
    url = _url(address)
    where = url.render_as_string(hide_password=True)
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=_arguments(url))
    except (ImportError, NoSuchModuleError, ArgumentError) as error:
        raise InputError(
            where=where,
            found=str(error),
            rule="a register is a SQLite file, or postgresql://user@host/database with the extra `postgresql`",
            fix='pip install "greenband[postgresql]", or correct the address',
        ) from None
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        return Register(engine=engine, where=str(url.database), file=Path(str(url.database)))
    return Register(engine=engine, where=where, file=None)


def _url(address: str) -> URL:
    if "://" not in address:
        return URL.create("sqlite", database=str(Path(address).absolute()))
    try:
        url = make_url(address)
    except ArgumentError:
        raise InputError(
            where="--register", found="no address", rule="a register is a path or a URL", fix="correct it"
        ) from None
    if url.get_backend_name() == "sqlite":
        return url.set(database=str(Path(url.database or "register.sqlite").absolute()))
    # Without a driver named, take the one that our extra installs.
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _arguments(url: URL) -> dict[str, object]:
    # SQLite: no transaction but those that we begin ourselves.
    return {"timeout": WAIT_S, "isolation_level": None} if url.get_backend_name() == "sqlite" else {}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # One file, no side files that a copy could leave behind, and on the disk before we go on.
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


@contextmanager
def reading(register: Register) -> Iterator[Connection]:
    """Give a connection that sees one state of the register. Raises InputError if there is none of our version."""
    _require_file(register)
    with _transaction(register, "BEGIN", "REPEATABLE READ") as connection:
        require_current(connection, register.where)
        yield connection


@contextmanager
def writing(register: Register, *, new: bool = False) -> Iterator[Connection]:
    """Give a connection that alone may write; all it wrote is kept when the block ends well, and else nothing.

    `new` lets the register not be there yet. Raises InputError as `reading`, RegisterFailed if the database fails.
    """
    if not new:
        _require_file(register)
    with _transaction(register, "BEGIN IMMEDIATE", "READ COMMITTED") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": POSTGRES_LOCK})
        if not new:
            require_current(connection, register.where)
        yield connection


def _require_file(register: Register) -> None:
    # SQLite would make an empty one.
    if register.file is not None and not register.file.is_file():
        raise InputError(
            where=register.where,
            found="no such file",
            rule="a register is made once",
            fix="name it with --register, or make it: greenband register init",
        )


@contextmanager
def _transaction(register: Register, begin: str, isolation: str) -> Iterator[Connection]:
    try:
        with register.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(begin)
            else:
                connection.execution_options(isolation_level=isolation)
            yield connection
            connection.commit()
    except DBAPIError as error:
        raise RegisterFailed(f"{register.where}: {_first_line(error)}; nothing was written") from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
