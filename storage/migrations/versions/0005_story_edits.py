"""What people did to stories: merges and splits; and an index by which the words of a quiet story are dropped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TEXT = sa.String()


def upgrade() -> None:
    op.add_column("stories", sa.Column("merged_into", _TEXT, nullable=True))
    op.create_index("ix_stories_merged_into", "stories", ["merged_into"])
    op.create_index("ix_story_keys_story_id", "story_keys", ["story_id"])
    op.create_table(
        "story_edits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("story_id", _TEXT, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("other_id", _TEXT, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("by", _TEXT, nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_story_edits_story_id", "story_edits", ["story_id"])
    op.create_index("ix_story_edits_other_id", "story_edits", ["other_id"])
    op.create_table(
        "story_edit_items",
        sa.Column("edit_id", sa.Integer(), sa.ForeignKey("story_edits.id"), primary_key=True),
        sa.Column("item_id", _TEXT, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_edit_items_item_id", "story_edit_items", ["item_id"])
