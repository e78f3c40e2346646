"""A file that people edit, replaced as a whole: a reader sees the old text or the new one, never a part."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from monitor.errors import ConfigError

_WRITABLE = 0o222


def replace_file(path: Path, content: bytes, *, expected: bytes) -> None:
    """Write `content` in the place of a file that holds `expected`; mode and owner stay, and a link to it stays a link.

    Raises:
        ConfigError: the file is read-only, was changed meanwhile, or cannot be written; it is as it was.
    """
    real = Path(os.path.realpath(path))
    try:
        if not real.stat().st_mode & _WRITABLE:
            raise ConfigError(f"{path} is read-only; nothing was changed")
        with _written_beside(real, content) as whole:
            state = real.stat()
            with contextlib.suppress(PermissionError):  # only root may give files away
                os.chown(whole, state.st_uid, state.st_gid)
            whole.chmod(state.st_mode & 0o7777)
            if real.read_bytes() != expected:
                raise ConfigError(f"{path} was changed by somebody else meanwhile; nothing was written, try again")
            whole.replace(real)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}; nothing was changed") from None


def create_file(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, as a whole.

    Raises:
        ConfigError: it is there by now, or cannot be written.
    """
    try:
        with _written_beside(path, content) as whole:
            whole.chmod(0o644)
            os.link(whole, path)  # unlike a rename, this fails when the file is there
    except FileExistsError:
        raise ConfigError(f"{path} was made by somebody else meanwhile; nothing was written") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}; nothing was changed") from None


@contextlib.contextmanager
def _written_beside(path: Path, content: bytes) -> Iterator[Path]:
    """A file of its own in the same folder, with the content on the disk; gone at the end unless it was renamed."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
