"""Why an entry and a known article are one article: two signs must agree, and what speaks against them outweighs.

What a feed has shown of its keys (`monitor.collect.trust`) decides which signs count. docs/decisions/0006.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from monitor.collect.signs import (
    ANOTHER_DATE,
    NEXT_EDITION,
    Signs,
    beginning,
    dates_apart,
    nothing_alike,
    own_guid,
    telling,
    translation,
)
from monitor.collect.trust import KeyTrust, proves, tells_apart
from monitor.model import Item, KeyUse, KnownItem

_SAME_TITLE_WINDOW = timedelta(hours=48)
"""How long a headline stands for its article beside another guid or link, from when it was last seen."""

_ONLY_TITLE_WINDOW = timedelta(days=7)
"""How long it does where the feed has nothing else to go by."""

_REVISION_MARK = re.compile(r"(.+)#\d{1,3}")


class By(IntEnum):
    """What an entry is known by, the strongest first."""

    GUID_AND_LINK = 0
    GUID = 1
    LINK_AND_TITLE = 2
    TITLE = 3
    LINK = 4
    TEXT = 5


@dataclass(frozen=True, slots=True)
class Agreement:
    """Why an entry is a known article; of several the strongest counts, then the article seen last."""

    by: By
    reason: str


def agreement(item: Item, other: KnownItem, signs: Signs, trust: KeyTrust, now: datetime) -> Agreement | None:
    """Why these two are one article; None when they are not."""
    if goes_on(item, other, signs) and not _told_anew(item, other, trust):
        return None
    if found := _by_keys(item, other, signs, trust, now):
        return found
    if signs.title and item.family == other.family:
        return _by_title(item, other, signs, trust, now)
    return _by_text(item, other, signs, trust)


def _by_keys(item: Item, other: KnownItem, signs: Signs, trust: KeyTrust, now: datetime) -> Agreement | None:
    """Why two entries with a guid or a link in common are one article."""
    guid, link = bool(signs.guid) and proves(trust.keys.guid), _has_link(other, signs, trust)
    text = bool(signs.text) and proves(trust.keys.text)
    elsewhere = "" if signs.same_feed else f", in feed {other.feed_id}"
    if guid and link and signs.place is not False and (signs.alike or text or _same_edition(item, other, trust, now)):
        return Agreement(By.GUID_AND_LINK, "same guid and link")
    if guid and (text or (signs.alike and not _another_edition(item, other, signs, trust))):
        return Agreement(By.GUID, "same guid, and a headline alike" if signs.alike else "same guid and text")
    if link and (signs.alike or text) and not _another_post(item, other, signs, trust):
        said = "same link, and a headline alike" if signs.alike else "same link and text"
        return Agreement(By.LINK_AND_TITLE if signs.title else By.LINK, said + elsewhere)
    if not (guid or link) or not signs.same_feed or _beside(item, other, signs, trust):
        return None
    if link and signs.place is not False:
        if _revised_guid(item.guid, other.guid):
            return Agreement(By.LINK, "same link, and a guid with another revision mark")
        if item.guid and signs.guid is None and signs.date and proves(trust.keys.date):
            return Agreement(By.LINK, "same link, published at the same moment")
    if trust.reworded and signs.date:
        return Agreement(By.LINK, "told in other words, as most of this document, but published at the same moment")
    if _told_anew(item, other, trust):
        return Agreement(By.LINK, "told in another language, as most of this document")
    return None


def _told_anew(item: Item, other: KnownItem, trust: KeyTrust) -> bool:
    """Whether an article is in another language than it was, as most of its document."""
    redated = bool(dates_apart(item, other)) and proves(trust.keys.date)
    return trust.translated and not redated and translation(item, other) is not None


def _has_link(other: KnownItem, signs: Signs, trust: KeyTrust) -> bool:
    """Whether a link in common counts: an article that this document shows elsewhere has left its place."""
    return bool(signs.link) and proves(trust.keys.link) and _stayed(other, signs, trust)


def _stayed(other: KnownItem, signs: Signs, trust: KeyTrust) -> bool:
    return bool(signs.title) or other.item_id not in trust.moved


def _by_text(item: Item, other: KnownItem, signs: Signs, trust: KeyTrust) -> Agreement | None:
    """Why two entries of one text are one article, where neither their keys nor their headlines say so."""
    text = bool(signs.text) and proves(trust.keys.text)
    if not (text and signs.same_feed and _stayed(other, signs, trust)):
        return None
    untrusted = not (_keyed(item, trust) or (signs.title and _two_of_one_document(item, other, signs, trust)))
    if signs.alike and untrusted:
        return Agreement(By.TEXT, f"same text, and a headline alike{_lacking(item, trust)}")
    if signs.date and proves(trust.keys.date) and not _beside(item, other, signs, trust):
        # Where guids and addresses are made of headlines, another headline has others.
        return Agreement(By.TEXT, "same text, published at the same moment")
    return None


def goes_on(item: Item, other: KnownItem, signs: Signs) -> bool:
    """Whether a page tells the next news under a headline alike: its text has nothing of the one before.

    An edit of an article leaves a part of its words, or its date. A headline that does not stand for an article, as
    "Live updates", says nothing against that. Under another one a page is the next day's from a day after it was first
    seen.
    """
    if not (signs.same_feed and signs.alike and signs.text is False) or signs.date:
        return False
    apart = max(dates_apart(item, other) or timedelta(0), item.seen_at - other.first_seen_at)
    return (apart >= NEXT_EDITION or not telling(item)) and nothing_alike(beginning(item), other.text)


def _another_edition(item: Item, other: KnownItem, signs: Signs, trust: KeyTrust) -> bool:
    """Whether a guid is used again, for another article whose headline is alike, or the same.

    One document shows both; or link and text differ too, and they are a day apart. Where the headline is another one,
    any other date tells them apart: nothing but the guid is left of the first article.
    """
    apart = _apart(item, other, trust) if signs.link is False and signs.text is not True else None
    if apart is not None and apart >= NEXT_EDITION:
        return True
    nothing_left = bool(apart) and not signs.title and signs.text is False
    return nothing_left or (not signs.title and _beside(item, other, signs, trust))


def _another_post(item: Item, other: KnownItem, signs: Signs, trust: KeyTrust) -> bool:
    """Whether two entries of one link are two posts of one page: what speaks against weighs as what speaks for.

    Against one article are another place on the page, another guid of its own, and that one document shows both. An
    edit of it keeps its headline, its text or its date; a headline that is only alike proves nothing against any of the
    three. What has text and date in common is one article in another place: some addresses change at each fetch.
    """
    redated = not (signs.date and proves(trust.keys.date))
    retold = not (signs.text and proves(trust.keys.text))
    guids_differ = signs.guid is False and _holds(trust.keys.guid) and not _revised_guid(item.guid, other.guid)
    if guids_differ and _next_day(item, other, trust):
        return True
    if signs.guid is None and _next_day(item, other, trust) and _beside(item, other, signs, trust):
        return True  # the report of each day, at one address and under one headline
    if signs.title and (telling(item) or signs.text):
        return False
    if _beside(item, other, signs, trust) or (signs.place is False and (redated or retold)):
        return True
    return guids_differ and redated and not signs.text and not (signs.title and signs.text is None)


def _beside(item: Item, other: KnownItem, signs: Signs, trust: KeyTrust) -> bool:
    """Whether the document that shows an item shows the other article too."""
    return signs.same_feed and (other.last_seen_at >= item.seen_at or _shown(other, trust))


def _shown(other: KnownItem, trust: KeyTrust) -> bool:
    return trust.beside.shows(other, by_guid=_holds(trust.keys.guid))


def _by_title(item: Item, other: KnownItem, signs: Signs, trust: KeyTrust, now: datetime) -> Agreement | None:
    """Why two entries of one headline are one article, where guid and link say nothing or say otherwise.

    A wire writes the same headline of the next strike on the same town. Where keys say otherwise, it takes the text,
    the moment, or that one comes within minutes of the other.
    """
    unseen_for = now - other.last_seen_at
    same_text = bool(signs.text) and proves(trust.keys.text)
    same_date = bool(signs.date) and proves(trust.keys.date)
    if _keyed(item, trust):
        # As an aggregator shows it at each fetch, with another guid, another link and other outlets' words.
        if telling(item) and same_date:
            return Agreement(By.TITLE, "same headline from the same publisher, published at the same moment")
        if not telling(item) or signs.text is False or _next_day(item, other, trust):
            return None
        recent = unseen_for <= _SAME_TITLE_WINDOW
        # After a longer time, as when a feed moves to another system, the date says that it is of that day.
        apart = dates_apart(item, other)
        of_its_day = recent or (apart is not None and apart < NEXT_EDITION)
        if same_text and of_its_day and not _two_of_one_document(item, other, signs, trust):
            return Agreement(By.TITLE, "same headline and text from the same publisher")
        if recent and _within_minutes(item, other, trust) and not _beside(item, other, signs, trust):
            return Agreement(By.TITLE, "same headline from the same publisher within an hour")
        return None
    lacking = _lacking(item, trust)
    if same_text and not (_next_day(item, other, trust) or _two_of_one_document(item, other, signs, trust)):
        return Agreement(By.TITLE, f"same headline and text{lacking}")
    if same_date:
        return Agreement(By.TITLE, f"same headline, published at the same moment{lacking}")
    apart = _apart(item, other, trust)
    if (apart is not None and apart >= ANOTHER_DATE) or (signs.text is False and not telling(item)):
        return None
    # A whole document under new keys is known however long the feed was away.
    recent = trust.renewed or unseen_for <= _ONLY_TITLE_WINDOW
    return Agreement(By.TITLE, f"same headline{lacking}") if recent else None


def _apart(item: Item, other: KnownItem, trust: KeyTrust) -> timedelta | None:
    """How far apart two articles were published; None where one does not say, or their feed's dates say nothing."""
    return dates_apart(item, other) if tells_apart(trust.keys.date) else None


