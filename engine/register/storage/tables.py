"""The register's tables. They are made and changed by the migrations alone; a test compares the two."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()
HASH = String(64)

# A study as it stood: `inputs` is canonical JSON of the hashes of its files by name, `sha256` the hash of that.
studies = Table(
    "studies",
    METADATA,
    Column("sha256", HASH, primary_key=True),
    Column("name", Text, nullable=False),
    Column("inputs", Text, nullable=False),
)

plans = Table(
    "plans",
    METADATA,
    Column("sha256", HASH, primary_key=True),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

evidence = Table(
    "evidence",
    METADATA,
    Column("sha256", HASH, primary_key=True),
    Column("plan", HASH, ForeignKey("plans.sha256"), nullable=False),
    Column("study", HASH, ForeignKey("studies.sha256"), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# Files that left the house, so that they can be put in their place again, and be looked at later.
files = Table(
    "files",
    METADATA,
    Column("sha256", HASH, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# The decisions: the chain. Everything else is only what its hashes speak of.
entries = Table(
    "entries",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("plan", HASH, ForeignKey("plans.sha256"), nullable=True, index=True),
    Column("previous", HASH, nullable=False, unique=True),
    Column("key", HASH, nullable=False),
    Column("body", Text, nullable=False),
    Column("signature", String(128), nullable=False),
    Column("hash", HASH, nullable=False, unique=True),
)

# Exports whose files have perhaps not reached their place yet.
outbox = Table("outbox", METADATA, Column("entry", Integer, ForeignKey("entries.number"), primary_key=True))

KEPT = (studies, plans, evidence, files, entries)  # nothing in them is ever changed or deleted
