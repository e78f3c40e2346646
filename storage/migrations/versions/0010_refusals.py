"""How a delivery that waits was refused, so that it comes after what can be posted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("refusal", sa.String(), nullable=True))
    op.add_column("deliveries", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
