"""Results for people and for scripts: the tables and JSON the commands print."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.collect.text import plain_text
from monitor.match import explain, forms
from monitor.match.engine import Document
from monitor.match.rule import ANY_LANGUAGE
from monitor.model import Action, DeliveryState, Feed, FeedState, ItemHistory, Parsed, VitalSigns, in_words
from monitor.pipeline import PollReport
from monitor.ratings import rating_line

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
        {"id": one.id, "status": one.status, **{name: getattr(one, name) for name in _COUNTS}, "error": one.error}
        for one in reports
    ]
    totals = {
        "feeds": len(reports),
        "failed": sum(one.status == "failed" for one in reports),
        **{name: sum(getattr(one, name) for one in reports) for name in _COUNTS},
        "delivered": delivered,
    }
    return {"feeds": feeds, "totals": totals}


def poll_table(reports: Sequence[PollReport], *, delivered: int) -> Table:
    """What a pass over the feeds came to."""
    table = Table("feed", "status", *_COUNTS, "error", title=f"{len(reports)} feeds polled, {delivered} messages sent")
    for one in reports:
        numbers = [str(getattr(one, name) or "") for name in _COUNTS]
        table.add_row(one.id, one.status.replace("_", " "), *numbers, Text(one.error or ""))
    return table


def feed_table(feeds: Iterable[Feed], states: Mapping[str, FeedState], now: datetime) -> Table:
    """How each feed does."""
    table = Table("feed", "kind", "language", "last success", "next poll", "trouble", title="feeds")
    for feed in feeds:
        state = states.get(feed.id) or FeedState(feed_id=feed.id)
        trouble = f"{state.failures} times in a row: {state.reason}" if state.failures else ""
        table.add_row(
            Text(feed.id if feed.enabled else f"{feed.id} (off)"),
            str(feed.kind),
            feed.language or "",
            f"{in_words(now - state.succeeded_at)} ago" if state.succeeded_at else "never",
            _until(state.next_poll_at, now),
            Text(trouble, style="red"),
        )
    return table


def verdict_table(reports: Sequence[PollReport]) -> Table:
    """What became of each new item of a pass over the feeds."""
    table = Table("feed", "item", "verdict", "why", title="what became of each item")
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


def _until(moment: datetime | None, now: datetime) -> str:
    if moment is None or moment <= now:
        return "now"
    return f"in {in_words(moment - now)}"


def document_table(feed: Feed, parsed: Parsed) -> Table:
    """What a feed says: its newest entries as they came."""
    table = Table("published", "title", "link", title=f"{feed.url}: {len(parsed.entries)} entries, {parsed.title}")
    for entry in parsed.entries[:20]:
        table.add_row(Text(entry.published or entry.updated), Text(plain_text(entry.title)), Text(entry.link))
    return table


# -- health ------------------------------------------------------------------------------------------------------

LONGEST_SILENCE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(minutes=10)
ALL_FEEDS_FAILING = timedelta(hours=1)


def troubles(signs: VitalSigns, now: datetime) -> list[str]:
    """What is wrong with the chain, in words for an admin; empty when it works."""
    found = []
    if signs.beat_at is None:
        found.append("the service has never run on this database")
    elif now - signs.beat_at > LONGEST_SILENCE:
        found.append(f"no sign of life from the service for {in_words(now - signs.beat_at)}")
    if signs.oldest_due_at and now - signs.oldest_due_at > LONGEST_WAIT:
        found.append(f"an alert has been waiting to be delivered for {in_words(now - signs.oldest_due_at)}")
    found += [f"channel {channel}: {problem}" for channel, problem in sorted(signs.channel_problems.items())]
    working = signs.succeeded_at and now - signs.succeeded_at <= ALL_FEEDS_FAILING
    if signs.feeds_total and signs.feeds_failing == signs.feeds_total and signs.succeeded_at and not working:
        found.append(f"every feed has been failing for {in_words(now - signs.succeeded_at)}")
    return found


def healthy(signs: VitalSigns, now: datetime) -> str:
    """A line on a service that works."""
    waiting = sum(signs.outbox.get(state, 0) for state in (DeliveryState.PENDING, DeliveryState.UNKNOWN))
    held = sum(signs.outbox.get(state, 0) for state in (DeliveryState.HELD, DeliveryState.REJECTED)) + signs.stuck
    beat = in_words(now - signs.beat_at) if signs.beat_at else "never"
    line = f"healthy: last sign of life {beat} ago, {signs.feeds_failing} of {signs.feeds_total} feeds failing, "
    return f"{line}{waiting} alerts waiting" + (f", {held} held or rejected" if held else "")


# -- explain -----------------------------------------------------------------------------------------------------


class ExplainFormat(StrEnum):
    """How `explain` prints what it has to say."""

    TEXT = "text"
    JSON = "json"


def explained(explanation: explain.Explanation, wanted: ExplainFormat, history: ItemHistory | None = None) -> str:
    """How rules fared on a document; for a stored item after every stage it went through."""
    if wanted is ExplainFormat.JSON:
        about = {"item": history.item_id, "history": history_text(history).splitlines()} if history else {}
        return json.dumps(about | explain.as_dict(explanation), ensure_ascii=False, indent=2)
    if history is None:
        return explain.as_text(explanation)
    latest = history.revisions[-1]
    words = "" if latest.summary or latest.body else ", from its headline alone"
    return f"{history_text(history)}\n\nby the rules of now{words}:\n{explain.as_text(explanation)}"


def term_explained(term: str, language: str, wanted: ExplainFormat) -> str:
    """What a term of a language's list hits; of `any_language` unless one is given.

    Raises:
        UsageError: there is no such language, or no rule file could have this term in its list.
    """
    told = forms.explain_term(term, language or ANY_LANGUAGE)
    if wanted is ExplainFormat.JSON:
        return json.dumps(forms.as_dict(told), ensure_ascii=False, indent=2)
    return forms.as_text(told)


def document_of(history: ItemHistory) -> Document:
    """The newest revision of a stored item, as it is matched."""
    latest = history.revisions[-1]
    return Document(
        latest.title,
        latest.summary,
        latest.body,
        feed_id=history.feed_id,
        kind=history.kind,
        language=history.language or "",
    )


def not_stored(asked: str, *, is_url: bool) -> str:
    """That no stored item is meant, and what to do."""
    lines = [f"no stored item has the {'address' if is_url else 'id'} {asked}"]
    if is_url:
        lines.append("either no feed of feeds.yaml has shown it, or under another address (a redirect, another host)")
        lines.append("what a feed shows now: feeds test FEED; when each was polled last: feeds list")
    else:
        lines.append("an item is found by its address too: explain --url ADDRESS")
    lines.append('what the rules say of its words: explain --text "its headline"')
    return "\n".join(lines)


def history_text(history: ItemHistory) -> str:
    """Every stage an item went through, as lines."""
    lines = [
        f"item {history.item_id} from {history.feed_id} ({history.source}, {history.kind})",
        f"  {history.title}",
        f"  {history.url or 'no link'}",
        f"  published {_moment(history.published)}, first seen {_moment(history.first_seen_at)}",
    ]
    for revision in history.revisions:
        lines.append(f"revision {revision.revision}, seen {_moment(revision.seen_at)}: {revision.reason}")
        if revision.title != history.title:
            lines.append(f"  headline then: {revision.title}")
        for match in revision.matches:
            words = ", ".join(dict.fromkeys(f'"{piece.text}"' for piece in match.evidence))
            lines.append(f'  matched {match.rule}@{match.rule_hash} by "{match.way}", {match.severity}: {words}')
            if opinion := explain.opinion_words(match):
                lines.append(f"    {opinion}")
        if revision.verdict:
            verdict = revision.verdict
            lines.append(f"  verdict {verdict.action} ({verdict.reason}): {verdict.detail}")
    lines += [f"{rating_line(rating)}, {_moment(rating.at)}" for rating in history.ratings]
    if history.story:
        others = [member for member in history.story.members if member.item_id != history.item_id]
        lines.append(f"story {history.story.story_id}: {history.story_reason or 'its first report'}")
        lines += [f"  with {member.item_id} ({member.family}): {member.title}" for member in others[:10]]
    for delivery in history.deliveries:
        lines.append(f"{delivery.kind} {delivery.delivery_id} to {delivery.route}: {delivery.state}")
        for attempt in delivery.attempts:
            what = "look-up" if attempt.look_up else "attempt"
            lines.append(
                f"  {what} {attempt.attempt} at {_moment(attempt.started_at)}: {attempt.reason or 'no end known'}"
            )
    return "\n".join(lines)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "at an unknown time"
