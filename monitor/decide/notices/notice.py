"""Notices to the ops route about the service itself: one when something begins, one when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import (
    BREAKS_OFF,
    FEED_LIMIT,
    MOMENT,
    NOTICE_HOLDS_FOR,
    Delivery,
    Feed,
    FeedState,
    NoticeMessage,
    Route,
    Severity,
    in_words,
)
from monitor.model.ids import delivery_id_of, notice_key

FAILURES_BEFORE_NOTICE = 3
"""A feed that fails this often in a row is worth a notice."""

LONG_PAUSE = timedelta(hours=6)
"""A feed that is not tried again for so long is worth a notice at its first failure: its server may ask for days."""


def feed_trouble(feed: Feed, state: FeedState, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that a feed keeps failing, when it is due and was not given."""
    if state.failure_told or state.failing_since is None:
        return ()
    pause = state.next_poll_at - now if state.next_poll_at else timedelta(0)
    if state.failures < FAILURES_BEFORE_NOTICE and pause < max(LONG_PAUSE, 2 * feed.interval):
        return ()
    title = f"Feed {feed.id} is failing"
    text = (
        f"{feed.name} ({feed.id}) has failed {_times(state.failures)} since "
        f"{state.failing_since:%Y-%m-%d %H:%M} UTC: {state.reason}. "
        f"Next attempt at {state.next_poll_at:{'%Y-%m-%d ' if pause >= timedelta(hours=12) else ''}%H:%M} UTC; "
        "retries continue."
    )
    return to_ops(f"feed-failing:{feed.id}:{state.failing_since.isoformat()}", title, text, ops, now=now)


def _times(failures: int) -> str:
    return "once" if failures == 1 else f"{failures} times in a row"


def feed_recovery(feed: Feed, before: FeedState, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that a feed works again, if there was one that it fails; `before` is its state while it failed."""
    if not before.failure_told or before.failing_since is None:
        return ()
    text = f"{feed.name} ({feed.id}) works again after {in_words(now - before.failing_since)}."
    key = f"feed-recovered:{feed.id}:{before.failing_since.isoformat()}"
    return to_ops(key, f"Feed {feed.id} works again", text, ops, now=now)


def feed_flood(feed_id: str, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that a feed brings more matches than are posted one by one; one a day."""
    text = (
        f"In one hour the feed {feed_id} brought more than {FEED_LIMIT} reports for the desk. Its "
        "further ones share a digest, or are shown on their story's card alone; what does not fit there is kept: "
        "`stories list` shows it. If the feed is not what you take it for, take it out of feeds.yaml; if a rule "
        "matches all it brings, narrow that rule, or name its feeds."
    )
    title = f"Feed {feed_id} brings very many matches"
    return to_ops(f"feed-flood:{feed_id}:{now:%Y-%m-%d}", title, text, ops, now=now)


def feed_oddities(
    feed: Feed, before: FeedState, after: FeedState, ops: Route | None, *, now: datetime
) -> tuple[Delivery, ...]:
    """Notices about what is odd in a feed's document, when it begins; each once, however often it comes back."""
    found: tuple[Delivery, ...] = ()
    if after.doubt == BREAKS_OFF != before.doubt:
        text = (
            f"The document of {feed.name} ({feed.id}) breaks off before its end. The entries before that are "
            "read; those behind it are missing. If that goes on, ask its publisher whether the server sends all of "
            "it: the length that it says (Content-Length) may be too short."
        )
        found += to_ops(f"feed-breaks-off:{feed.id}", f"Feed {feed.id} breaks off", text, ops, now=now)
    elif after.doubt and after.doubt != before.doubt:
        text = (
            f"The document of {feed.name} ({feed.id}): {after.doubt}. If its headlines look right, there is nothing to "
            "do; else ask its publisher."
        )
        key = f"feed-charset:{feed.id}:{after.doubt}"
        found += to_ops(key, f"The character set of feed {feed.id} is doubtful", text, ops, now=now)
    if after.left_out and not before.left_out:
        text = (
            f"The document of {feed.name} ({feed.id}) has more entries than are read: the {after.left_out} oldest are "
            "left out. If it shows its archive, there is nothing to do; else ask its publisher for a shorter feed."
        )
        title = f"Entries of feed {feed.id} are left out"
        found += to_ops(f"feed-left-out:{feed.id}", title, text, ops, now=now)
    return found


@dataclass(frozen=True, slots=True)
class FileNotice:
    """What there is to tell about one file: lines for a person, and a key that no other news of it has."""

    name: str
    lines: tuple[str, ...]
    key: str


def files_wrong(news: Sequence[FileNotice], ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that files have mistakes."""
    title = "Mistake in {}" if len(news) == 1 else "Mistakes in {}"
    return _file_notice("files-wrong", title, news, ops, now=now)


def files_mended(news: Sequence[FileNotice], ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that mistakes that ops knows of are fixed."""
    title = "{} is fixed" if len(news) == 1 else "{} are fixed"
    return _file_notice("files-mended", title, news, ops, now=now)


def _file_notice(
    kind: str, title: str, news: Sequence[FileNotice], ops: Route | None, *, now: datetime
) -> tuple[Delivery, ...]:
    if not news:
        return ()
    what = news[0].name if len(news) == 1 else f"{len(news)} files"
    # One cause may be told of many files, as where their folder went away.
    text = "\n".join(dict.fromkeys(line for one in news for line in one.lines))
    key = f"{kind}:{delivery_id_of(repr(sorted((one.name, one.key) for one in news)))}"
    return to_ops(key, title.format(what), text, ops, now=now)


def as_posted(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery as it is to be posted now: a notice that had to wait may say that what it tells of is past."""
    message = delivery.message
    if not isinstance(message, NoticeMessage) or not message.late_text or now - delivery.created_at <= NOTICE_HOLDS_FOR:
        return delivery
    text = message.late_text.replace(MOMENT, f"{now:%Y-%m-%d %H:%M:%S} UTC")
    return replace(delivery, message=NoticeMessage(title=message.late_title, text=text))


def notice(key: str, title: str, text: str, ops: Route, *, now: datetime) -> Delivery:
    """A message for the ops route; `key` says what it is about, and the same key is sent once only."""
    message = NoticeMessage(title=title, text=text)
    return Delivery.new(notice_key(key), ops, message, severity=Severity.MEDIUM, now=now)


def to_ops(key: str, title: str, text: str, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """As `notice`; nothing where there is no ops route."""
    return () if ops is None else (notice(key, title, text, ops, now=now),)
