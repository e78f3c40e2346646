"""A search over the words of items, and what went wrong with each feed on each day.

Items that are there are read for the search later, beside everything else.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_words",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("words", sa.String().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_words_item_id_items"),
        sa.PrimaryKeyConstraint("number", name="pk_item_words"),
        sa.UniqueConstraint("item_id", name="uq_item_words_item_id"),
    )
    op.create_table(
        "search_waits",
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_search_waits_item_id_items"),
        sa.PrimaryKeyConstraint("item_id", name="pk_search_waits"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed_days",
        sa.Column("feed_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "day", name="pk_feed_days"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feed_days_day", "feed_days", ["day"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE item_search USING fts5(words, content='item_words', content_rowid='number', "
            "tokenize='unicode61 remove_diacritics 2')"
        )
    else:
        op.execute("CREATE INDEX ix_item_words_words ON item_words USING gin (words)")
