"""What each process of the service is, and by which version of the files it works."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("services", sa.Column("kind", sa.String()))
    op.add_column("services", sa.Column("files", sa.String()))
