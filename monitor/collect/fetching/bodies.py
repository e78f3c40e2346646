"""Where the bodies of documents wait until they are parsed: short ones in memory, the others in files.

So what all polls under way keep in memory is bounded by their number, whatever servers send (docs/decisions/0039).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

log = structlog.get_logger()

IN_MEMORY = 65_536
"""Bytes up to which a body is kept in memory."""

_CHUNK = 65_536
_HEAD, _TAIL = 16, 200
_PREFIX = "wirewatch-bodies-"
_TRIES = 3


class Bodies:
    """A folder for the bodies of one process. It is removed at the end, and after a crash by the next process.

    Where no file can be written, or the disk is full, bodies are kept in memory.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock = -1
        self._said = False

    def close(self) -> None:
        """Remove the folder and what is left in it."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            os.close(self._lock)
            self._folder = None

    def new(self) -> Body:
        """An empty body."""
        return Body(self)

    def new_file(self) -> tuple[Path, FileIO]:
        """A new file, open for writing without a buffer.

        Raises:
            OSError: none can be made.
        """
        if self._folder is not None and not self._folder.is_dir():
            self.close()  # somebody tidied up
        if self._folder is None:
            self._folder = self._begun()
        handle, name = tempfile.mkstemp(dir=self._folder)
        return Path(name), os.fdopen(handle, "wb", buffering=0)

    def no_file(self, error: OSError) -> None:
        """Say once that bodies are kept in memory."""
        if not self._said:
            self._said = True
            log.warning(
                "documents wait in memory, because no file can be written for them",
                action="bodies_in_memory",
                folder=str(self._folder or tempfile.gettempdir()),
                error=error.strerror or type(error).__name__,
            )

    def _begun(self) -> Path:
        """A folder of our own, locked for as long as this process lives; those that nobody locks any more are gone."""
        for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with contextlib.suppress(OSError):
                lock = _locked(left)
                shutil.rmtree(left, ignore_errors=True)
                os.close(lock)
        for _ in range(_TRIES):
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
            with contextlib.suppress(OSError):  # one that starts at this moment took it for one that was left
                self._lock = _locked(folder)
                if folder.is_dir():
                    return folder
                os.close(self._lock)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


def _locked(folder: Path) -> int:
    """A descriptor that holds the lock on a folder.

    Raises:
        OSError: somebody else holds it, or it is not ours.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


class Body:
    """A body that is being read, then waits; a context manager that removes its file.

    `size` is in bytes, `head` how it begins, `tail` how it ends.
    """

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._memory = bytearray()
        self._file: tuple[Path, FileIO] | None = None
        self._may_be_file = True
        self._hash = hashlib.sha256()
        self.size = 0
        self.head = self.tail = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.drop()

    def write(self, chunk: bytes) -> None:
        """Add to it. Files are in the page cache, so that this does not wait for a disk."""
        if len(self.head) < _HEAD:
            self.head = (self.head + chunk)[:_HEAD]
        self.tail = (self.tail + chunk[-_TAIL:])[-_TAIL:]
        self._hash.update(chunk)
        if self._file is None:
            self._memory += chunk
            if len(self._memory) > IN_MEMORY and self._may_be_file:
                self._to_file()
        else:
            self._add_to_file(*self._file, chunk, before=self.size)
        self.size += len(chunk)

    def hash(self) -> str:
        """What tells whether a document is the one that was read last: 32 digits."""
        return self._hash.hexdigest()[:32]

    def content(self) -> bytes | Path:
        """All of it, or the file that it is in; nothing is added any more."""
        if self._file is None:
            return bytes(self._memory)
        path, file = self._file
        file.close()
        return path

    def chunks(self) -> Iterator[bytes]:
        """All of it, piece by piece."""
        content = self.content()
        if isinstance(content, bytes):
            yield content
            return
        with content.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def _to_file(self) -> None:
        try:
            path, file = self._bodies.new_file()
        except OSError as error:
            self._stay(error)
            return
        self._file = path, file
        begun, self._memory = self._memory, bytearray()
        self._add_to_file(path, file, begun, before=0)

    def _add_to_file(self, path: Path, file: FileIO, chunk: bytes | bytearray, *, before: int) -> None:
        """Add to the file, which has so many bytes before."""
        rest = memoryview(chunk)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError as error:
            with path.open("rb") as written:
                self._memory = bytearray(written.read(before))
            self._memory += chunk
            self._drop_file()
            self._stay(error)

    def _stay(self, error: OSError) -> None:
        self._may_be_file = False
        self._bodies.no_file(error)

    def drop(self) -> None:
        """Let go of all of it."""
        self._memory = bytearray()
        self._drop_file()

    def _drop_file(self) -> None:
        if self._file is not None:
            path, file = self._file
            self._file = None
            with contextlib.suppress(OSError):
                file.close()
            with contextlib.suppress(OSError):
                path.unlink()
