"""Processes that work beside the service, in pools of pebble's: how one begins, leaves signals alone, and ends."""

from __future__ import annotations

import contextlib
import signal
from typing import Generic, TypeVar

from pebble import ProcessPool

T = TypeVar("T")


class Kept(Generic[T]):
    """What a process made when it began, kept for each piece of work that it is given."""

    def __init__(self) -> None:
        self._made: tuple[T, ...] = ()

    def put(self, made: T) -> None:
        """Keep it, in place of what was kept before."""
        self._made = (made,)

    def get(self) -> T:
        """What was put last.

        Raises:
            LookupError: nothing was.
        """
        if not self._made:
            raise LookupError("this process was given work before it began")
        return self._made[0]


def leave_signals() -> None:
    """In a new process: let the service alone decide when it ends. Ctrl-C and SIGTERM reach the whole process group."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def begin(pool: ProcessPool) -> bool:
    """Start the processes of a pool unless they are, and tell whether it can be used.

    It waits until the process that others come from has loaded what they share, and the event loop must not.
    """
    return bool(pool.active)


def stop(pool: ProcessPool) -> None:
    """End what a pool has in hand, and let it take nothing more. Never raises."""
    with contextlib.suppress(Exception):
        pool.stop()  # type: ignore[no-untyped-call]  # pebble ships no signature for it


def end(pool: ProcessPool) -> None:
    """Stop a pool and wait for its end, which takes a moment, or for ever where it hangs. Never raises.

    One that another thread is starting must have started first: it would run on afterwards.
    """
    with contextlib.suppress(Exception):
        begin(pool)
    stop(pool)
    with contextlib.suppress(Exception):
        pool.join()
