"""Backup: a consistent copy of a SQLite database while it is written to."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from pathlib import Path

from sqlalchemy import URL

from monitor.errors import StoreError


def backup(url: URL, path: Path) -> None:
    """Copy the database at `url` to the new file `path`, whole or not at all.

    `VACUUM INTO` reads one state of the database and keeps no writer waiting (https://www.sqlite.org/lang_vacuum.html).

    Raises:
        StoreError: `path` exists or cannot be written, or the database is not a SQLite file.
    """
    if url.get_backend_name() != "sqlite":
        raise StoreError("PostgreSQL has its own tool for backups: run pg_dump")
    if url.database in (None, "", ":memory:"):
        raise StoreError("a database in memory cannot be backed up")
    source = Path(str(url.database))
    if not source.is_file():
        raise StoreError(f"there is no database at {source}")
    try:
        path.open("xb").close()
    except FileExistsError:
        raise StoreError(f"{path} exists; a backup never overwrites, name another file") from None
    except OSError as error:
        raise StoreError(f"cannot write the backup {path}: {error.strerror}") from error
    try:
        _copy(source, path)
    except (OSError, sqlite3.Error) as error:
        path.unlink(missing_ok=True)
        raise StoreError(f"cannot write the backup {path}: {error}") from error


def _copy(source: Path, path: Path) -> None:
    """Fill `path`, which is ours and empty, in one step."""
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        partial = Path(folder) / "copy.db"
        with contextlib.closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(partial),))
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
