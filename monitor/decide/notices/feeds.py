"""Notices to ops about feeds that answer: that they moved, froze, are empty, or showed more than was seen.

There is one when it begins and one when it is over. docs/decisions/0028.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from monitor.decide.notices.notice import notice, to_ops
from monitor.model import Delivery, Feed, FeedKind, FeedState, Route, in_words
from monitor.wording.safe import safe

FROZEN, EMPTY = "frozen", "empty"


def feed_moved(feed: Feed, before: str, after: str, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that a feed's address redirects for good, once for each new address.

    `before` and `after` are where it led at the last poll and leads now, as they are shown; empty for nowhere. So an
    address is the same whatever key a redirect puts behind it.
    """
    if not after or after == before:
        return ()
    text = (
        f"The address of {feed.name} ({feed.id}) in feeds.yaml redirects for good, to {safe(after)}. "
        "Wirewatch follows it, and still asks the address in feeds.yaml first. If the new address is the publisher's, "
        "write it into feeds.yaml."
    )
    return to_ops(f"feed-moved:{feed.id}:{after}", f"Feed {feed.id} has moved", text, ops, now=now)


def forged_push(feed_id: str, subscription: str, ops: Route | None, *, now: datetime) -> tuple[Delivery, ...]:
    """The notice that somebody pushed to a feed without the signature agreed on, once for each `subscription`."""
    text = (
        f"Something was pushed for the feed {feed_id} that was not signed as agreed with its hub. It was dropped, and "
        "so is all that follows of the kind; the feed is polled. Somebody who is not the hub may know the address that "
        "pushes go to. To get another one, take the feed out of feeds.yaml, wait a minute, and put it in again."
    )
    key = f"push-forged:{feed_id}:{sha256(subscription.encode()).hexdigest()[:16]}"
    return to_ops(key, f"A forged push for feed {feed_id}", text, ops, now=now)


def feed_still(
    feed: Feed, after: FeedState, ops: Route | None, *, frozen: bool, empty: bool, now: datetime
) -> tuple[tuple[Delivery, ...], tuple[str, ...]]:
    """The notices that a feed has had nothing new for too long, has no entry, or has again; and what ops then knows."""
    if ops is None:
        return (), after.course.told
    deliveries, known = [], dict.fromkeys(after.course.told)
    for what, holds, title, text in _still(feed, after, frozen, empty, now):
        if holds == (what in known):
            continue
        if holds:
            known[what] = None
        else:
            known.pop(what)
        key = f"feed-{what}:{feed.id}:{'' if holds else 'over:'}{now.isoformat()}"
        deliveries.append(notice(key, title, text, ops, now=now))
    return tuple(deliveries), tuple(known)


def _still(
    feed: Feed, after: FeedState, frozen: bool, empty: bool, now: datetime
) -> Iterator[tuple[str, bool, str, str]]:
    course = after.course
    newest = max((one for one in (course.newest_at, course.new_at) if one is not None), default=None)
    if frozen:
        age = f"Its newest entry is {in_words(now - newest)} old" if newest else "It has no entry with a date"
        text = (
            f"{feed.name} ({feed.id}) answers, and has shown nothing new for much longer than it ever pauses. {age}. "
            "Look at its page: if that has news, the feed is broken or has moved."
        )
        yield FROZEN, True, f"Feed {feed.id} is frozen", text
    else:
        yield FROZEN, False, f"Feed {feed.id} has news again", f"{feed.name} ({feed.id}) shows new entries again."
    if empty and course.empty_since is not None:
        text = (
            f"{feed.name} ({feed.id}) is a valid feed without a single entry since "
            f"{course.empty_since:%Y-%m-%d %H:%M} UTC. Look at its page: if that has news, ask its publisher."
        )
        yield EMPTY, True, f"Feed {feed.id} is empty", text
    else:
        yield EMPTY, False, f"Feed {feed.id} has entries again", f"{feed.name} ({feed.id}) has entries again."


def feed_missed(
    feed_id: str, kind: FeedKind, state: FeedState, ops: Route | None, *, now: datetime
) -> tuple[Delivery, ...]:
    """The notice that a wire may have shown articles that no poll saw; one a day."""
    course = state.course
    if kind is not FeedKind.WIRE or course.missed_until != now or course.missed_after is None:
        return ()
    text = (
        f"All {course.shown} entries that {feed_id} shows are new since its last poll, so about {course.missed} "
        f"more may have come and gone between {course.missed_after:%Y-%m-%d %H:%M} and {now:%H:%M} UTC. It is "
        "polled more often for now. If this comes again, give it a shorter interval in feeds.yaml."
    )
    title = f"Feed {feed_id} may have shown articles that no poll saw"
    return to_ops(f"feed-missed:{feed_id}:{now:%Y-%m-%d}", title, text, ops, now=now)
