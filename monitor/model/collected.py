"""What collecting hands on: from a document to an item and its identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from monitor.model.configured import FeedKind
from monitor.model.polled import FailureClass, FeedWishes
from monitor.model.pushed import Hub

KNOWN_TEXT = 1_000
"""Characters of a known article's text that another's is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body was read; a long one is in a file, which is there until the fetch is left.

    `body_hash` tells whether it is the one that was read last. `permanent_url` is the address that a chain of permanent
    redirects led to, else None. `hub` is the one that the answer's header names.
    """

    url: str
    body: bytes | Path
    body_hash: str | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = None
    max_age: timedelta | None = None
    hub: Hub = field(default_factory=Hub)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The feed says, or its bytes show (`whole`), that nothing changed. `validated_url` gave the validators."""

    whole: bool = False
    validated_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = None
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The feed could not be read. `reason` is one line for a person, without secrets.

    `feeds` are the addresses that a web page in the place of the feed names as feeds, the likeliest first.
    The server asks to be left alone for `retry_after`, or until `retry_at` where it does not show its clock.
    """

    failure: FailureClass
    reason: str
    status: int | None = None
    retry_after: timedelta | None = None
    retry_at: datetime | None = None
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry in the feed's own words: untrusted, uncleaned, possibly empty in every field.

    Texts are HTML or plain, as the feed has them. `published` and `updated` are the feed's date strings, and `dates`
    all that say when the article appeared, in the order in which they are to be believed after `published`. Those that
    can be read in two ways are written out as the rest of the document proves. `digest` identifies the entry's words:
    the same words in the same feed give the same digest, whatever else of the document changed.
    """

    digest: str
    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    published: str = ""
    updated: str = ""
    dates: tuple[str, ...] = ()
    language: str = ""
    author: str = ""


BREAKS_OFF = "it breaks off before its end, so that entries may be missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A feed document. `wishes` are what it asks of those who poll it, `site` is the address of the site it is of.

    `hub` is where its pushes come from. `left_out` is how many entries it has beyond those that are read at most.
    `doubt` is empty, or says in a line that its character set had to be guessed, or is another than it says, or that it
    breaks off (`BREAKS_OFF`). `times` is when its entries appeared, of as many as tell its rhythm. `brief` are the
    digests of entries that come without summary and body, because they were read from an earlier document
    (docs/decisions/0035).
    """

    entries: tuple[Entry, ...]
    title: str = ""
    language: str = ""
    wishes: FeedWishes = field(default_factory=FeedWishes)
    site: str = ""
    hub: Hub = field(default_factory=Hub)
    left_out: int = 0
    doubt: str = ""
    times: tuple[datetime, ...] = ()
    brief: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """What the store knows of a document's entries.

    `seen` are the digests of those that the feed has shown before. `watched`: the feed has articles of which it would
    be noted that it removed them, or shows them again.
    """

    seen: frozenset[str]
    watched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry as we keep it: plain text, canonical `link` for comparing, `url` for people to open.

    `source` is the outlet's name for readers, `published` None when the feed gave no usable date, `content_hash`
    versioned ("1:…") and over title, summary and body. `title_key` is the folded title that look-ups go by, empty for
    an entry without words, `text_key` a hash of the folded summary or body, empty when that is too short to tell.
    """

    feed_id: str
    family: str
    kind: FeedKind
    source: str
    title: str
    summary: str = ""
    body: str = ""
    guid: str = ""
    link: str = ""
    url: str = ""
    language: str | None = None
    published: datetime | None = None
    seen_at: datetime
    content_hash: str
    title_key: str = ""
    text_key: str = ""
    entry_digest: str = ""


class Judgement(StrEnum):
    """Whether an entry is a new article, a new revision of a known one, or one seen before."""

    NEW = "new"
    REVISION = "revision"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What identity compares an item with: an article in the store, as it was when its words last changed.

    `last_seen_at` is when an entry that was not known word for word was last judged to be this article. `guids`,
    `links`, `titles` and `texts` (keys of both) are all under which it was ever shown, of those that were asked for:
    guids by the feed that is judged, the others by any. `text` is how its text begins, `KNOWN_TEXT` characters of it.
    """

    item_id: str
    revision: int
    feed_id: str
    family: str
    guid: str
    link: str
    title: str
    title_key: str
    text_key: str
    content_hash: str
    published: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    url: str = ""
    text: str = ""
    guids: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """The article an item was judged to be, and why. `revision` counts from 1."""

    item_id: str
    judgement: Judgement
    revision: int
    reason: str
