"""An entry becomes an item: plain text, canonical link, aware dates, a language, and a hash of its content."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from functools import lru_cache

from monitor.collect.dates.published import published_at
from monitor.collect.languages import language_of, may_be_in
from monitor.collect.links import article_url, canonical_link
from monitor.collect.text import clean, plain_text, shorten, without_boilerplate
from monitor.model import Entry, Feed, Item

MAX_TITLE, MAX_SUMMARY, MAX_BODY = 1_000, 20_000, 100_000
NO_TITLE = "(no title)"
_MAX_GUID = 2_000
_HASH_VERSION = "1"
_TITLE_FROM_SUMMARY = 120
_ENOUGH_TO_DETECT = 12
_TELLING_TEXT_WORDS = 8
_TELLING_SUMMARY = 300
_KEYED = 10_000
"""Characters of a text that its key is made of; of words and spaces as people write them, 500 are enough."""
_LONGEST_WRITTEN_OUT = 18
_STEP = 50
_WORD = re.compile(r"\w+")
# What programs write for a headline that they have not.
_NO_HEADLINE = re.compile(
    r"null|undefined|nan|array|\[object object\]|\(?(?:untitled|no title)\)?|\{\{[^{}]*\}\}", re.IGNORECASE
)


def item_of(entry: Entry, feed: Feed, *, feed_language: str, base_url: str, seen_at: datetime) -> Item:
    """Clean an entry. Whatever it lacks, it becomes an item; an entry without a title takes the summary's first words.

    `feed_language` is what the document says of itself, `base_url` where it was read, for relative links.
    """
    summary = without_boilerplate(_within(plain_text(entry.summary), MAX_SUMMARY))
    body = without_boilerplate(_within(plain_text(entry.body), MAX_BODY))
    title = _title(entry)
    if not title:
        title = shorten((summary or body).replace("\n", " "), _TITLE_FROM_SUMMARY)
    url = article_url(entry.link, base_url)
    return Item(
        feed_id=feed.id,
        family=feed.family,
        kind=feed.kind,
        source=feed.name,
        title=title or NO_TITLE,
        summary=summary,
        body="" if body == summary else body,
        guid=clean(entry.guid)[:_MAX_GUID],
        link=canonical_link(url),
        url=url,
        language=language_of_item(title, summary, entry.language, feed.language or "", feed_language),
        published=published_at(entry.published, *entry.dates, entry.updated, seen_at=seen_at),
        seen_at=seen_at,
        content_hash=_content_hash(title or NO_TITLE, summary, body),
        title_key=title_key(title),
        text_key=_text_key(summary or body),
        entry_digest=entry.digest,
    )


def _title(entry: Entry) -> str:
    title = _within(plain_text(entry.title).replace("\n", " "), MAX_TITLE)
    return "" if _NO_HEADLINE.fullmatch(title) else title


def _within(text: str, limit: int) -> str:
    """At most `limit` characters of a text, and of what they are written out as: one character can stand for a phrase.

    U+FDFA is eighteen letters to whoever compares words.
    """
    text = shorten(text, limit)
    if len(text) * _LONGEST_WRITTEN_OUT <= limit or text.isascii():
        return text
    if len(unicodedata.normalize("NFKC", text)) <= 2 * limit:  # usual texts grow by little
        return text
    length = 0
    for start in range(0, len(text), _STEP):
        length += len(unicodedata.normalize("NFKC", text[start : start + _STEP]))
        if length > limit:
            return text[:start].rstrip()
    return text


def shown_title(entry: Entry) -> str:
    """The headline of an entry as look-ups go by it; empty for one without."""
    return title_key(_title(entry))


@lru_cache(maxsize=8)  # what an item is looked up by and hashed by is much the same
def title_key(title: str) -> str:
    """A headline as look-ups go by it: without case, accents, punctuation and spacing."""
    title = title[:_KEYED]
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", title).casefold())
    return " ".join(_WORD.findall(decomposed.translate(_UNACCENTED)))[:500]


class _Unaccented(dict[int, int | None]):
    """What becomes of a character, by its code: combining ones go. Learnt as characters come."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        self[code] = kept
        return kept


_UNACCENTED = _Unaccented()


def _text_key(text: str) -> str:
    """A hash of how a text begins, as look-ups go by it; empty for one too short to stand for an article."""
    words = title_key(text)
    if len(words.split()) < _TELLING_TEXT_WORDS:
        return ""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def _content_hash(title: str, summary: str, body: str) -> str:
    """The version of the way of hashing, and a hash of the words: punctuation, case and spacing do not count."""
    words = "\n".join(title_key(part) if len(part) < MAX_TITLE else part for part in (title, summary, body))
    return f"{_HASH_VERSION}:{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()[:32]}"


def language_of_item(title: str, summary: str, *said: str) -> str | None:
    """The first language said that the texts can be in, else the one they look like: two letters, None if unclear.

    Second opinions judge by it, so whatever tries a text must read it as the service does.
    """
    text = f"{title}. {summary[:_TELLING_SUMMARY]}"
    for code in said:
        if re.match(r"[A-Za-z]{2}(?:[-_]|$)", code.strip()) and may_be_in(language := code.strip()[:2].lower(), text):
            return language
    return detected_language(text)


def detected_language(text: str) -> str | None:
    """The language a text looks like, of those that are told apart here; None for too short a text."""
    if sum(char.isalpha() for char in text) < _ENOUGH_TO_DETECT:
        return None
    return language_of(text)


def bare_item(entry: Entry, feed: Feed, *, seen_at: datetime) -> Item:
    """An entry that could not be cleaned, kept by what cannot fail."""
    return Item(
        feed_id=feed.id,
        family=feed.family,
        kind=feed.kind,
        source=feed.name,
        title="(an entry that could not be read)",
        guid=entry.guid.encode("utf-8", "replace").decode()[:500],
        seen_at=seen_at,
        content_hash=f"0:{entry.digest}",
        entry_digest=entry.digest,
    )
