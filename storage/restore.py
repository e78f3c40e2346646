"""Restore: a copy of a SQLite database put in its place, while nobody has it open."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from monitor.errors import StoreError
from storage.backup import require_sound
from storage.schema import known
from storage.sqlitefile import PRIVATE, path_of, with_log

_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510
"""The bytes that each connection of SQLite locks while it is open in WAL mode: https://www.sqlite.org/src/file/src/os.h"""


def restore(url: URL, copy: Path, now: datetime) -> Path | None:
    """Put `copy` in the place of the database at `url`; where the old one is kept, None when there was none.

    Raises:
        StoreError: `copy` is damaged, of another program or of a newer version; the database is in use; it is no file.
    """
    path = path_of(url)
    if path is None:
        raise StoreError("a database in memory cannot be restored")
    version = require_sound(copy)
    if not known(version):
        raise StoreError(f"the backup {copy} was written by a newer version of Wirewatch (schema {version})")
    try:
        if path.exists() and path.samefile(copy):
            raise StoreError(f"{copy} is the database itself")
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.restored")
        fresh.unlink(missing_ok=True)
        try:
            private = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
            with os.fdopen(private, "wb") as target, copy.open("rb") as source:
                shutil.copyfileobj(source, target)
                os.fsync(target.fileno())
            with _nobody_has_it_open(path):
                kept = _kept_aside(path, now)
                fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)  # a disk that is full keeps no half of it
    except OSError as error:
        raise StoreError(f"cannot restore {path}: {error.strerror}; the database is as it was") from error
    return kept


def _kept_aside(path: Path, now: datetime) -> Path | None:
    """Rename the database and what belongs to it: a log that stayed would be read into the restored one."""
    kept = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}")
    for old, new in zip(with_log(path), with_log(kept), strict=True):
        if old.exists():
            old.replace(new)
    return kept if kept.exists() else None


@contextlib.contextmanager
def _nobody_has_it_open(path: Path) -> Iterator[None]:
    """Hold what every connection holds a part of, so that none is open and none can be opened meanwhile.

    It works on a damaged file too. Raises StoreError when somebody has it open.
    """
    try:
        import fcntl  # noqa: PLC0415 - Unix has it
    except ImportError:
        yield
        return
    if not path.exists():
        yield
        return
    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN):
                raise
            raise StoreError(f"the database {path} is in use: stop the service first, then restore") from None
        yield
