"""When each wait began, so that one which a wrong clock wrote is known; what quiet hours hold waits for them alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("feeds", "deliveries", "channels", "card_edits"):
        op.add_column(table, sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE feeds SET waits_since = polled_at")
    op.execute("UPDATE deliveries SET waits_since = created_at WHERE state IN ('pending', 'unknown')")
    # Nobody knows when these began; they are short, but for those that a wrong clock wrote.
    op.execute("UPDATE channels SET ready_at = NULL, edits_ready_at = NULL")
    # Until now the end of quiet hours was written here; now routes.yaml is asked when it is to be posted.
    op.execute(
        "UPDATE deliveries SET not_before = created_at WHERE state = 'pending' AND attempts = 0 "
        "AND kind IN ('digest', 'follow-up', 'unanswered', 'vanished') "
        "AND key NOT LIKE 'digest:busy:%' AND key NOT LIKE 'digest:unsure:%'"
    )
