"""When the last test entry of each process went through the whole chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("services", sa.Column("canary_at", sa.DateTime(timezone=True)))
