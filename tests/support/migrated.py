"""Databases that have the newest schema, to copy: to run every migration takes longer than most tests."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from storage import schema
from storage.database import Database


def migrate(url: str) -> None:
    """Give an empty database the newest schema."""
    database = Database(url, busy_timeout=10)
    schema.upgrade(database._write_engine)
    database._close()


@functools.cache
def sqlite() -> Path:
    """A SQLite file, made once in a process and removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="wirewatch-migrated-"))
    atexit.register(shutil.rmtree, folder)
    migrate(f"sqlite:///{folder}/template.db")
    return folder / "template.db"
