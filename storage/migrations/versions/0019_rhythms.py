"""When each feed publishes, so that it is polled when it usually has news; and the subscriptions of those that push."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("rhythm", sa.String(), nullable=False, server_default="{}"))
    op.create_table(
        "subscriptions",
        sa.Column("feed_id", sa.String(), primary_key=True),
        sa.Column("subscription", sa.String(), nullable=False),
    )
