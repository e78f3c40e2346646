"""The command line inside the process of the tests: all of `service.main` but the start of an interpreter."""

from __future__ import annotations

import contextlib
import gc
import io
import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog

import service

_ONE_AT_A_TIME = threading.Lock()


def run(*arguments: str, environment: Mapping[str, str], folder: Path, stdin: str = "") -> tuple[int, str, str]:
    """Run a command in a folder, with these settings alone: its exit status, stdout and stderr.

    What a command changes for the whole process is put back; commands wait for each other. It must not be one that
    lives until it gets a signal.
    """
    shown, said = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in (shown, said))
    with (
        _ONE_AT_A_TIME,
        tempfile.TemporaryFile("w+", encoding="utf-8") as given,
        _put_back(),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        given.write(stdin)
        given.seek(0)
        sys.argv, sys.stdin = ["service.py", *arguments], given
        os.environ |= environment
        os.chdir(folder)
        status = _status()
    return status, shown.getvalue().decode(), said.getvalue().decode()


def _status() -> int:
    try:
        service.main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


@contextlib.contextmanager
def _put_back() -> Iterator[None]:
    arguments, stdin, folder = sys.argv, sys.stdin, Path.cwd()
    environment = dict(os.environ)
    handlers, level = logging.root.handlers[:], logging.root.level
    asked = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    collected = gc.get_threshold()
    configured, configuration = structlog.is_configured(), structlog.get_config()
    try:
        for name in environment:
            if name.startswith(("DATABASE_", "SLACK_", "WIREWATCH_")):
                del os.environ[name]
        yield
    finally:
        sys.argv, sys.stdin = arguments, stdin
        os.chdir(folder)
        os.environ.clear()
        os.environ |= environment
        if threading.current_thread() is threading.main_thread():
            for number, handler in asked.items():
                signal.signal(number, handler)
        gc.set_threshold(*collected)
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
        structlog.reset_defaults()
        if configured:
            structlog.configure(**configuration)
