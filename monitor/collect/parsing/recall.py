"""What was read of feeds' documents before: of the next one, only entries that are new byte for byte need be read.

split -> the entries not read before -> a smaller document for the parser -> its entries among those remembered

Nothing here decides whether an entry was *seen*: that is the store's to say. See docs/decisions/0035.
"""

from __future__ import annotations

import marshal
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.collect.editions import told_apart
from monitor.collect.parsing.document import Dates, Read, as_meant, dated, meant_by, times_of
from monitor.collect.parsing.split import LARGEST, Split, split
from monitor.model import Entry, Failed, Fetched, Parsed

WHOLE_EVERY = timedelta(days=1)
"""After this long a document is read whole again, whatever is remembered of it."""

MOST_BYTES = 24_000_000
"""What is remembered of all feeds together, compressed: some 10,000 feeds of 40 entries."""

_LONGEST = 2_000
"""Characters of a guid, link, headline or author, or of its dates, above which an entry is not remembered."""

_Known = tuple[str, str, str, str, str, str, tuple[str, ...], tuple[str, ...]]
"""An entry's digest, guid, link, title, language and author, and its dates as written: published, updated."""


@dataclass(frozen=True, slots=True)
class _Feed:
    """The last document at an address. `about` is what its head says, `packed` its entries by their hashes."""

    key: tuple[bytes, str, str]
    about: Parsed
    packed: bytes
    whole_at: float


@dataclass(frozen=True, slots=True)
class Missing:
    """A document of which only some entries need be read. `body` has those alone; None: all were read before."""

    body: bytes | None
    places: tuple[int, ...]
    document: Split
    known: Mapping[bytes, _Known]
    before: _Feed


async def read_new(
    recall: Recall,
    fetched: Fetched,
    read: Callable[[Fetched], Awaitable[Read | Failed]],
    *,
    language: str,
    whole: bool,
    now: float,
) -> Parsed | Failed:
    """What a document says, of which `read` is given as little as possible, or the `whole`."""
    missing = None if whole else recall.missing(fetched, language, now=now)
    if missing is not None:
        new = None if missing.body is None else await read(replace(fetched, body=missing.body))
        parsed = None if isinstance(new, Failed) else recall.joined(fetched, language, missing, new)
        if parsed is not None:
            return parsed
    got = await read(fetched)
    if isinstance(got, Failed):
        return got
    recall.remember(fetched, language, got, now=now)
    return got.parsed


class Recall:
    """What was read before, by the address of the document; what was not asked for longest is forgotten first.

    Times are seconds of a clock that never goes back.
    """

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._feeds: OrderedDict[str, _Feed] = OrderedDict()

    def missing(self, fetched: Fetched, language: str, *, now: float) -> Missing | None:
        """What of a document is still to be read; None when it must be read whole."""
        before = self._feeds.get(fetched.url)
        if before is None or now - before.whole_at >= WHOLE_EVERY.total_seconds():
            return None
        known: dict[bytes, _Known] = marshal.loads(zlib.decompress(before.packed))  # noqa: S302 - our own bytes
        document = _split(fetched, known.keys())
        # With another head, what was found of the known entries proves nothing either.
        if document is None or before.key != _key(document, fetched, language):
            return None
        self._feeds.move_to_end(fetched.url)
        places = tuple(place for place, one in enumerate(document.hashes) if one not in known)
        return Missing(document.with_only(places) if places else None, places, document, known, before)

    def joined(self, fetched: Fetched, language: str, missing: Missing, read: Read | None) -> Parsed | None:
        """The whole document, from what was read of it now and before; None when it must be read whole after all."""
        document, known = missing.document, missing.known
        new = _by_hash(document, missing.places, read) if read is not None else {}
        if new is None or (read is not None and _about(read.parsed) != missing.before.about):
            return None
        of_all = [new.get(one) or known[one] for one in document.hashes]
        dates = [Dates(one[6], one[7]) for one in of_all]
        about = missing.before.about
        meant = meant_by(dates, about.language or language)
        full = dict(zip(missing.places, _by_words(read) if read is not None else (), strict=True))
        entries = told_apart(
            [
                dated(full[place], when, meant) if place in full else _entry(one, when, meant)
                for place, (one, when) in enumerate(zip(of_all, dates, strict=True))
            ]
        )
        if new:
            self._keep(
                fetched.url, replace(missing.before, packed=_packed(dict(zip(document.hashes, of_all, strict=True))))
            )
        brief = frozenset(entry.digest for place, entry in enumerate(entries) if place not in full)
        return replace(about, entries=entries, times=times_of(dates, meant), brief=brief)

    def remember(self, fetched: Fetched, language: str, read: Read, *, now: float) -> None:
        """Remember a document that was read whole, if its parts can be told apart for certain."""
        document = _split(fetched) if read.separable else None
        known = _by_hash(document, range(len(document.hashes)), read) if document is not None else None
        if document is None or known is None:
            self._forget(fetched.url)
            return
        key = _key(document, fetched, language)
        self._keep(fetched.url, _Feed(key, _about(read.parsed), _packed(known), now))

    def _keep(self, url: str, feed: _Feed) -> None:
        self._forget(url)
        self._feeds[url] = feed
        self._bytes += len(feed.packed)
        while self._bytes > self._most_bytes:
            self._forget(next(iter(self._feeds)))

    def _forget(self, url: str) -> None:
        feed = self._feeds.pop(url, None)
        if feed is not None:
            self._bytes -= len(feed.packed)


def _split(fetched: Fetched, known: Collection[bytes] = ()) -> Split | None:
    """A document by its entries, some of which are `known`; None where that is not certain, or it is too large."""
    body = fetched.body
    if not isinstance(body, bytes):  # it waits in a file
        try:
            body = body.read_bytes() if body.stat().st_size <= LARGEST else b""
        except OSError:
            return None
    return split(body, known)


def _packed(known: Mapping[bytes, _Known]) -> bytes:
    return zlib.compress(marshal.dumps(dict(known)), 1)


def _key(document: Split, fetched: Fetched, language: str) -> tuple[bytes, str, str]:
    """All that reading an entry depends on besides the entry."""
    return document.head_hash, fetched.content_type or "", language


def _about(parsed: Parsed) -> Parsed:
    return replace(parsed, entries=(), times=())


def _by_hash(document: Split, places: Sequence[int], read: Read) -> dict[bytes, _Known] | None:
    """The entries that were read, by the hashes of their bytes; None when these are not they for certain."""
    entries = _by_words(read)
    if not read.separable or len(entries) != len(places):
        return None
    known: dict[bytes, _Known] = {}
    for place, entry, dates in zip(places, entries, read.dates, strict=True):
        words = (entry.guid, entry.link, entry.title, entry.language, entry.author)
        if max(map(len, (*words, *dates.published, *dates.updated))) > _LONGEST:
            return None
        known[document.hashes[place]] = (entry.digest, *words, dates.published, dates.updated)
    return known


def _by_words(read: Read) -> list[Entry]:
    """The entries of a document with the digests of their words alone: what else it shows may be another thing now."""
    return [replace(entry, digest=own) for entry, own in zip(read.parsed.entries, read.digests, strict=True)]


def _entry(known: _Known, dates: Dates, meant: Mapping[str, str]) -> Entry:
    digest, guid, link, title, language, author, _, _ = known
    published, updated, others = as_meant(dates, meant)
    return Entry(
        digest=digest,
        guid=guid,
        link=link,
        title=title,
        published=published,
        updated=updated,
        dates=others,
        language=language,
        author=author,
    )
