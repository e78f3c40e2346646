"""How Alembic runs the migrations: in the transaction of the connection it is handed, never on its own."""

from alembic import context

from storage.tables import deliveries, desk, feeds, items, search, service, stories  # noqa: F401 - the tables of the metadata
from storage.tables.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by making a new one
    user_module_prefix="types.",
)

with context.begin_transaction():
    context.run_migrations()
