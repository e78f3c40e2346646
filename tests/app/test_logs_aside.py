"""A log that nobody reads holds nothing up, and what it cost is said once somebody does."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator

import pytest
import structlog

from monitor.app import logs
from monitor.settings import LogFormat


def _read_all(descriptor: int, read: list[bytes]) -> None:
    with os.fdopen(descriptor, "rb") as pipe:
        read.extend(pipe)


@pytest.fixture
def _put_back() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.usefixtures("_put_back")
def test_a_log_that_nobody_reads_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", buffering=1) as pipe:
        monkeypatch.setattr("sys.stderr", pipe)
        logs.configure(LogFormat.JSON)
        log = structlog.get_logger()
        read: list[bytes] = []
        with logs.aside():
            for number in range(logs.MOST_WAITING + 4_000):
                log.info("a line", action="a_line", number=number, filler="x" * 200)
            reader = threading.Thread(target=_read_all, args=(reading, read))
            reader.start()
        for handler in logging.root.handlers:
            handler.flush()
    reader.join(30)
    lines = [json.loads(line) for line in b"".join(read).splitlines()]
    assert lines[0]["number"] == 0
    left_out = [line["count"] for line in lines if line["action"] == "log_lines_left_out"]
    written = sum(line["action"] == "a_line" for line in lines)
    assert left_out
    assert written + sum(left_out) == logs.MOST_WAITING + 4_000
