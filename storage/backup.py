"""Backup: a consistent copy of a SQLite database while it is written to, on demand and once a day."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, make_url

from monitor.errors import StoreError
from storage.sqlitefile import PRIVATE, create_private, with_log

KEPT = 7
"""How many daily copies are kept, if the disk has room for them; the newest one always is."""

_ROOM_LEFT = 200_000_000
"""Bytes that a daily copy must leave free on the disk."""

_DAILY = "wirewatch-"


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
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
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
        create_private(partial)
        with contextlib.closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(partial),))
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)


def daily(source: Path, folder: Path, now: datetime) -> Path:
    """Copy a database to a new file in a folder, see that it opens, and delete the oldest copies.

    The newest `KEPT` stay, fewer where the disk has no room for more; nothing else in the folder is touched.

    Raises:
        StoreError: there is no room, the folder cannot be written to, or the copy cannot be opened.
    """
    made = folder / f"{_DAILY}{now:%Y%m%dT%H%M%SZ}.db"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copies = sorted(path for path in folder.glob(f"{_DAILY}????????T??????Z.db") if path != made)
        wanted = source.stat().st_size + _ROOM_LEFT
        while shutil.disk_usage(folder).free < wanted:
            if len(copies) < 2:
                raise StoreError(
                    f"the disk with the folder {folder} has no room for a backup of {_size(wanted - _ROOM_LEFT)}, "
                    f"after which {_size(_ROOM_LEFT)} must be free"
                )
            copies.pop(0).unlink()
        made.unlink(missing_ok=True)
        backup(make_url(f"sqlite:///{source}"), made)
        try:
            require_sound(made)
        except StoreError:
            made.unlink()
            raise
        for old in copies[: max(0, len(copies) + 1 - KEPT)]:
            old.unlink()
    except OSError as error:
        raise StoreError(f"cannot write a backup into the folder {folder}: {error.strerror}") from error
    return made


def require_sound(path: Path) -> str:
    """Open a copy and read all of it; the migration that it is at.

    Raises:
        StoreError: it is damaged, or no database of Wirewatch.
    """
    if not path.is_file():
        raise StoreError(f"there is no backup {path}")
    _, log, _ = with_log(path)
    if log.exists() and log.stat().st_size:
        raise StoreError(
            f"{path} is no backup: the log {log.name} beside it holds what was written last. Run `db backup`"
        )
    try:
        # Nobody writes to a copy: it is read without making a log beside it.
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != ("ok",):
                raise StoreError(f"the backup {path} is damaged: {found[0]}; take an older one")
            (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise StoreError(f"{path} is not a backup of Wirewatch, or is damaged: {error}; take an older one") from error
    return str(version)


def _size(count: int) -> str:
    return f"{count / 1_000_000:.0f} MB"
