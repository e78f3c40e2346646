"""Schema: brings a database to the newest migration, from wherever the package is installed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, Engine, inspect, text

from monitor.errors import StoreError, StoreNewer
from storage.locks import UPGRADE_LOCK, lock
from storage.refusals import shown
from storage.sqlitefile import make_private, path_of

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger()

# The newest migration; a test holds it against the folder.
HEAD = "0022"

_NEWER = "the database was written by a newer version of Wirewatch ({}); run that version, or a newer one"
_NOTHING = "the service has never run on {}: it has no tables of Wirewatch (DATABASE_URL says where)"
_MIGRATIONS = Path(__file__).parent / "migrations"

# Alembic keeps the migration under way in a global of its module.
_one_at_a_time = threading.Lock()


def upgrade(engine: Engine, *, begin: bool = True) -> None:
    """Run every migration the database has not seen, all in one transaction; another process waits for it.

    Without `begin` it must have seen some.

    Raises:
        StoreNewer: the database was written by a newer version of Wirewatch.
        StoreError: it belongs to another program, or has no tables of ours, or its folder cannot be made.
    """
    if begin:
        _make_folder(engine)
    with _one_at_a_time, engine.begin() as connection:
        lock(connection, UPGRADE_LOCK)
        version = _version(connection)
        if version is None:
            _require_ours(connection)
            if not begin:
                raise StoreError(_NOTHING.format(shown(engine.url)))
        if (path := path_of(engine.url)) is not None:
            make_private(path)
        if version == HEAD:
            return
        if version is None:
            log.info("a new database is begun", action="database_begun", database=shown(engine.url))
        from alembic import command
        from alembic.util.exc import CommandError

        try:
            command.upgrade(config(connection), "head")
        except CommandError as error:
            raise StoreNewer(_NEWER.format(error)) from error


def require_known(connection: Connection) -> None:
    """Refuse a database that a newer version wrote. One of an older version is told of by what it lacks.

    Raises:
        StoreNewer: this version does not know the migration that the database is at.
    """
    version = _version(connection)
    if version is not None and not known(version):
        raise StoreNewer(_NEWER.format(f"it is at migration {version}"))


def _version(connection: Connection) -> str | None:
    """The migration the database is at, looked up without Alembic, which takes a third of a second to import."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _require_ours(connection: Connection) -> None:
    """Refuse a SQLite file with the tables of another program; a PostgreSQL database may be shared."""
    others = inspect(connection).get_table_names() if connection.dialect.name == "sqlite" else []
    if others:
        listed = ", ".join(sorted(others)[:3])
        raise StoreError(
            f"the database {connection.engine.url.database} belongs to another program: it has the tables {listed}; "
            "name another file in DATABASE_URL"
        )


def known(version: str) -> bool:
    """Whether this version of Wirewatch can open a database that is at this migration."""
    return any(path.name.startswith(f"{version}_") for path in (_MIGRATIONS / "versions").glob("*.py"))


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file; `migrations/env.py` uses the connection."""
    from alembic.config import Config

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
