"""Outages of a database: when one begins and ends, logged once for all who ask, and remembered until ops was told."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog
from sqlalchemy import URL

from monitor.errors import StoreError, StoreUnavailable
from monitor.model.vitals import PastOutage
from storage.refusals import StoreFailing, StoreRefused, shown

log = structlog.get_logger()

Use = Literal["read", "write"]

_AGAIN = 60.0
"""Seconds until an outage that goes on is logged once more."""

_FAILING_FOR = 40.0
"""Seconds without a refusal until a full disk or a damaged file counts as mended: small writes, and what lies elsewhere
in the file, work in between and say nothing. With what it takes to tell, ops must know within a minute."""

_REMEMBERED = 20


class Outage:
    """Knows that a database that worked does so no more, and when it is over.

    It is over when reading and writing work again, as far as either failed: a full disk can be read. Those who ask the
    database try again and again; what they would each log is said here for all, once, then once a minute. Called from
    many threads.
    """

    def __init__(self, url: URL) -> None:
        self._where = shown(url)
        self._lock = threading.Lock()
        self._worked = False
        self._failing: set[Use] = set()
        self._began: float | None = None
        self._logged: float | None = None
        self._failed_at: float | None = None
        self._problem = ""
        self._past: deque[PastOutage] = deque(maxlen=_REMEMBERED)

    @contextmanager
    def watched(self, use: Use = "write") -> Iterator[None]:
        """Around each use of the database; what is raised passes."""
        try:
            yield
        except StoreRefused:
            raise
        except StoreError as error:
            self._failed(error, use)
            raise
        else:
            self._went_well(use)

    def now(self) -> PastOutage | None:
        """The outage that goes on, None while the database works."""
        with self._lock:
            return None if self._began is None else PastOutage(self._problem, time.monotonic() - self._began)

    def take_past(self) -> tuple[PastOutage, ...]:
        """The outages that ended since this was asked last, oldest first."""
        with self._lock:
            past = tuple(self._past)
            self._past.clear()
        return past

    def _failed(self, error: StoreError, use: Use) -> None:
        now = time.monotonic()
        with self._lock:
            if not self._worked:
                return
            self._failing.add(use)
            self._began = now if self._began is None else self._began
            self._problem = str(error)
            if isinstance(error, StoreFailing):
                self._failed_at = now
            # That somebody keeps it locked is logged by whoever waited.
            if not isinstance(error, StoreUnavailable):
                return
            if self._logged is not None and now - self._logged < _AGAIN:
                return
            self._logged = now
            since = now - self._began
        log.error(
            "the database cannot be used; everything that needs it is tried again until it can",
            action="database_unavailable",
            error=str(error),
            seconds=round(since, 1),
        )

    def _went_well(self, use: Use) -> None:
        if self._worked and self._began is None:
            return
        now = time.monotonic()
        with self._lock:
            self._worked = True
            self._failing.discard(use)
            still_failing = self._failed_at is not None and now - self._failed_at < _FAILING_FOR
            if self._began is None or self._failing or still_failing:
                return
            seconds = now - self._began
            logged = self._logged is not None
            self._past.append(PastOutage(self._problem, seconds))
            self._began = self._logged = self._failed_at = None
        if logged:
            log.info("the database is back", action="database_back", seconds=round(seconds, 1), database=self._where)
