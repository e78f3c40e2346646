"""What the parts of `Store` share: the database. Each part serves one user of the store, a transaction per method."""

from __future__ import annotations

from storage.database import Database


class Part:
    """A part of the store, over an open database."""

    def __init__(self, database: Database) -> None:
        self._database = database
