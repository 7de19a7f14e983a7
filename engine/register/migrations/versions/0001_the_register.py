"""The register: studies, plans, evidence, files, the chain of entries, and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEPT = ("studies", "plans", "evidence", "files", "entries")
HASH = sa.String(64)


def upgrade() -> None:
    """Make the tables, and let the database itself refuse to change or delete what stands in them."""
    op.create_table(
        "studies",
        sa.Column("sha256", HASH, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
    )
    op.create_table(
        "plans",
        sa.Column("sha256", HASH, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "evidence",
        sa.Column("sha256", HASH, primary_key=True),
        sa.Column("plan", HASH, sa.ForeignKey("plans.sha256"), nullable=False),
        sa.Column("study", HASH, sa.ForeignKey("studies.sha256"), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("sha256", HASH, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "entries",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("plan", HASH, sa.ForeignKey("plans.sha256"), nullable=True, index=True),
        sa.Column("previous", HASH, nullable=False, unique=True),
        sa.Column("key", HASH, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.Column("hash", HASH, nullable=False, unique=True),
    )
    op.create_table("outbox", sa.Column("entry", sa.Integer, sa.ForeignKey("entries.number"), primary_key=True))
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for table in KEPT:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the register only grows'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION register_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the register only grows'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION register_only_grows()"
        )


def downgrade() -> None:
    """Take the tables away. No command of ours does this."""
    for table in ("outbox", "entries", "files", "evidence", "plans", "studies"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION register_only_grows()")
