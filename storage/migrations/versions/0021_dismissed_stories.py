"""What people found not relevant about stories, by route."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cards", sa.Column("dismissed", sa.String()))
