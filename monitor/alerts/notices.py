"""What the ops route is told about the service itself: once when it begins, once when it is over."""

from __future__ import annotations

from datetime import datetime

from monitor.alerts.keys import delivery_id_of
from monitor.errors import Problem
from monitor.model import Delivery, Feed, FeedState, NoticeMessage, Route, Severity, in_words

FAILURES_BEFORE_NOTICE = 3
"""A feed that fails this often in a row is worth a notice."""

_PROBLEMS_SHOWN = 10


def feed_trouble(feed: Feed, state: FeedState, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that a feed keeps failing, when it is due and was not given."""
    if ops is None or state.failure_told or state.failures < FAILURES_BEFORE_NOTICE or state.failing_since is None:
        return ()
    title = f"Feed {feed.id} is failing"
    text = (
        f"{feed.name} ({feed.id}) has failed {state.failures} times in a row since "
        f"{state.failing_since:%Y-%m-%d %H:%M} UTC: {state.reason}. It is tried again at "
        f"{state.next_poll_at:%H:%M} UTC and goes on being tried."
    )
    return (notice(f"feed-failing:{feed.id}:{state.failing_since.isoformat()}", title, text, ops, now=now),)


def feed_recovery(feed: Feed, before: FeedState, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that a feed whose failure was told works again; `before` is its state while it failed."""
    if ops is None or not before.failure_told or before.failing_since is None:
        return ()
    text = f"{feed.name} ({feed.id}) works again after {in_words(now - before.failing_since)}."
    key = f"feed-recovered:{feed.id}:{before.failing_since.isoformat()}"
    return (notice(key, f"Feed {feed.id} works again", text, ops, now=now),)


def file_problems(problems: tuple[Problem, ...], ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that files have mistakes; the same mistakes are told once a day."""
    if ops is None or not problems:
        return ()
    lines = [str(problem) for problem in problems[:_PROBLEMS_SHOWN]]
    if len(problems) > _PROBLEMS_SHOWN:
        lines.append(f"and {len(problems) - _PROBLEMS_SHOWN} more; `service.py check` lists all")
    text = "What is valid is live; what is not is left out until it is mended.\n" + "\n".join(lines)
    key = f"file-problems:{now:%Y-%m-%d}:{delivery_id_of(text)}"
    return (notice(key, "Mistakes in configuration files", text, ops, now=now),)


def notice(key: str, title: str, text: str, ops: Route, *, now: datetime) -> Delivery:
    """A message for the ops route; `key` says what it is about, and the same key is sent once only."""
    full_key = f"notice:{key}"
    return Delivery(
        delivery_id=delivery_id_of(full_key),
        key=full_key,
        route=ops.name,
        channel=ops.channel,
        severity=Severity.MEDIUM,
        message=NoticeMessage(title=title, text=text),
        created_at=now,
        not_before=now,
    )
