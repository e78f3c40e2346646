"""What each process of the service says of itself, and which troubles somebody was told of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("services", sa.Column("began_at", _TIME, nullable=True))
    op.add_column("services", sa.Column("ended_at", _TIME, nullable=True))
    op.add_column("services", sa.Column("troubles", sa.String(), nullable=False, server_default="[]"))
    # How earlier processes ended nobody knows; nobody is to be told of them now.
    op.execute("UPDATE services SET ended_at = beat_at")
    op.create_table(
        "troubles",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("told_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_troubles"),
    )
