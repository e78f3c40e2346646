"""Ends the process when a part of it is dead, or when it was asked to end and does not.

A thread of its own does that, for what hangs may be the event loop. What is under way is taken up at the next start, as
after any kill.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import structlog

from monitor.health.signs import WorkSigns, dead

log = structlog.get_logger()

STOP_LIMIT = 9.0
"""Seconds that a process has to end once it was asked to."""

FROZEN_LIMIT = 90.0
"""Seconds of computing after which a process ends in which no thread gets its turn, this one neither."""

_GLANCE = 0.5
_LONGEST_STEP = 1.0
"""However long the watchdog itself did not run, no more than this has passed: everything else did not run either."""

_LAST_WORDS = 6.0


class Watchdog:
    """`start` it once. `end` ends the process with a status; `tell` is what else to do with its last words."""

    def __init__(
        self,
        signs: WorkSigns,
        *,
        end: Callable[[int], object] = os._exit,
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._signs = signs
        self._end = end
        self._tell = tell
        self._asked: tuple[float, int] | None = None

    def start(self) -> None:
        """Watch from now on, until the process has ended."""
        with contextlib.suppress(AttributeError, ValueError, OSError):  # no such timer, or no stderr
            faulthandler.register(signal.SIGPROF, all_threads=True, chain=True)
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stopping(self, status: int = 0) -> None:
        """Note that the process was asked to end, and with what status; it is ended when it takes too long."""
        if self._asked is None:
            self._asked = self._signs.awake, status

    def look(self, passed: float) -> None:
        """Let so many seconds pass, and end the process if it is time to."""
        self._signs.advance(passed)
        if self._asked is not None:
            asked_at, status = self._asked
            if self._signs.awake - asked_at > STOP_LIMIT:
                self._end_it(status, hangs="")
            return
        for sign in dead(self._signs.read())[:1]:
            self._end_it(1, hangs=f"{sign.part} has done nothing for {sign.stuck or 0:.0f} s though it should")

    def _watch(self) -> None:
        last = time.monotonic()
        while True:
            with contextlib.suppress(AttributeError, OSError):
                # Counts the time of computing: a process that is stopped, or waits, is not frozen.
                signal.setitimer(signal.ITIMER_PROF, FROZEN_LIMIT)
            time.sleep(_GLANCE)
            now = time.monotonic()
            passed, last = min(now - last, _LONGEST_STEP), now
            self.look(max(0.0, passed))

    def _end_it(self, status: int, *, hangs: str) -> None:
        """Say why, as far as anybody listens, and end the process."""
        words = threading.Thread(target=self._say, args=(hangs,), name="last words", daemon=True)
        words.start()
        words.join(_LAST_WORDS)  # a log that nobody reads must not keep the process
        self._end(status)

    def _say(self, hangs: str) -> None:
        if hangs:
            log.error(
                "a part of the service is dead; the service ends, to be started again", action="part_dead", part=hangs
            )
        else:
            log.error("the service did not stop in time and is ended; nothing is lost", action="stop_forced")
        with contextlib.suppress(Exception):
            faulthandler.dump_traceback(sys.stderr, all_threads=True)
        with contextlib.suppress(Exception):
            if hangs:
                self._tell(hangs)
