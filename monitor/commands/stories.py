"""The commands `stories list|show|merge|split`: what is reported, and correcting how reports were put together."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Protocol, TypeVar

import typer

from monitor.commands.shell import Format, FormatOption, Shell, length_of, user_name
from monitor.errors import UsageError
from monitor.model import Severity, StoryDetails, StorySummary
from monitor.model.stores import StoryEditsStore
from monitor.wording.counts import counted
from monitor.wording.history import edit_line

_T = TypeVar("_T")


class StoriesStore(StoryEditsStore, Protocol):
    """What these commands need of the store."""

    async def stories(self, since: datetime) -> Sequence[StorySummary]:
        """The stories with a report since then, the one with the newest report first."""


StoryArgument = Annotated[str, typer.Argument(metavar="STORY", help="The id of a story, as `stories list` shows it.")]
ByOption = Annotated[str, typer.Option(help="Your name; default: the user of this machine.")]
ReasonOption = Annotated[str, typer.Option(help="The reason, for whoever looks at the story later.")]


def add_commands(app: typer.Typer, shell: Shell[StoriesStore]) -> None:
    """Give the command line the commands `stories …`."""
    stories = typer.Typer(help="List, show, merge and split stories.", no_args_is_help=True)
    app.add_typer(stories, name="stories")

    def asked(question: Callable[[StoriesStore], Awaitable[_T]]) -> _T:
        return shell.ask(shell.start(log_level="warning"), question)

    @stories.command(name="list")
    def list_stories(
        since: Annotated[str, typer.Option(help="Stories with a report within this time, such as 12h or 30d.")] = "7d",
        still_open: Annotated[bool, typer.Option("--open", help="Only stories that further reports can join.")] = False,
        wanted: FormatOption = Format.TEXT,
    ) -> None:
        """List the stories, those with the newest reports first."""
        from monitor.link.join import WINDOW

        now = shell.clock()
        begin = now - length_of(since)
        if still_open:
            begin = max(begin, now - WINDOW)
        found = asked(lambda store: store.stories(begin))
        if wanted is Format.JSON:
            print(json.dumps([_summary_as_dict(one) for one in found], ensure_ascii=False))
            return
        from monitor.commands.tables import STORY_COLUMNS, story_cells, story_table

        if shell.out.is_terminal:
            shell.out.print(story_table(found))
        else:
            print("".join("\t".join(cells) + "\n" for cells in (STORY_COLUMNS, *map(story_cells, found))), end="")

    @stories.command()
    def show(story: StoryArgument, wanted: FormatOption = Format.TEXT) -> None:
        """Show the reports of a story, why each is in it, and which messages were sent."""
        found = asked(lambda store: store.story(story))
        if found is None:
            raise UsageError(f"there is no story {story}; `stories list --since 30d` shows which there are")
        print(
            json.dumps(_details_as_dict(found), ensure_ascii=False)
            if wanted is Format.JSON
            else "\n".join(_lines(found, asked=story))
        )

    @stories.command()
    def merge(
        story: StoryArgument,
        into: Annotated[str, typer.Argument(metavar="INTO", help="The story that gets all its items.")],
        by: ByOption = "",
        reason: ReasonOption = "",
    ) -> None:
        """Move all items of a story into another, permanently; further reports follow, and the card stays."""
        from monitor.link.facts import facts_of

        who, why, at = by.strip() or user_name(), reason.strip(), shell.clock()
        done = asked(lambda store: store.merge_stories(story, into, by=who, reason=why, at=at, facts_of=facts_of))
        print(edit_line(done))

    @stories.command()
    def split(
        story: StoryArgument,
        items: Annotated[
            list[str],
            typer.Argument(metavar="ITEM", help="Ids of items of this story, as `stories show` shows them."),
        ],
        by: ByOption = "",
        reason: ReasonOption = "",
    ) -> None:
        """Move some items of a story into a new one, permanently, and print its id."""
        from monitor.link.facts import facts_of

        who, why, at = by.strip() or user_name(), reason.strip(), shell.clock()
        done = asked(lambda store: store.split_story(story, items, by=who, reason=why, at=at, facts_of=facts_of))
        print(done.other_id)


def _lines(story: StoryDetails, *, asked: str) -> list[str]:
    about = story.summary
    lines = [f"{asked} was merged into {about.story_id}"] if asked != about.story_id else []
    lines += [
        f"story {about.story_id}: {about.headline}",
        f"  {about.severity or 'no severity'}, {counted(about.items, 'item')} of {counted(about.families, 'outlet')}",
        f"  first seen {_moment(about.first_seen_at)}, last seen {_moment(about.last_seen_at)}",
    ]
    for report in story.reports:
        edits = f", {counted(report.revisions, 'revision')}" if report.revisions > 1 else ""
        copied = f" [copy of {report.copy_of}]" if report.copy_of else ""
        lines.append(f"{_moment(report.first_seen_at)} {report.item_id} {report.source}{edits}{copied}")
        lines.append(f"  {report.title}")
        lines.append(f"  {report.reason}" + (f" ({report.score:.2f})" if report.score else ""))
    for card in story.cards:
        unsure = f", unsure of {', '.join(sorted(card.unsure))}" if card.unsure else ""
        gone = ", which somebody deleted in Slack" if card.gone else ""
        lines.append(
            f"card in {card.route}: {', '.join(sorted(card.rules))} ({card.severity}{unsure}): {card.delivery_id}{gone}"
        )
    for sent in story.deliveries:
        when = (
            f"{sent.state} {_moment(sent.sent_at)}"
            if sent.sent_at
            else f"{sent.state}, decided {_moment(sent.created_at)}"
        )
        items = ", ".join(sent.item_ids) or "none of these items"
        lines.append(f"{sent.kind} {sent.delivery_id} to {sent.route}: {when}; about {items}")
    lines += [f"{_moment(edit.at)} {edit_line(edit)}" for edit in story.edits]
    return lines


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _summary_as_dict(summary: StorySummary) -> dict[str, Any]:
    given = _plain(asdict(summary))
    return {"id": given.pop("story_id"), **given}


def _details_as_dict(story: StoryDetails) -> dict[str, Any]:
    rest = {
        name: [_plain(asdict(one)) for one in getattr(story, name)]
        for name in ("reports", "cards", "deliveries", "edits")
    }
    return _summary_as_dict(story.summary) | rest | {"merged": list(story.merged)}


def _plain(value: Any) -> Any:
    """What JSON can hold of a value: severities as words, times as RFC 3339, sets as sorted lists."""
    match value:
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case frozenset():
            return sorted(value)
        case Severity():
            return str(value)
        case datetime():
            return value.isoformat()
        case _:
            return value
