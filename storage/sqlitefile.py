"""The SQLite file itself: who may read it, how much room its disk has, and whether it is still the one that is open.

SQLite goes on with a file that was deleted or replaced, and nothing says so until the next start, which then knows
nothing of what was told since. So it is looked at every few seconds. Never by opening it: whoever closes a file in a
process lets go of all locks that the process holds on it (https://www.sqlite.org/howtocorrupt.html, "POSIX advisory
locks"). docs/decisions/0029 has the reasons.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
from sqlalchemy import URL, Engine

from monitor.errors import StoreError
from monitor.model.vitals import FileChange, Room

log = structlog.get_logger()

PRIVATE = 0o600
_BESIDE = ("-wal", "-shm")
_Identity = tuple[int, int]
_Execute = Callable[..., None]


def path_of(url: URL) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL, a database in memory and SQLite's own URIs."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:") or "uri" in url.query:
        return None
    return Path(str(url.database))


def create_private(path: Path) -> None:
    """Make an empty file that only its owner can read, if there is none: SQLite gives its log the same rights."""
    with contextlib.suppress(OSError):  # SQLite says why, when it opens it
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))


def make_private(path: Path) -> None:
    """Take the rights of all others from a database of an earlier version; it holds the headers of feeds."""
    open_to = []
    for file in with_log(path):
        with contextlib.suppress(FileNotFoundError):
            mode = stat.S_IMODE(file.stat().st_mode)
            if not mode & 0o077:
                continue
            try:
                file.chmod(mode & 0o700)
            except OSError as error:
                log.warning(
                    "others can read the database, and it cannot be changed",
                    action="database_not_private",
                    file=str(file),
                    error=error.strerror,
                )
            else:
                open_to.append(mode)
    if open_to:
        log.warning(
            "others could read the database; now only its owner can",
            action="database_made_private",
            file=str(path),
            mode=f"{open_to[0]:04o}",
        )


def room(path: Path) -> Room | None:
    """How much room the disk has; None when the folder cannot be looked at."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return None
    sizes = (identity[2] for file in with_log(path) if (identity := _status(file)))
    return Room(path=str(path), free=free, size=sum(sizes))


class OpenFile:
    """Remembers which file was opened, and tells and mends what somebody does to it meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: _Identity | None = None
        self._beside: dict[Path, _Identity] = {}

    def opened(self) -> None:
        """Remember the file that was opened just now."""
        self._file, self._beside = _identity(self.path), {}
        self._see_log()

    def forget(self) -> None:
        """Know of no open file, as every connection was closed."""
        self._file, self._beside = None, {}

    def changed(self) -> FileChange | None:
        """What became of the file since it was opened; None when it is the same."""
        if self._file is None:
            return None
        status = _status(self.path)
        if status is None:
            return FileChange.GONE
        if status[:2] != self._file:
            # An empty one is what SQLite makes when it is asked for a file that is not there.
            return FileChange.OTHER if status[2] else FileChange.GONE
        if any(_identity(file) != identity for file, identity in self._beside.items()):
            return FileChange.LOG_GONE
        if status[2] == 0 and self._beside:
            return FileChange.EMPTY
        self._see_log()
        return None

    def mend(self, change: FileChange, engine: Engine, *, stamp: str) -> Path | None:
        """Save what is open, and let the file at the path be one that can be opened; where a copy was kept, if any.

        Nobody else may use a connection meanwhile, and all are to be closed afterwards. `stamp` goes into the name of a
        copy that is kept.

        Raises:
            StoreError: there is no room, or what is open cannot be read.
        """
        if change is FileChange.EMPTY:
            raise StoreError(
                f"the database {self.path} was emptied while it was open; stop the service and run `db restore BACKUP`"
            )
        with _raw(engine) as execute:
            if change is FileChange.LOG_GONE:
                execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return None
            copy = self.path.with_name(f".{self.path.name}.{os.getpid()}")
            copy.unlink(missing_ok=True)
            create_private(copy)
            execute("VACUUM INTO ?", str(copy))
        try:
            return self._put_back(copy, stamp)
        except OSError as error:
            raise StoreError(
                f"the database {self.path} cannot be put back: {error.strerror}; it is in {copy}"
            ) from error

    def _put_back(self, copy: Path, stamp: str) -> Path | None:
        """The copy to the path, unless another file has come there: then beside it."""
        with copy.open("rb+") as written:
            os.fsync(written.fileno())
        # A log that is left over from the old file would be read into the new one.
        for file, identity in self._beside.items():
            if _identity(file) == identity:
                file.unlink()
        if (there := _status(self.path)) and not there[2]:
            self.path.unlink()
        try:
            os.link(copy, self.path)
        except FileExistsError:
            kept = self.path.with_name(f"{self.path.name}.replaced-{stamp}")
            copy.replace(kept)
            return kept
        copy.unlink()
        return None

    def _see_log(self) -> None:
        for file in with_log(self.path)[1:]:
            if file not in self._beside and (identity := _identity(file)):
                self._beside[file] = identity


@contextlib.contextmanager
def _raw(engine: Engine) -> Iterator[_Execute]:
    """A way to run statements outside any transaction."""
    connection = engine.raw_connection()
    try:

        def execute(statement: str, *values: str) -> None:
            cursor = connection.cursor()
            cursor.execute(statement, values)
            cursor.fetchall()
            cursor.close()

        yield execute
    finally:
        connection.close()


def with_log(path: Path) -> list[Path]:
    """The file, its write-ahead log and the index of that."""
    return [path, *(path.with_name(path.name + ending) for ending in _BESIDE)]


def _status(path: Path) -> tuple[int, int, int] | None:
    """Device, inode and size; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size


def _identity(path: Path) -> _Identity | None:
    status = _status(path)
    return None if status is None else status[:2]
