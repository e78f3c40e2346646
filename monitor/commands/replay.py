"""The command `replay`: recorded items through the whole chain, on a virtual clock and a throw-away store."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from monitor.commands.shell import Shell, look_for_garbage_seldom

if TYPE_CHECKING:
    from monitor.match.engine import Engine
    from monitor.workbench.replay import ReplayStore

_LARGE = 1 << 17
"""The bytes of a file from which on matching it in a process of its own is worth the start."""


def add_command(app: typer.Typer, shell: Shell[ReplayStore]) -> None:
    """Give the command line the command `replay`."""

    @app.command()
    def replay(
        rules: Annotated[
            Path | None, typer.Option("--rules", help="Folder or file of rules; default: WIREWATCH_RULES.")
        ] = None,
    ) -> None:
        """Run recorded items (JSON lines, in time order) through the whole chain, on a virtual clock."""
        from monitor.config import configuration
        from monitor.meaning.encoder import at_once

        look_for_garbage_seldom()
        settings = shell.start(log_level="warning")
        engine = configuration.read_engine(rules or settings.wirewatch_rules, at_once(settings.wirewatch_meaning))
        asyncio.run(_replay(engine, shell))


async def _replay(engine: Engine, shell: Shell[ReplayStore]) -> None:
    from monitor.workbench.prefetch import Prefetch
    from monitor.workbench.replay import Replay, items_together

    size = _size_of_input()
    with (
        Prefetch(engine, apart=size is not None and size >= _LARGE) as prefetch,
        tempfile.TemporaryDirectory(prefix="wirewatch-replay-") as folder,
        os.fdopen(sys.stdin.fileno(), "rb", closefd=False) as lines,
        _progress(shell.err) as progress,
    ):
        task, done = progress.add_task("replaying", total=size, items=0), 0
        async with shell.open_store(f"sqlite:///{folder}/replay.db", begin=True, throwaway=True) as store:
            chain = Replay(engine.rules, store)
            async for timed, prepared in prefetch.prepared(map(chain.timed, items_together(lines))):
                for result in await chain.take(timed, prepared):
                    print(json.dumps(result, ensure_ascii=False))
                sys.stdout.flush()
                done += len(timed)
                progress.update(task, items=done, completed=lines.tell() if size else None)


def _progress(err: Console) -> Progress:
    """Shown on a terminal, unless the results go there too."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[items]:,} items"))
    return Progress(
        *columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal or sys.stdout.isatty()
    )


def _size_of_input() -> int | None:
    """How long a file on stdin is, in bytes; None for a pipe."""
    about = os.fstat(sys.stdin.fileno())
    return about.st_size if stat.S_ISREG(about.st_mode) else None
