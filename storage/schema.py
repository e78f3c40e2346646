"""Schema: brings a database to the newest migration, from wherever the package is installed."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine

from monitor.errors import StoreError
from storage.database import UPGRADE_LOCK, lock

_MIGRATIONS = Path(__file__).parent / "migrations"

# Alembic keeps the migration under way in a global of its module.
_one_at_a_time = threading.Lock()


def upgrade(engine: Engine) -> None:
    """Run every migration the database has not seen, all in one transaction; another process waits for it.

    Raises:
        StoreError: the database was written by a newer version of Wirewatch, or its folder cannot be made.
    """
    _make_folder(engine)
    with _one_at_a_time, engine.begin() as connection:
        lock(connection, UPGRADE_LOCK)
        try:
            command.upgrade(config(connection), "head")
        except CommandError as error:
            raise StoreError(
                f"the database was written by a newer version of Wirewatch ({error}); run that version, or a newer one"
            ) from error


def head() -> str | None:
    """The newest migration this version of Wirewatch knows."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file; `migrations/env.py` uses the connection."""
    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _make_folder(engine: Engine) -> None:
    path = engine.url.database
    if engine.dialect.name != "sqlite" or path in (None, "", ":memory:"):
        return
    try:
        Path(str(path)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make the folder for the database {path}: {error.strerror}") from error
