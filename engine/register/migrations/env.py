"""Run by Alembic: migrate on the connection, and within the transaction, that the register hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None)
context.run_migrations()
