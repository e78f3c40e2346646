"""Whether an entry is a known article, an edit of one, or a new one: a judgement, because no key can be trusted.

Measured on real feeds: guids change for the same article, links are reused for thousands of stories, headlines are
edited up to ten times, and dates are rewritten on each edit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from monitor.collect.items import title_key
from monitor.collect.links import canonical_link
from monitor.model import Identity, Item, Judgement, KnownItem

_ALIKE = 55.0
"""Titles at least this alike (token set ratio, 0 to 100) can be two headlines of one article."""

_SAME_TITLE_WINDOW = timedelta(hours=48)
_SAME_MOMENT = timedelta(minutes=10)
_TITLE_WORDS = 5


def identify(item: Item, known: Iterable[KnownItem], *, now: datetime) -> Identity:
    """The article an item is, by the strongest agreement with a known one; a new article when there is none."""
    related = sorted(
        (other for other in known if _related(item, other)), key=lambda other: other.first_seen_at, reverse=True
    )
    for other in related:
        if reason := _same_article(item, other, now):
            return _judged(item, other, reason)
    reason = f"like {related[0].item_id} in one key only" if related else "never seen"
    return Identity(_item_id(item), Judgement.NEW, 1, reason)


def _related(item: Item, other: KnownItem) -> bool:
    return (
        (bool(item.guid) and item.guid == other.guid)
        or (bool(item.link) and item.link == other.link)
        or (bool(item.title_key) and item.title_key == title_key(other.title))
    )


def _same_article(item: Item, other: KnownItem, now: datetime) -> str | None:
    """Why these two are one article; None when they are not."""
    same_feed = item.feed_id == other.feed_id
    guid = bool(item.guid) and item.guid == other.guid and same_feed
    link = bool(item.link) and item.link == other.link
    title = bool(item.title_key) and item.title_key == title_key(other.title)
    alike = title or fuzz.token_set_ratio(item.title.casefold(), other.title.casefold()) >= _ALIKE
    if guid and link and (alike or _own_key(item) or _published_together(item, other)):
        return "same guid and link"
    if guid and alike:
        return "same guid, and a headline alike"
    if link and alike:
        return "same link, and a headline alike" + ("" if same_feed else f", in feed {other.feed_id}")
    if link and same_feed and _revised_guid(item.guid, other.guid):
        return "same link, and a guid with another revision mark"
    if title and item.family == other.family and _telling(item) and now - other.first_seen_at <= _SAME_TITLE_WINDOW:
        return "same headline from the same publisher within 48 h"
    return None


def _own_key(item: Item) -> bool:
    """Whether the guid is more than the link again: a link that is reused for story after story proves nothing."""
    return canonical_link(item.guid) != item.link


def _published_together(item: Item, other: KnownItem) -> bool:
    if item.published is None or other.published is None:
        return False
    return abs(item.published - other.published) <= _SAME_MOMENT


def _revised_guid(one: str, other: str) -> bool:
    """Whether two guids differ only after `#`, as BBC's do on each edit: …c5y49xp2wrno#0 and …#1."""
    return "#" in one and one.partition("#")[0] == other.partition("#")[0]


def _telling(item: Item) -> bool:
    """Whether a headline says enough to stand for its article: "Live updates" does not."""
    return len(item.title_key.split()) >= _TITLE_WORDS


def _judged(item: Item, other: KnownItem, reason: str) -> Identity:
    if item.content_hash == other.content_hash:
        return Identity(other.item_id, Judgement.SEEN, other.revision, reason)
    return Identity(other.item_id, Judgement.REVISION, other.revision + 1, f"{reason}; the text changed")


def _item_id(item: Item) -> str:
    words = f"{item.feed_id}\n{item.guid}\n{item.link}\n{item.title}\n{item.seen_at.isoformat()}"
    return "i" + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]
