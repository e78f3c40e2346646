"""A file that people edit, replaced as a whole: a reader sees the old text or the new one, never a part."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from monitor.errors import ConfigError

_WRITABLE = 0o222


def replace_file(path: Path, content: bytes, *, expected: bytes) -> None:
    """Write `content` in the place of a file that holds `expected`; mode and owner stay, and a link to it stays a link.

    Raises:
        ConfigError: the file is read-only, was changed meanwhile, or cannot be written; it is as it was.
    """
    real = Path(os.path.realpath(path))
    partial = ""
    try:
        if not real.stat().st_mode & _WRITABLE:
            raise ConfigError(f"{path} is read-only; nothing was changed")
        handle, partial = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        state = real.stat()
        with contextlib.suppress(PermissionError):  # only root may give files away
            os.chown(partial, state.st_uid, state.st_gid)
        Path(partial).chmod(state.st_mode & 0o7777)
        if real.read_bytes() != expected:
            raise ConfigError(f"{path} was changed by somebody else meanwhile; nothing was written, try again")
        Path(partial).replace(real)
        partial = ""
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}; nothing was changed") from None
    finally:
        if partial:
            Path(partial).unlink(missing_ok=True)


def create_file(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, as a whole.

    Raises:
        ConfigError: it is there by now, or cannot be written.
    """
    partial = ""
    try:
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(partial).chmod(0o644)
        os.link(partial, path)  # unlike a rename, this fails when the file is there
    except FileExistsError:
        raise ConfigError(f"{path} was made by somebody else meanwhile; nothing was written") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}; nothing was changed") from None
    finally:
        if partial:
            Path(partial).unlink(missing_ok=True)
