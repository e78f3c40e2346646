"""Silences of rules, the hours in which the service looked, and what ops was told of together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "watched_hours",
        sa.Column("hour", _TIME, primary_key=True),
        sa.Column("looks", sa.Integer(), nullable=False),
    )
    op.create_table(
        "silences",
        sa.Column("rule", _TEXT, primary_key=True),
        sa.Column("language", _TEXT, primary_key=True),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("cause", _TEXT, nullable=False),
        sa.Column("told_at", _TIME, nullable=True),
        sa.Column("over_at", _TIME, nullable=True),
        sa.Column("over_told_at", _TIME, nullable=True),
    )
    op.create_table(
        "summaries",
        sa.Column("name", _TEXT, primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("feeds", _TEXT, nullable=False),
    )
    op.create_table(
        "feed_groups",
        sa.Column("key", _TEXT, primary_key=True),
        sa.Column("cause", _TEXT, nullable=False),
        sa.Column("host", _TEXT, nullable=False),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.Column("told_healed", sa.Integer(), nullable=False),
        sa.Column("healing_since", _TIME, nullable=True),
    )
    op.create_table(
        "feed_group_members",
        sa.Column("feed_id", _TEXT, primary_key=True),
        sa.Column("group_key", _TEXT, nullable=False),
        sa.Column("healed", sa.Boolean(), nullable=False),
        sa.Index("ix_feed_group_members_group_key", "group_key"),
    )
