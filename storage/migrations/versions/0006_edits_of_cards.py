"""Edits of posted cards: what each is to show, and what it shows; and the order of what one poll decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("edits_ready_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("place", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "card_edits",
        sa.Column("delivery_id", sa.String(), sa.ForeignKey("deliveries.id"), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("plain", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_card_edits_state_not_before", "card_edits", ["state", "not_before"])