def _next_day(item: Item, other: KnownItem, trust: KeyTrust) -> bool:
    apart = _apart(item, other, trust)
    return apart is not None and apart >= NEXT_EDITION


def _within_minutes(item: Item, other: KnownItem, trust: KeyTrust) -> bool:
    """Whether one of two articles came so soon after the other that it rather corrects it than tells something new."""
    apart = _apart(item, other, trust)
    return (abs(item.seen_at - other.last_seen_at) if apart is None else apart) < ANOTHER_DATE


def _two_of_one_document(item: Item, other: KnownItem, signs: Signs, trust: KeyTrust) -> bool:
    """Whether one document shows both articles, each with a date of its own."""
    return _beside(item, other, signs, trust) and (_apart(item, other, trust) or timedelta(0)) >= ANOTHER_DATE


def _same_edition(item: Item, other: KnownItem, trust: KeyTrust, now: datetime) -> bool:
    """Whether another headline under the same guid and link is an edit, and not the next story put in that place."""
    if other.first_seen_at == item.seen_at or _shown(other, trust):
        return False  # two entries of one document
    if other.text_key and item.text_key and item.text_key != other.text_key and item.published != other.published:
        return False  # a live page that tells the next thing in the same place has nothing of the one before
    apart = _apart(item, other, trust)
    if apart is None:
        return now - other.last_seen_at <= _SAME_TITLE_WINDOW
    return apart < ANOTHER_DATE


