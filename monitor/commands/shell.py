"""What every command is given: how the settings are read, how the store is opened, what time it is, where it prints."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import gc
import getpass
import io
import signal
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Generic, Protocol, TypeVar

import structlog
import typer
from rich.console import Console

from monitor import settings
from monitor.app import logs
from monitor.model import duration
from monitor.settings import Settings

log = structlog.get_logger()

_OBJECTS = 50_000
"""So many more objects than before make it worth while to look for garbage among the youngest."""

S_co = TypeVar("S_co", covariant=True)
_T = TypeVar("_T")


class Format(StrEnum):
    """How commands print what they found."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print it.")]


class OpenStore(Protocol[S_co]):
    """How a command opens the store."""

    def __call__(
        self,
        url: str,
        *,
        begin: bool = False,
        upgrade: bool = True,
        throwaway: bool = False,
        closed: bool = False,
        busy_timeout: float = 30,
    ) -> AbstractAsyncContextManager[S_co]:
        """The store at this SQLAlchemy URL, with the newest schema unless `upgrade` is false.

        Only with `begin` a database is made where there is none: who lists, copies or rates what is stored, and
        mistyped DATABASE_URL, reads so. One that stays `closed` need not be there. `busy_timeout` is how many seconds a
        lock is waited for. A `throwaway` store does not outlive a power cut and never waits for the disk.
        """


@dataclass(frozen=True, slots=True)
class Shell(Generic[S_co]):
    """A command's surroundings; each command names what it needs of the store as a Protocol.

    Results go to `out` (stdout), progress and what people are told besides to `err` (stderr). `clock` gives UTC.
    """

    open_store: OpenStore[S_co]
    clock: Callable[[], datetime]
    out: Console
    err: Console

    def start(self, *, log_level: str = "info") -> Settings:
        """Read the settings and set the log up.

        Raises:
            SettingsError: a setting cannot be used.
        """
        options = settings.load()
        logs.configure(options.wirewatch_log, level=logs.LEVELS[log_level])
        for sentence in settings.unknown():
            log.warning("Wirewatch has no such setting", action="setting_unknown", problem=sentence)
        return options

    def ask(
        self,
        options: Settings,
        question: Callable[[S_co], Awaitable[_T]],
        *,
        begin: bool = False,
        upgrade: bool = True,
        busy_timeout: float = 30,
    ) -> _T:
        """What the store answers: opened, asked, closed.

        Raises:
            StoreError: the database cannot be used.
        """

        async def asked() -> _T:
            opened = self.open_store(options.database_url, begin=begin, upgrade=upgrade, busy_timeout=busy_timeout)
            async with opened as store:
                return await question(store)

        return asyncio.run(asked())


def print_any_letter(*streams: object) -> None:
    """See to it that no letter ends a command with a traceback where the locale has no such letter.

    It is written as in JSON, by its number, so that what programs read stays what it is.
    """
    codecs.register_error("as_in_json", _as_in_json)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="as_in_json")


def _as_in_json(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    halves = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(halves[::2], halves[1::2], strict=True)), error.end


def length_of(written: str) -> timedelta:
    """A duration as somebody typed it.

    Raises:
        typer.BadParameter: it is none, or longer than 100 years.
    """
    try:
        return duration(written)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def user_name() -> str:
    """The user of this machine, for whoever says or does something and gives no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # in a container a user may have no name; which is raised has changed
        return "command line"


def look_for_garbage_seldom() -> None:
    """Look for garbage once in a while: what some commands load and learn stays until their end.

    To look for some in it again and again took a tenth of their time.
    """
    gc.set_threshold(_OBJECTS, 20, 100)


def stopped_by_signals(asked: Callable[[], object] = lambda: None) -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set; to be called inside a running event loop.

    `asked` is called too, also while the event loop hangs, as soon as Python gets its turn.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask(*_: object) -> None:
        asked()
        with contextlib.suppress(RuntimeError):  # it is closed: what was asked for is done
            loop.call_soon_threadsafe(stop.set)

    # SIGTERM is not left to the loop, which gives a signal's default action back when it is closed: a second SIGTERM
    # at that moment would end the process with -15. The descriptor that SIGINT gives the loop wakes it for each signal.
    loop.add_signal_handler(signal.SIGINT, stop.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop


def on_hangup(do: Callable[[], object]) -> None:
    """Call `do` at each SIGHUP, unless whoever started us wants none (nohup); inside a running event loop."""
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, do)
