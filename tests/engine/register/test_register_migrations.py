"""The migrations make the tables that the code works with; other versions are refused, and say what to do."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from greenband.engine.register.history import history
from greenband.engine.register.storage.database import open_register, reading
from greenband.engine.register.storage.tables import METADATA
from greenband.engine.register.storage.upgrade import upgrade_existing
from greenband.networks.errors import InputError
from sqlalchemy import text


def test_the_migrations_make_the_tables_of_the_code(register):
    with reading(register) as connection:
        schema = connection.dialect.default_schema_name
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, METADATA)
    assert found == [], schema


def test_a_register_of_another_version_is_refused_and_not_touched(register):
    with register.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InputError, match="newer than ours"):
        history(register)
    with pytest.raises(InputError, match="9999"):
        upgrade_existing(register)


def test_an_upgrade_of_our_version_changes_nothing(register):
    before = history(register).standing.head
    assert upgrade_existing(register) == "0001"
    assert history(register).standing.head == before


def test_where_no_register_is_none_is_made_by_looking(tmp_path):
    register = open_register(str(tmp_path / "none.sqlite"))
    for look in (history, upgrade_existing):
        with pytest.raises(InputError, match="register init"):
            look(register)
    assert list(tmp_path.iterdir()) == []


def test_another_program_s_database_is_no_register(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()
    with pytest.raises(InputError, match="no register"):
        history(open_register(str(tmp_path / "other.sqlite")))


def test_a_file_that_is_no_database_fails_clearly(tmp_path):
    from greenband.engine.register.storage.database import RegisterFailed

    (tmp_path / "text.sqlite").write_text("not a database, and long enough to be looked at " * 10)
    with pytest.raises(RegisterFailed, match="not a database"):
        history(open_register(str(tmp_path / "text.sqlite")))


@pytest.mark.parametrize("address", ["mysql://host/x", "nonsense://x", "://", "postgresql://user:secret@"])
def test_an_address_that_leads_nowhere_tells_no_password(address):
    from greenband.engine.register.storage.database import RegisterFailed

    with pytest.raises((InputError, RegisterFailed)) as caught:
        history(open_register(address))
    assert "secret" not in str(caught.value)
