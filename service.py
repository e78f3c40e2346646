"""Wirewatch on the command line, and the one place where the monitor and the storage meet.

Results go to stdout, the log to stderr. Exit status: 0 done, 1 found problems, 2 wrong usage or configuration.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python gets a message, not a traceback
    sys.exit("error: Wirewatch needs Python 3.11 or newer")

_UNTIL_SIGTERM = {"run", "worker", "console"}


def end_until_started(arguments: Sequence[str]) -> None:
    """Let SIGTERM end what runs until SIGTERM with 0 from its first lines on, until it has a handler of its own.

    Nothing is open by then. Without any handler the first process of a container does not even get the signal.
    """
    if _UNTIL_SIGTERM.intersection(arguments[:1]):
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


if __name__ == "__main__":
    end_until_started(sys.argv[1:])

if __name__ == "__main__" and sys.argv[1:] in (["health", "--quick"], ["health", "--alive"]):
    # Each half minute in a container: what follows would take most of a second of a processor.
    from monitor.health.quick import alive, ask

    if said := ask() if "--quick" in sys.argv else alive():
        print(said)
        sys.exit(0)

# Nothing that is loaded now is garbage: looking for some among it takes a fifth of the time, and a quarter of what a
# command takes that loads more later.
gc.disable()
try:
    import typer
    from rich.console import Console
    from typer.completion import completion_init  # type: ignore[attr-defined]

    from monitor.commands import (
        backtest,
        check,
        console,
        db,
        demo,
        explain,
        feeds,
        health,
        learn,
        look,
        matches,
        poll,
        rate,
        replay,
        routes,
        rules,
        serve,
        setup,
        stories,
    )
    from monitor.commands.shell import Shell, print_any_letter
    from monitor.errors import ConfigError, StoreError, WirewatchError
except ModuleNotFoundError as missing:
    if str(missing.name).partition(".")[0] in ("monitor", "storage"):
        raise
    print(
        f"error: this Python ({sys.executable}) lacks {missing.name}, which Wirewatch needs.\n"
        "Install what it needs with `make demo ARGS=--once`, which also shows a demo; then run\n"
        ".venv/bin/python service.py, or `make run`.",
        file=sys.stderr,
    )
    sys.exit(2)

gc.freeze()
gc.enable()

# Loading the database's library takes long, and half of the commands do without.
if TYPE_CHECKING:
    from storage.store import Store

err = Console(stderr=True)

_OUTPUT_ENDS = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What ends the writing of output: nobody reads it any more, or its disk is full."""

app = typer.Typer(
    cls=look.Commands,
    context_settings={"help_option_names": look.HELP_NAMES},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run the command line; mistakes of users and admins end with a message and exit status 2."""
    if "_WIREWATCH_COMPLETE" in os.environ:
        completion_init()  # a shell asks what may come next
    print_any_letter(sys.stdout, sys.stderr)
    try:
        try:
            command_line()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except ConfigError as error:
        for problem in error.problems:
            err.print(str(problem), markup=False, highlight=False, soft_wrap=True)
        err.print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except WirewatchError as error:
        err.print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except OSError as error:
        if error.errno not in _OUTPUT_ENDS:
            raise
        # What is left of the output goes nowhere: else Python would try again to write it, and end with a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:  # whoever reads it, as `head` does, has enough
            sys.exit(1)
        err.print(f"error: the output cannot be written: {error.strerror}", highlight=False, soft_wrap=True)
        sys.exit(2)


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def _store(
    url: str,
    *,
    begin: bool = False,
    upgrade: bool = True,
    throwaway: bool = False,
    closed: bool = False,
    busy_timeout: float = 30,
) -> AsyncIterator[Store]:
    from storage.store import Store

    store = Store.open(url, throwaway=throwaway, busy_timeout=busy_timeout)
    try:
        if not begin and not closed and (path := store.missing()):
            raise StoreError(f"the service has never run: there is no database {path} yet (DATABASE_URL says where)")
        if upgrade:
            await store.upgrade(begin=begin)
        elif not closed:
            await store.require_known()
        yield store
    finally:
        await store.close()


shell = Shell(open_store=_store, clock=_now, out=Console(soft_wrap=False), err=err)
# In the order that `--help` lists them.
serve.add_commands(app, shell)
poll.add_command(app, shell)
console.add_command(app, shell)
health.add_command(app, shell)
demo.add_command(app, shell)
check.add_commands(app, shell)
replay.add_command(app, shell)
explain.add_command(app, shell)
matches.add_command(app, shell)
backtest.add_command(app, shell)
rate.add_command(app, shell)
learn.add_command(app, shell)
rules.add_commands(app, shell)
stories.add_commands(app, shell)
feeds.add_commands(app, shell)
routes.add_command(app, shell)
db.add_commands(app, shell)
setup.add_commands(app, shell)
command_line = look.command_line(app)

if __name__ == "__main__":
    # A process that reads documents or texts would begin with this file, and load all commands.
    del globals()["__file__"]
    main()
