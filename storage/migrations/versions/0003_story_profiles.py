"""What linking keeps of reports and stories. Stories from before have none: only copies of their reports join them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("stories", "story_items"):
        op.add_column(table, sa.Column("profile", sa.String(), nullable=False, server_default="{}"))
