"""Which address gave a feed's validators, and when the feed last served a whole document.

Validators of before are forgotten with it: each feed is asked for its whole document once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("validated_url", sa.String(), nullable=True))
    op.add_column("feeds", sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True))
