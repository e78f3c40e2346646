"""SQLite's counts of what the tables held go, which the upkeep once took (docs/decisions/0071)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    # A table of counts can be emptied and not created, and which ones there are depends on SQLite's build.
    names = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE name IN ('sqlite_stat1', 'sqlite_stat4')"))
    for name in names.all():
        op.execute(f"DROP TABLE {name}")