def _keyed(item: Item, trust: KeyTrust) -> bool:
    """Whether the item has a guid or link of its own that holds in its feed, or in a document that is `steady`.

    In one that is `renewed` none does.
    """
    if trust.renewed:
        return False
    guid, link = trust.keys.guid, trust.keys.link
    return any(
        proves(use) and (trust.steady or tells_apart(use))
        for key, use in ((own_guid(item), guid), (item.link, link))
        if key
    )


def _holds(use: KeyUse) -> bool:
    return proves(use) and tells_apart(use)


def _revised_guid(one: str, other: str) -> bool:
    """Whether two guids differ only in a number after `#`, as BBC's do on each edit: …c5y49xp2wrno#0 and …#1."""
    marked = _REVISION_MARK.fullmatch(one), _REVISION_MARK.fullmatch(other)
    return marked[0] is not None and marked[1] is not None and marked[0][1] == marked[1][1]


def _lacking(item: Item, trust: KeyTrust) -> str:
    """What is wrong with the keys of an item that is judged by its words, as the end of a reason."""
    keys = trust.keys
    faults = [_fault("guids", keys.guid) if own_guid(item) else "it has no guid of its own"]
    faults.append(_fault("links", keys.link) if item.link else "it has no link")
    said = ", ".join(fault for fault in faults if fault)
    return f"; {said or 'most headlines of this document have new guids or links'}"


def _fault(name: str, use: KeyUse) -> str:
    if not proves(use):
        return f"this feed reuses {name} ({use.reused} of {use.seen}): not trusted"
    if not tells_apart(use):
        return f"this feed changes {name} ({use.changed} of {use.seen}): not trusted"
    return ""


def why_new(other: KnownItem, signs: Signs, trust: KeyTrust) -> str:
    """Why an item is a new article although it shares a key with a known one."""
    keys = trust.keys
    shared = {"guid": signs.guid, "link": signs.link, "headline": signs.title, "text": signs.text}
    differing = {
        "guid": signs.guid,
        "link": signs.link,
        "headline": signs.title,
        "text": signs.text,
        "date": signs.date,
        "place on the page": signs.place,
    }
    faults = [
        _fault(f"{name}s", use)
        for name, use in (("guid", keys.guid), ("link", keys.link), ("text", keys.text))
        if shared[name]
    ]
    same = f"same {' and '.join(name for name, agrees in shared.items() if agrees)} as {other.item_id}"
    others = [name for name, agrees in differing.items() if agrees is False]
    but = f", but another {', '.join(others)}" if others else ""
    return "; ".join([same + but, *(fault for fault in faults if fault)])
