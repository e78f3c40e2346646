"""Is the service beside us well, or at least alive?

It is asked itself, so that a check every half minute costs next to nothing.

A container runs the check for as long as it lives. Whoever asks must find the service of this folder, database and
files and no other, so the address is made of these, before anything is read or loaded; nothing is imported here but
Python's own. What does not answer that it is well is looked at in full by the command `health`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_SAY_WHICH = ("DATABASE_URL", "DATABASE_URL_FILE", "WIREWATCH_FEEDS", "WIREWATCH_ROUTES", "WIREWATCH_RULES")
_LOGIN = re.compile(r"(?<=//).*@|[?].*")
_SECONDS = 2.0
_MOST = 1_000
_WELL = 200
_CREDENTIALS = struct.Struct("3i")


def name_of(folder: Path, environment: Mapping[str, str]) -> str:
    """The address of a service in the abstract namespace of Linux: one that works in a folder, with these settings.

    No secret is in it, because anybody on the machine can read it.
    """
    settings = sorted(
        f"{name.upper()}={_LOGIN.sub('', value)}" for name, value in environment.items() if name.upper() in _SAY_WHICH
    )
    said = "\0".join([str(folder.resolve()), str(os.getuid()), *_container(), *settings])
    return f"\0wirewatch-{hashlib.sha256(said.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}"


def _container() -> Iterator[str]:
    """What tells a container from others that share its network: the processes and folders that it sees."""
    for kind in ("pid", "mnt"):
        with contextlib.suppress(OSError):
            yield str(Path(f"/proc/self/ns/{kind}").readlink())


@contextmanager
def served(answer: Callable[[], tuple[int, str]], name: str | None = None) -> Iterator[None]:
    """Let `answer` (a status as of HTTP, and a text for everybody) be asked meanwhile; on a thread of its own.

    Where it cannot be, as outside of Linux or where another process of the same folder is asked already, it is not.
    """
    with contextlib.ExitStack() as stack:
        try:
            listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            listener.bind(name or name_of(Path.cwd(), os.environ))
            listener.listen(8)
        except (OSError, AttributeError):
            yield
            return
        threading.Thread(target=_serve, args=(listener, answer), name="quick health", daemon=True).start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread, which ends


def _serve(listener: socket.socket, answer: Callable[[], tuple[int, str]]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with contextlib.suppress(OSError), connection:
            connection.settimeout(_SECONDS)
            status, text = answer()
            connection.sendall(f"{status} {text}".encode())


def ask(name: str | None = None) -> str | None:
    """What the service of this folder says if it is well; None when it is not, or nobody answers in time."""
    said = _answer(name)
    return said[1] if said and said[0] == _WELL else None


def alive(name: str | None = None) -> str | None:
    """That the service of this folder lives, and which parts are in trouble; None when nobody answers in time."""
    said = _answer(name)
    if said is None:
        return None
    status, text = said
    _, *parts = text.splitlines()
    return "alive" if status == _WELL else f"alive, in trouble: {', '.join(parts)}"


def _answer(name: str | None) -> tuple[int, str] | None:
    """The status, as of HTTP, and the text that the service answers with; None when nobody does in time."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_SECONDS)
            connection.connect(name or name_of(Path.cwd(), os.environ))
            if not _is_ours(connection):
                return None
            said = b""
            while len(said) < _MOST and (more := connection.recv(_MOST)):
                said += more
    except (OSError, AttributeError):
        return None
    status, _, text = said.decode(errors="replace").partition(" ")
    return (int(status), text.strip()) if status.isdecimal() else None


def _is_ours(connection: socket.socket) -> bool:
    """Whether who answers is of our own user: anybody on the machine may take any address that is free."""
    _, user, _ = _CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return bool(user == os.getuid())
