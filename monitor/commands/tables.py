"""Results for people and for scripts: the tables and JSON the commands print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Column, Table
from rich.text import Text

from monitor.collect.course import health_of
from monitor.collect.explained import in_short, odd_in_words
from monitor.model import Action, Feed, FeedState, PollStatus, StorySummary, in_words
from monitor.wording.counts import counted

if TYPE_CHECKING:
    from monitor.pipeline.report import PollReport

_COUNTS = ("entries", "new", "matched", "alerts")
_STYLES = {
    Action.ALERT: "bold red",
    Action.UPDATE: "bold yellow",
    Action.FOLLOW_UP: "yellow",
    Action.DUPLICATE: "cyan",
    Action.SUPPRESSED: "magenta",
    Action.NONE: "dim",
}


def poll_as_dict(reports: Sequence[PollReport], *, delivered: int) -> dict[str, Any]:
    """The object `poll --json` prints."""
    feeds = [
        {
            "id": one.id,
            "status": one.status,
            **{name: getattr(one, name) for name in _COUNTS},
            "left_out": one.left_out,
            "error": one.error,
        }
        for one in reports
    ]
    totals = {
        "feeds": len(reports),
        "failed": sum(one.status is PollStatus.FAILED for one in reports),
        **{name: sum(getattr(one, name) for one in reports) for name in _COUNTS},
        "delivered": delivered,
    }
    return {"feeds": feeds, "totals": totals}


def poll_table(reports: Sequence[PollReport], *, delivered: int) -> Table:
    """What a pass over the feeds came to."""
    title = f"{counted(len(reports), 'feed')} polled, {counted(delivered, 'message')} sent"
    table = Table(whole("feed", [one.id for one in reports]), "status", *_COUNTS, "error", title=title)
    for one in reports:
        numbers = [str(getattr(one, name) or "") for name in _COUNTS]
        table.add_row(one.id, one.status.replace("_", " "), *numbers, Text(one.error or ""))
    return table


def whole(name: str, cells: Iterable[str]) -> Column:
    """A column of ids, which are never cut or broken however narrow the terminal: people copy them."""
    return Column(name, no_wrap=True, min_width=max(map(len, (name, *cells))))


STORY_COLUMNS = ("story", "severity", "first seen", "last seen", "items", "outlets", "headline")


def story_table(stories: Sequence[StorySummary]) -> Table:
    """Stories in the order given, a line each."""
    first, *others = STORY_COLUMNS
    table = Table(whole(first, [one.story_id for one in stories]), *others, title="stories")
    for one in stories:
        *cells, headline = story_cells(one)
        table.add_row(*cells, Text(headline))
    return table


def story_cells(story: StorySummary) -> list[str]:
    """A story in a line: id, severity, first and last seen (UTC), items, outlets, headline."""
    times = [f"{moment:%Y-%m-%d %H:%M}" for moment in (story.first_seen_at, story.last_seen_at)]
    severity = str(story.severity) if story.severity is not None else ""
    return [story.story_id, severity, *times, str(story.items), str(story.families), story.headline]


def feed_table(feeds: Sequence[Feed], states: Mapping[str, FeedState], now: datetime) -> Table:
    """The health of each feed."""
    names = [feed.id if feed.enabled else f"{feed.id} (off)" for feed in feeds]
    table = Table(
        whole("feed", names), "health", "kind", "language", "last success", "next poll", "trouble", title="feeds"
    )
    for feed, name in zip(feeds, names, strict=True):
        state = states.get(feed.id) or FeedState(feed_id=feed.id)
        trouble = Text("\n").join(_troubles(state, now))
        table.add_row(
            Text(name),
            str(health_of(state, now)) if state.polled_at else "",
            str(feed.kind),
            feed.language or "",
            f"{in_words(now - state.succeeded_at)} ago" if state.succeeded_at else "never",
            _next_poll(state, now),
            trouble,
        )
    return table


def _troubles(state: FeedState, now: datetime) -> Iterator[Text]:
    """What is wrong with a feed now, and what is odd in how it is read."""
    if state.failures:
        times = "once" if state.failures == 1 else f"{counted(state.failures, 'time')} in a row"
        yield Text(f"failed {times}: {state.reason}", style="red")
    for words in odd_in_words(state, now=now):
        yield Text(words, style="yellow")


def verdict_table(reports: Sequence[PollReport]) -> Table:
    """The verdict on each new item of a pass over the feeds."""
    table = Table(whole("feed", [one.id for one in reports]), "item", "verdict", "why", title="verdict on each item")
    for report in reports:
        for one in report.observations:
            if one.verdict is None:
                table.add_row(report.id, Text(one.item.title), "seen before", Text(one.identity.reason))
                continue
            rules = ", ".join(f"{match.rule} ({match.way})" for match in one.matches)
            why = f"{one.verdict.detail}; {rules}" if rules else one.verdict.detail
            action = one.verdict.action
            table.add_row(report.id, Text(one.item.title), Text(str(action), style=_STYLES[action]), Text(why))
    return table


def _next_poll(state: FeedState, now: datetime) -> Text:
    """When a feed is polled next, and why then."""
    why = in_short(state)
    return Text(_until(state.next_poll_at, now)) + (Text(f"\n{why}", style="dim") if why else Text())


def _until(moment: datetime | None, now: datetime) -> str:
    if moment is None or moment <= now:
        return "now"
    return f"in {in_words(moment - now)}"
