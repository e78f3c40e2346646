"""How each feed went on so far: when it last had news, how often it has, what it may have shown unseen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("course", sa.String(), nullable=False, server_default="{}"))
