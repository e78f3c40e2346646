"""How log lines look: text for people on a terminal, else one JSON object per line; always on stderr."""

from __future__ import annotations

import logging
import queue
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from monitor.settings import LogFormat

log = structlog.get_logger()

# Libraries that speak of what is none of an admin's business, or (slack_sdk at DEBUG) of what should not be logged.
_QUIET = {
    "apscheduler": logging.ERROR,
    "pymorphy3": logging.WARNING,
    "slack_sdk": logging.WARNING,
    "aiohttp": logging.ERROR,
    # What fails in a task is logged where it fails; that the database is away, by the queues and the store.
    "procrastinate": logging.CRITICAL,
    "psycopg": logging.ERROR,
    "alembic": logging.WARNING,
    "uvicorn": logging.ERROR,
    "watchfiles": logging.WARNING,
}


LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
"""The log levels commands choose from."""


def configure(wanted: LogFormat, *, level: int = logging.INFO) -> None:
    """Send structlog's and the libraries' log through one formatter to stderr."""
    text = wanted is LogFormat.TEXT or (wanted is LogFormat.AUTO and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # structlog shows the values of local variables with a traceback, and tokens and headers are among them.
    tracebacks = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
        if text
        else [tracebacks, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


MOST_WAITING = 5_000
"""Log lines that wait to be written; further ones are left out, and how many is said when there is room again."""

_LAST_LINES = 2.0
"""Seconds that the last lines have to be written in at the end."""


@contextmanager
def aside() -> Iterator[None]:
    """Write log lines on a thread of its own meanwhile, so that nothing waits for the reader of the log."""
    before = logging.root.handlers[:]
    writer = _Writer(before)
    logging.root.handlers[:] = [writer]
    try:
        yield
    finally:
        logging.root.handlers[:] = before
        writer.finish()


class _Writer(logging.Handler):
    """Hands lines to a thread that gives them to `handlers`."""

    def __init__(self, handlers: list[logging.Handler]) -> None:
        super().__init__()
        self._handlers = handlers
        self._lines: queue.Queue[logging.LogRecord | None] = queue.Queue(MOST_WAITING)
        self._left_out = 0
        # A daemon: a process must be able to end while nobody reads its log.
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put a line where it waits; never waits itself."""
        try:
            self._lines.put_nowait(record)
        except queue.Full:
            self._left_out += 1

    def finish(self) -> None:
        """Give the lines that wait a little time to be written."""
        end = time.monotonic() + _LAST_LINES
        while not self._lines.empty() and time.monotonic() < end:
            self._thread.join(0.01)
        try:
            self._lines.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(max(0.0, end - time.monotonic()))

    def _write(self) -> None:
        while (record := self._lines.get()) is not None:
            for handler in self._handlers:
                handler.handle(record)
            if self._left_out and self._lines.qsize() < MOST_WAITING // 2:
                left_out, self._left_out = self._left_out, 0
                log.warning(
                    "log lines were left out, because they were not read fast enough",
                    action="log_lines_left_out",
                    count=left_out,
                )
