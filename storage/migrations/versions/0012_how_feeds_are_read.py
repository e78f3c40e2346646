"""What is odd in how a feed is read: a character set that had to be guessed, and entries that are left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("doubt", sa.String(), nullable=True))
    op.add_column("feeds", sa.Column("left_out", sa.Integer(), nullable=False, server_default="0"))
