"""An executor of one thread that can be given up: what hangs in it fails, and what waits behind it goes on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, InvalidStateError
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_Work = tuple[Future[Any], Callable[[], Any]]


class OneThread(Executor):
    """Runs one call after the other. Its thread is a daemon: the process never waits for it to end.

    `began` and `ended` are called when a call is handed in and when it is out of hand; `ended` is given whether it was
    carried out.
    """

    def __init__(
        self,
        name: str,
        *,
        began: Callable[[], None] = lambda: None,
        ended: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._name = name
        self._began = began
        self._ended = ended
        self._waiting: SimpleQueue[_Work | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._running: Future[Any] | None = None
        self._thread: threading.Thread | None = None
        self._given_up: list[threading.Thread] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a call carried out after those handed in before."""
        future: Future[T] = Future()
        self._began()
        future.add_done_callback(lambda done: self._ended(not done.cancelled()))
        self._waiting.put((future, partial(fn, *args, **kwargs)))
        with self._lock:
            if self._thread is None:
                self._start()
        return future

    def give_up(self, reason: str) -> int:
        """Let the call that runs fail with a TimeoutError, and go on with the next in a new thread.

        Returns:
            How many threads that were given up are still at it.
        """
        with self._lock:
            hung, thread = self._running, self._thread
            if hung is not None and thread is not None:
                self._given_up.append(thread)
                self._running = None
                self._start()
            self._given_up = [one for one in self._given_up if one.is_alive()]
            count = len(self._given_up)
        if hung is not None:
            with contextlib.suppress(InvalidStateError):
                hung.set_exception(TimeoutError(reason))
        return count

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 - Executor's
        """Take nothing more; what runs is left to itself."""
        self._waiting.put(None)

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        me = threading.current_thread()
        while (taken := self._waiting.get()) is not None:
            future, call = taken
            if not future.set_running_or_notify_cancel():
                continue
            with self._lock:
                self._running = future
            try:
                result, error = call(), None
            except BaseException as raised:  # noqa: BLE001 - it belongs to whoever waits for the result
                result, error = None, raised
            with self._lock:
                given_up = self._thread is not me
                if not given_up:
                    self._running = None
            with contextlib.suppress(InvalidStateError):
                future.set_result(result) if error is None else future.set_exception(error)
            if given_up:
                return
