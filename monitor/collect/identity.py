"""Whether an entry is a known article, an edit of one, or a new one: a judgement, because no key can be trusted.

Measured on real feeds: guids change for the same article, links are reused for thousands of stories, headlines are
edited up to ten times, and dates are rewritten on each edit. So two signs must agree (`monitor.collect.agreement`).
docs/decisions/0006 has what follows from that.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from monitor.collect.agreement import agreement, goes_on, why_new
from monitor.collect.signs import NEXT_EDITION, Articles, beginning, signs_of
from monitor.collect.trust import KeyTrust, proves
from monitor.model import Identity, Item, Judgement, KnownItem
from monitor.model.ids import item_id_of


def identify(item: Item, known: Articles[KnownItem], *, trust: KeyTrust | None = None, now: datetime) -> Identity:
    """The article an item is, by the strongest agreement with a known one; a new article when there is none.

    `trust` is what the item's feed has shown of its keys.
    """
    trust = trust or KeyTrust()
    related = sorted(
        ((other, signs_of(item, other)) for _, other in known.related(item)),
        key=lambda one: one[0].last_seen_at,
        reverse=True,
    )
    found = [
        (agreed, other) for other, signs in related if (agreed := agreement(item, other, signs, trust, now)) is not None
    ]
    if found:
        agreed, other = min(found, key=lambda one: one[0].by)
        return _judged(item, other, agreed.reason)
    reason = why_new(*related[0], trust) if related else "new article"
    return Identity(_item_id(item, {other.item_id for other, _ in related}), Judgement.NEW, 1, reason)


def same_address(item: Item, known: Articles[KnownItem], trust: KeyTrust, *, besides: str = "") -> tuple[str, ...]:
    """The other articles of an item's feed that stand under its address, the newest first.

    None where the feed's links are places, as what its links have carried shows, and none for a site's front page. An
    address that an edition of the day before stood under has been used again, and so has that of a page which goes on
    with other news.
    """
    if not proves(trust.keys.link) or not urlsplit(item.link).path.strip("/"):
        return ()
    found = [
        other
        for item_id, other in known.related(item)
        if item_id != besides
        and other.link == item.link
        and other.feed_id == item.feed_id
        and other.item_id not in trust.moved
        and abs((item.published or item.seen_at) - (other.published or other.last_seen_at)) < NEXT_EDITION
        and not goes_on(item, other, signs_of(item, other))
    ]
    return tuple(other.item_id for other in sorted(found, key=lambda one: one.last_seen_at, reverse=True))


def _judged(item: Item, other: KnownItem, reason: str) -> Identity:
    if item.content_hash == other.content_hash:
        return Identity(other.item_id, Judgement.SEEN, other.revision, reason)
    if _is_earlier(item, other):
        return Identity(other.item_id, Judgement.SEEN, other.revision, f"{reason}, in words that it had before")
    return Identity(other.item_id, Judgement.REVISION, other.revision + 1, f"{reason}; the text changed")


def _is_earlier(item: Item, other: KnownItem) -> bool:
    """Whether an article is shown as it was before an edit, as by a feed of its family that comes later."""
    is_now = (item.title_key, item.text_key) == (other.title_key, other.text_key)
    same_text = item.text_key in other.texts if item.text_key else not (item.summary or other.text_key)
    return not is_now and item.title_key in other.titles and same_text


def known_item(item: Item, identity: Identity, before: KnownItem | None) -> KnownItem:
    """What the entries after this one are held against; `before` is what was known of the same item."""
    return KnownItem(
        item_id=identity.item_id,
        revision=identity.revision,
        feed_id=item.feed_id,
        family=item.family,
        guid=item.guid,
        link=item.link,
        title=item.title,
        title_key=item.title_key,
        text_key=item.text_key,
        content_hash=item.content_hash,
        published=item.published,
        first_seen_at=before.first_seen_at if before else item.seen_at,
        last_seen_at=item.seen_at,
        url=item.url,
        text=beginning(item),
        guids=_with(before.guids if before else (), item.guid),
        links=_with(before.links if before else (), item.link),
        titles=_with(before.titles if before else (), item.title_key),
        texts=_with(before.texts if before else (), item.text_key),
    )


def _with(had: Collection[str], key: str) -> frozenset[str]:
    return frozenset([*had, key] if key else had)


def next_on_page(item: Item, identity: Identity) -> Identity:
    """The identity of an item whose page goes on with another event: an article of its own, and no revision."""
    reason = f"{identity.reason}; but it goes on with another event"
    return Identity(_item_id(item, {identity.item_id}), Judgement.NEW, 1, reason)


def unjudged(item: Item) -> Identity:
    """The identity of an item whose identity could not be judged: its own entry, nothing else."""
    item_id = item_id_of(item.feed_id, item.entry_digest, item.title)
    return Identity(item_id, Judgement.NEW, 1, "identity could not be judged")


def _item_id(item: Item, taken: Collection[str]) -> str:
    """The same for the same entry whenever it is seen: by it a new database knows what an earlier one told (0029)."""
    words = (item.feed_id, item.guid, item.link, item.title, item.entry_digest)
    item_id = item_id_of(*words)
    return item_id_of(*words, item.seen_at.isoformat()) if item_id in taken else item_id
