"""The commands `feeds list|test|import|export`: how each feed does, trying one, OPML both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Protocol

import typer

from monitor.commands.shell import Shell
from monitor.errors import UsageError
from monitor.model import ConfigFile, Failed, Feed, FeedState


class FeedStore(Protocol):
    """What listing feeds needs of the store."""

    async def feed_states(self) -> Sequence[FeedState]:
        """What is known of every feed that was ever polled."""

    async def config_files(self) -> Sequence[ConfigFile]:
        """What is remembered of the files that people edit."""


def add_commands(app: typer.Typer, shell: Shell[FeedStore]) -> None:
    """Give the command line the commands `feeds …`."""
    feeds = typer.Typer(help="Feeds: list them, try one, import and export OPML.", no_args_is_help=True)
    app.add_typer(feeds, name="feeds")

    @feeds.command(name="list")
    def list_feeds() -> None:
        """Show the health of each feed: its last success, its next poll, and what is wrong with it."""
        from monitor.commands.tables import feed_table
        from monitor.config.inuse import in_use
        from monitor.config.lastgood import FEEDS

        options, now = shell.start(log_level="warning"), shell.clock()
        states, remembered = shell.ask(options, _feeds_known)
        used = in_use(options, remembered, now=now)
        shell.out.print(feed_table(used.feeds, {state.feed_id: state for state in states}, now))
        for line in (line for line in used.broken if line.startswith(FEEDS)):
            print(line)

    @feeds.command(name="test")
    def try_one(
        url: Annotated[str, typer.Argument(help="The address of a feed, or the id of one in feeds.yaml.")],
    ) -> None:
        """Fetch and parse one feed, and show its entries."""
        from monitor.app.app import try_feed
        from monitor.collect.feeds import read_feeds
        from monitor.commands.tables import document_table
        from monitor.files.yaml import closest

        options = shell.start(log_level="warning")
        known = {feed.id: feed for feed in read_feeds(options.wirewatch_feeds).feeds}
        if url not in known and not url.startswith(("http://", "https://")):
            close = closest(url, known)
            hint = f'; did you mean "{close}"?' if close else ""
            raise UsageError(f'no feed has the id "{url}", and it is not an http or https address{hint}')
        feed = known.get(url) or Feed(id="test", name=url, url=url, family="test")
        result = asyncio.run(try_feed(options, feed))
        if isinstance(result, Failed):
            print(f"{feed.url}: failed: {result.failure}: {result.reason}")
            raise typer.Exit(1)
        shell.out.print(document_table(feed, result))

    @feeds.command(name="import")
    def import_opml(file: Annotated[Path, typer.Argument(help="An OPML file.", exists=True, dir_okay=False)]) -> None:
        """Print the feeds of an OPML file as feeds.yaml."""
        from monitor.collect import opml

        imported = opml.import_opml(file.read_bytes())
        for address in imported.left_out:
            shell.err.print(f"left out, for it is no http or https address: {address[:200]}", markup=False)
        print(opml.as_yaml(imported.feeds), end="")

    @feeds.command(name="export")
    def export_opml() -> None:
        """Print the feeds of feeds.yaml as OPML."""
        from monitor.collect import opml
        from monitor.collect.feeds import read_feeds

        print(opml.export_opml(read_feeds(shell.start(log_level="warning").wirewatch_feeds).feeds), end="")


async def _feeds_known(store: FeedStore) -> tuple[Sequence[FeedState], Sequence[ConfigFile]]:
    return await store.feed_states(), await store.config_files()
