"""The tables as they were at first: feeds, items, stories, the outbox and the service's heartbeats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = sa.String()
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("url", _TEXT, nullable=True),
        sa.Column("etag", _TEXT, nullable=True),
        sa.Column("last_modified", _TEXT, nullable=True),
        sa.Column("body_hash", _TEXT, nullable=True),
        sa.Column("next_poll_at", _TIME, nullable=True),
        sa.Column("polled_at", _TIME, nullable=True),
        sa.Column("succeeded_at", _TIME, nullable=True),
        sa.Column("baselined_at", _TIME, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failing_since", _TIME, nullable=True),
        sa.Column("failure", _TEXT, nullable=True),
        sa.Column("reason", _TEXT, nullable=True),
        sa.Column("failure_told", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_feeds_next_poll_at", "feeds", ["next_poll_at"])
    op.create_table(
        "entries",
        sa.Column("feed_id", _TEXT, primary_key=True),
        sa.Column("digest", _TEXT, primary_key=True),
        sa.Column("item_id", _TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "items",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("feed_id", _TEXT, nullable=False),
        sa.Column("family", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("guid", _TEXT, nullable=False),
        sa.Column("link", _TEXT, nullable=False),
        sa.Column("url", _TEXT, nullable=False),
        sa.Column("title", _TEXT, nullable=False),
        sa.Column("title_key", _TEXT, nullable=False),
        sa.Column("content_hash", _TEXT, nullable=False),
        sa.Column("language", _TEXT, nullable=True),
        sa.Column("published", _TIME, nullable=True),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_table(
        "item_keys",
        sa.Column("key", _TEXT, primary_key=True),
        sa.Column("seen_at", _TIME, primary_key=True),
        sa.Column("item_id", _TEXT, sa.ForeignKey("items.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "revisions",
        sa.Column("item_id", _TEXT, sa.ForeignKey("items.id"), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True),
        sa.Column("title", _TEXT, nullable=False),
        sa.Column("summary", _TEXT, nullable=False),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("content_hash", _TEXT, nullable=False),
        sa.Column("published", _TIME, nullable=True),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
    )
    op.create_index("ix_revisions_seen_at", "revisions", ["seen_at"])
    op.create_table(
        "matches",
        sa.Column("item_id", _TEXT, sa.ForeignKey("items.id"), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("rule", _TEXT, nullable=False),
        sa.Column("rule_title", _TEXT, nullable=False),
        sa.Column("rule_hash", _TEXT, nullable=False),
        sa.Column("engine", _TEXT, nullable=False),
        sa.Column("way", _TEXT, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("send_to", _TEXT, nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("evidence", _TEXT, nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("unsure", _TEXT, nullable=False),
        sa.Column("reasons", _TEXT, nullable=False),
        sa.Column("opinion", _TEXT, nullable=False),
    )
    op.create_index("ix_matches_rule", "matches", ["rule"])
    op.create_table(
        "verdicts",
        sa.Column("item_id", _TEXT, sa.ForeignKey("items.id"), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True),
        sa.Column("action", _TEXT, nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        sa.Column("detail", _TEXT, nullable=False),
        sa.Column("story_id", _TEXT, nullable=True),
        sa.Column("decided_at", _TIME, nullable=False),
    )
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("item_id", _TEXT, sa.ForeignKey("items.id"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rule", _TEXT, nullable=True),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        sa.Column("by", _TEXT, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_ratings_item_id", "ratings", ["item_id"])
    op.create_table(
        "stories",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
    )
    op.create_index("ix_stories_updated_at", "stories", ["updated_at"])
    op.create_table(
        "story_items",
        sa.Column("item_id", _TEXT, primary_key=True),
        sa.Column("story_id", _TEXT, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("title", _TEXT, nullable=False),
        sa.Column("summary", _TEXT, nullable=False),
        sa.Column("family", _TEXT, nullable=False),
        sa.Column("keys", _TEXT, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("copy_of", _TEXT, nullable=True),
    )
    op.create_index("ix_story_items_story_id_seen_at", "story_items", ["story_id", "seen_at"])
    op.create_table(
        "story_keys",
        sa.Column("key", _TEXT, primary_key=True),
        sa.Column("story_id", _TEXT, sa.ForeignKey("stories.id"), primary_key=True),
        sa.Column("seen_at", _TIME, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_keys_key_seen_at", "story_keys", ["key", "seen_at"])
    op.create_table(
        "cards",
        sa.Column("story_id", _TEXT, sa.ForeignKey("stories.id"), primary_key=True),
        sa.Column("route", _TEXT, primary_key=True),
        sa.Column("delivery_id", _TEXT, nullable=False),
        sa.Column("rules", _TEXT, nullable=False),
        sa.Column("unsure", _TEXT, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "channels",
        sa.Column("channel", _TEXT, primary_key=True),
        sa.Column("lease_owner", _TEXT, nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("ready_at", _TIME, nullable=True),
        sa.Column("problem", _TEXT, nullable=True),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("key", _TEXT, nullable=False, unique=True),
        sa.Column("route", _TEXT, nullable=False),
        sa.Column("channel", _TEXT, sa.ForeignKey("channels.channel"), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("payload", _TEXT, nullable=True),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("not_before", _TIME, nullable=False),
        sa.Column("parent_id", _TEXT, nullable=True),
        sa.Column("broadcast", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lookups", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("plain", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("first_attempt_at", _TIME, nullable=True),
        sa.Column("ts", _TEXT, nullable=True),
        sa.Column("reason", _TEXT, nullable=True),
        sa.Column("sent_at", _TIME, nullable=True),
    )
    op.create_index("ix_deliveries_kind_created_at", "deliveries", ["kind", "created_at"])
    op.create_index("ix_deliveries_parent_id", "deliveries", ["parent_id"])
    op.create_index("ix_deliveries_state_channel", "deliveries", ["state", "channel"])
    op.create_table(
        "delivery_items",
        sa.Column("delivery_id", _TEXT, sa.ForeignKey("deliveries.id"), primary_key=True),
        sa.Column("item_id", _TEXT, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delivery_items_item_id", "delivery_items", ["item_id"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("delivery_id", _TEXT, sa.ForeignKey("deliveries.id"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("look_up", sa.Boolean(), nullable=False),
        sa.Column("owner", _TEXT, nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("result", _TEXT, nullable=True),
        sa.Column("reason", _TEXT, nullable=True),
    )
    op.create_index("ix_attempts_delivery_id", "attempts", ["delivery_id"])
    op.create_table(
        "services",
        sa.Column("name", _TEXT, primary_key=True),
        sa.Column("beat_at", _TIME, nullable=False),
    )
    op.create_table(
        "config_files",
        sa.Column("name", _TEXT, primary_key=True),
        sa.Column("content", _TEXT, nullable=True),
        sa.Column("good_since", _TIME, nullable=True),
        sa.Column("wrong", _TEXT, nullable=False),
        sa.Column("told_at", _TIME, nullable=True),
    )
