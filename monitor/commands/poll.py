"""The command `poll`: one pass over the feeds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Protocol

import structlog
import typer
from rich.progress import Progress

from monitor.commands.shell import Shell
from monitor.model import Feed
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.app.app import AppStore
    from monitor.app.jobs import JobStore
    from monitor.config.configuration import Configuration
    from monitor.config.reload import ConfigStore
    from monitor.pipeline.report import PollReport

    class PollingStore(AppStore, JobStore, ConfigStore, Protocol):
        """A store to poll with."""


log = structlog.get_logger()


def add_command(app: typer.Typer, shell: Shell[PollingStore]) -> None:
    """Give the command line the command `poll`."""

    @app.command()
    def poll(
        feed: Annotated[list[str] | None, typer.Option("--feed", help="Poll only this feed (repeatable).")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    ) -> None:
        """Poll the feeds once, whatever their schedule, and deliver what is due.

        Exit 1 when a poll could not be written. A feed that failed is only named in the table.
        """
        from monitor.commands import tables
        from monitor.config import configuration

        options = shell.start()
        config = _live(options, shell)
        configuration.require_usable(config)
        wanted = _chosen(config.feeds, feed)
        reports, delivered = asyncio.run(_poll(options, config, wanted, shell))
        if as_json:
            print(json.dumps(tables.poll_as_dict(reports, delivered=delivered), ensure_ascii=False))
        else:
            shell.out.print(tables.poll_table(reports, delivered=delivered))
        if not all(report.written for report in reports):
            raise typer.Exit(1)


def _live(options: Settings, shell: Shell[PollingStore]) -> Configuration:
    """What a service would work by: the files or, where one has a mistake, its last good version, which is said."""
    from monitor.config.lastgood import choose_live
    from monitor.files.snapshot import Files

    remembered = {file.name: file for file in shell.ask(options, lambda store: store.config_files(), begin=True)}
    live = choose_live(options, Files(), remembered)
    for problem in live.problems:
        log.warning("configuration problem", action="config_problem", problem=str(problem))
    for name in sorted(live.taken_back):
        since = remembered[name].good_since
        log.warning(
            "the last good version is live",
            action="last_good_live",
            file=name,
            good_since=since and since.isoformat(),
        )
    return live.configuration


async def _poll(
    options: Settings, config: Configuration, feeds: Sequence[Feed], shell: Shell[PollingStore]
) -> tuple[list[PollReport], int]:
    from monitor.app import jobs
    from monitor.app.app import open_app
    from monitor.pipeline.poll import poll_all

    with Progress(console=shell.err, transient=True, disable=not shell.err.is_terminal) as progress:
        task = progress.add_task("polling", total=len(feeds))
        async with (
            shell.open_store(options.database_url, begin=True) as store,
            # What alerts look like must not mix with the result on stdout.
            open_app(options, config, store, clock=shell.clock, cards=shell.err) as app,
        ):
            reports = await poll_all(
                app.poller,
                feeds,
                concurrency=options.wirewatch_concurrency,
                on_polled=lambda: progress.advance(task),
            )
            await jobs.tell_of_stories(app, store, shell.clock())
            await jobs.end_mutes(store, shell.clock())
            return reports, await app.outbox.drain()


def _chosen(feeds: Sequence[Feed], ids: Sequence[str] | None) -> Sequence[Feed]:
    known = {feed.id: feed for feed in feeds}
    if unknown := [feed_id for feed_id in ids or () if feed_id not in known]:
        raise typer.BadParameter(f"feeds.yaml has no enabled feed {', '.join(unknown)}")
    return [known[feed_id] for feed_id in dict.fromkeys(ids)] if ids else feeds
