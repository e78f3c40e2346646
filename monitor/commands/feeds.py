"""The commands `feeds list|test|import|export`: how each feed does, trying one, OPML both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Protocol

import typer

from monitor.commands.shell import Shell
from monitor.model import Failed, Feed, FeedState


class FeedStore(Protocol):
    """What listing feeds needs of the store."""

    async def feed_states(self) -> Sequence[FeedState]:
        """What is known of every feed that was ever polled."""


def add_commands(app: typer.Typer, shell: Shell[FeedStore]) -> None:
    """Give the command line the commands `feeds …`."""
    feeds = typer.Typer(help="The feeds: their health, trying one, OPML both ways.", no_args_is_help=True)
    app.add_typer(feeds, name="feeds")

    @feeds.command(name="list")
    def list_feeds() -> None:
        """How each feed does."""
        from monitor.collect.feeds import read_feeds
        from monitor.commands.tables import feed_table

        options = shell.start(log_level="warning")
        states = shell.ask(options, lambda store: store.feed_states())
        known = {state.feed_id: state for state in states}
        shell.out.print(feed_table(read_feeds(options.wirewatch_feeds).feeds, known, shell.clock()))

    @feeds.command(name="test")
    def try_one(
        url: Annotated[str, typer.Argument(help="The address of a feed, or the id of one in feeds.yaml.")],
    ) -> None:
        """Fetch and parse one feed, and show what it says."""
        from monitor.app.app import try_feed
        from monitor.collect.feeds import read_feeds
        from monitor.commands.tables import document_table

        options = shell.start(log_level="warning")
        known = {feed.id: feed for feed in read_feeds(options.wirewatch_feeds).feeds}
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
