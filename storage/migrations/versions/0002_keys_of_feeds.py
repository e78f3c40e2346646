"""What feeds have shown of their keys, and what identity compares besides: the text, and when an item was last seen.

Columns are added and no table is made anew, so that SQLite needs to copy nothing; what was not kept before is empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("keys", sa.String(), nullable=False, server_default="{}"))
    op.add_column("items", sa.Column("text_key", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("items", sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
