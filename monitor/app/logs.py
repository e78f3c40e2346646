"""How log lines look: text for people on a terminal, else one JSON object per line; always on stderr."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from monitor.settings import LogFormat

# Libraries that speak of what is none of an admin's business, or (slack_sdk at DEBUG) of what should not be logged.
_QUIET = {
    "apscheduler": logging.ERROR,
    "pymorphy3": logging.WARNING,
    "slack_sdk": logging.WARNING,
    "aiohttp": logging.ERROR,
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
