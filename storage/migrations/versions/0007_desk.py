"""What people of the desk do: who works on a story, mutes and what they held back, and why a rating says no."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("ratings", sa.Column("cause", _TEXT, nullable=True))
    op.add_column("ratings", sa.Column("word", _TEXT, nullable=False, server_default=""))
    op.create_table(
        "assignments",
        sa.Column("story_id", _TEXT, sa.ForeignKey("stories.id"), primary_key=True),
        sa.Column("route", _TEXT, primary_key=True),
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "mutes",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("scope", _TEXT, nullable=False),
        sa.Column("subject", _TEXT, nullable=False),
        sa.Column("words", _TEXT, nullable=False),
        sa.Column("route", _TEXT, nullable=False),
        sa.Column("delivery_id", _TEXT, sa.ForeignKey("deliveries.id"), nullable=False),
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("ended_by_id", _TEXT, nullable=True),
        sa.Column("ended_by_name", _TEXT, nullable=True),
    )
    op.create_index("ix_mutes_ended_at_until", "mutes", ["ended_at", "until"])
    op.create_table(
        "muted_items",
        sa.Column("mute_id", _TEXT, sa.ForeignKey("mutes.id"), primary_key=True),
        sa.Column("item_id", _TEXT, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "desk_acts",
        sa.Column("key", _TEXT, primary_key=True),
        sa.Column("what", _TEXT, nullable=False),
        sa.Column("target", _TEXT, nullable=False),
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_desk_acts_target", "desk_acts", ["target"])
