"""Registers in SQLite, and in PostgreSQL where GREENBAND_TEST_POSTGRESQL names a database that may be written to."""

import os
from contextlib import contextmanager
from uuid import uuid4

import pytest
from greenband.benchmarks.register.made_register import People, made_people, made_register
from greenband.engine.register.storage.database import Register, open_register

ADDRESS = "GREENBAND_TEST_POSTGRESQL"


@pytest.fixture(scope="session")
def people(tmp_path_factory) -> People:
    return made_people(tmp_path_factory.mktemp("keys"))


@contextmanager
def new_address(kind, folder):
    """The address of a register that is not there yet."""
    if kind == "sqlite":
        yield str(folder / "register.sqlite")
        return
    if ADDRESS not in os.environ:
        pytest.skip(f"no PostgreSQL: {ADDRESS} is not set; .ci/postgresql starts one")
    from sqlalchemy import create_engine, text

    engine, schema = create_engine(os.environ[ADDRESS]), f"test_{uuid4().hex}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{os.environ[ADDRESS]}?options=-csearch_path%3D{schema}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    with new_address(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def register(address, people) -> Register:
    """A register in which everybody has their role."""
    made = open_register(address)
    made_register(made, people)
    return made
