"""The commands `feeds list|test|import|export`: how each feed does, trying one, OPML both ways."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from monitor.commands.shell import Shell
from monitor.errors import ConfigError
from monitor.model import ConfigFile, FeedState
from monitor.model.stores import FeedsStore, FilesStore

if TYPE_CHECKING:
    from monitor.collect.opml import Imported


class FeedStore(FeedsStore, FilesStore, Protocol):
    """What listing feeds needs of the store."""


def add_commands(app: typer.Typer, shell: Shell[FeedStore]) -> None:
    """Give the command line the commands `feeds …`."""
    feeds = typer.Typer(help="List the feeds, try one, import and export OPML.", no_args_is_help=True)
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
        address: Annotated[str, typer.Argument(help="A feed, a web page to find its feeds, or an id in feeds.yaml.")],
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    ) -> None:
        """Show what a feed would bring: its items, the rules that match them, and its line for feeds.yaml."""
        from monitor.commands import trial

        trial.run(shell, address, as_json=as_json)

    @feeds.command(name="import")
    def import_opml(
        file: Annotated[Path, typer.Argument(help="An OPML file.", exists=True, dir_okay=False)],
        merge: Annotated[bool, typer.Option("--merge", help="Add the feeds to feeds.yaml.")] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what --merge would change.")] = False,
    ) -> None:
        """Print the feeds of an OPML file as feeds.yaml, or with --merge add them to it."""
        from monitor.collect import opml

        with file.open("rb") as stream:
            imported = opml.import_opml(stream.read(opml.MOST_BYTES + 1))
        if merge or dry_run:
            _merge(shell, imported, dry_run=dry_run)
            return
        for address in imported.left_out:
            shell.err.print(f"left out, because it is not an http or https address: {address[:200]}", markup=False)
        print(opml.as_yaml(imported.feeds), end="")
        if shell.out.is_terminal:
            shell.err.print("nothing was written; --merge adds them to feeds.yaml", markup=False)

    @feeds.command(name="export")
    def export_opml() -> None:
        """Print the feeds of feeds.yaml as OPML."""
        from monitor.collect import opml
        from monitor.collect.feeds import read_feeds

        print(opml.export_opml(read_feeds(shell.start(log_level="warning").wirewatch_feeds).feeds), end="")


def _merge(shell: Shell[FeedStore], imported: Imported, *, dry_run: bool) -> None:
    """Add feeds to feeds.yaml, or show the difference, and say of each what became of it.

    Raises:
        ConfigError: feeds.yaml cannot be read, has mistakes, or cannot be written; it is as it was.
    """
    from monitor.collect.feedlist import merged
    from monitor.files.replace import replace_file
    from monitor.wording.counts import counted
    from monitor.wording.safe import safe

    path = shell.start(log_level="warning").wirewatch_feeds
    try:
        content = path.read_bytes()
    except OSError as error:
        hint = (
            f"`feeds import FILE > {path}` makes one" if isinstance(error, FileNotFoundError) else "nothing was changed"
        )
        raise ConfigError(f"{path} cannot be read: {error.strerror}; {hint}") from None
    result = merged(path, content, imported.feeds)
    lines = [
        *(f"{'would add' if dry_run else 'added'} {feed.id}: {feed.url}" for feed in result.added),
        *(f"skipped {feed.url}: {path.name} has it as {feed_id}" for feed, feed_id in result.passed),
        *(f"skipped {url}: it is in the OPML file more than once" for url in imported.repeated),
        *(f"skipped {safe(url)[:200]}: it is not an http or https address" for url in imported.left_out),
    ]
    if dry_run:
        print("".join(_difference(content, result.content, path)), end="")
    elif result.added:
        replace_file(path, result.content, expected=content)
    skipped = len(lines) - len(result.added)
    lines.append(
        f"{counted(len(result.added), 'feed', none='no')} {'would be added' if dry_run else 'added'} to {path}, "
        f"{skipped:,} skipped"
    )
    print("\n".join(lines), file=sys.stderr if dry_run else sys.stdout)


def _difference(before: bytes, after: bytes, path: Path) -> Iterator[str]:
    old, new = (content.decode("utf-8").splitlines(keepends=True) for content in (before, after))
    for line in difflib.unified_diff(old, new, str(path), f"{path} (merged)"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


async def _feeds_known(store: FeedStore) -> tuple[Sequence[FeedState], Sequence[ConfigFile]]:
    return await store.feed_states(), await store.config_files()
