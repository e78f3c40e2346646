"""Alerted articles that their feed took out again, and an index by which the recent articles of a feed are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("item_id", sa.String(), sa.ForeignKey("items.id"), primary_key=True),
        sa.Column("feed_id", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_absences_feed_id", "absences", ["feed_id"])
    op.create_index("ix_items_feed_id_first_seen_at", "items", ["feed_id", "first_seen_at"])
