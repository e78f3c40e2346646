"""What a document says, whatever its format: its entries, or why it is no feed (docs/decisions/0024).

decode (charset) -> without_oldest -> repaired -> read_xml or read_json -> newest -> entries
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from monitor.collect.charsets.charset import decode
from monitor.collect.charsets.misread import read_back
from monitor.collect.dates.published import rough_time, settled
from monitor.collect.editions import told_apart
from monitor.collect.parsing.feedxml import read_xml
from monitor.collect.parsing.jsonfeed import SIGN, read_json
from monitor.collect.parsing.newest import newest, without_oldest
from monitor.collect.parsing.nofeed import GLANCED_AT, PAGE, instead_of, no_feed
from monitor.collect.parsing.rawfeed import RawEntry, RawFeed
from monitor.collect.parsing.repair import breaks_off, repaired
from monitor.collect.text import plain_text
from monitor.model import BREAKS_OFF, Entry, Failed, FailureClass, Parsed

_NO_TEXT = [chr(code) for code in (*range(9), 11, 12, *range(14, 32))]

_LONGEST = {"guid": 10_000, "title": 100_000, "summary": 1_000_000, "body": 2_000_000, "author": 1_000}
"""Characters of an entry's texts, markup included, that are handed on: many times what an item keeps of them."""
_LONGEST_LINK = 10_000
_PICTURE = re.compile(r";base64,[\w+/=%]{1000,}+")
"""A picture in letters, as editors paste it: the text that comes behind it counts."""
_END = 25
_LONGEST_DATE = 200

TOO_DEAR = Failed(failure=FailureClass.TOO_LARGE, reason="to be read it needs more memory than one document may take")
_ESCAPED_ROOT = re.compile(r"&lt;(?:\?xml|rss|feed|rdf:rdf)\b", re.IGNORECASE)
_BEFORE_TEXT = re.compile(r"<(title|style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """A document that was read, and the dates of each entry as written.

    `digests` are those of each entry's words, whatever else the document shows (`monitor.collect.editions`).
    `separable`: each of its entries would read the same without the others, but for what dates with two readings mean.
    """

    parsed: Parsed
    dates: tuple[Dates, ...]
    digests: tuple[str, ...]
    separable: bool


def read_document(body: bytes, *, content_type: str | None, language: str = "", address: str = "") -> Read | Failed:
    """Take a document apart, whatever it is. What is no feed is a failure that says what it seems to be.

    `language` is what is known of the feed's, a two-letter code, for a document that does not say it. `address` is
    where the document was read, for the feeds that a web page in the place of a feed names.
    """
    if not body.removeprefix(codecs.BOM_UTF8).strip(b"\0 \t\r\n"):
        return Failed(failure=FailureClass.NOT_A_FEED, reason="an empty body")
    if b"<" not in body and b"{" not in body:  # whatever its character set, no format of feeds
        return no_feed(body[:GLANCED_AT].decode("utf-8", "replace"), address)
    try:
        decoded = decode(body, content_type=content_type, language=language)
        if _is_rubbish(decoded.text):
            return Failed(failure=FailureClass.NOT_A_FEED, reason="control characters, and no text")
        raw, left_out = _read(decoded.text)
    except MemoryError:
        return TOO_DEAR
    except json.JSONDecodeError as error:
        reason = f"JSON that breaks off or is not well-formed, at line {error.lineno}, column {error.colno}"
        return Failed(failure=FailureClass.NOT_A_FEED, reason=reason)
    except Exception as error:  # noqa: BLE001 - readers raise what they like on hostile documents
        return Failed(failure=FailureClass.PARSE, reason=f"cannot be parsed: {type(error).__name__}")
    if raw is None:
        return no_feed(decoded.text, address)
    if failed := instead_of(raw.entries):
        return failed
    entries = newest(raw.entries, lambda entry: (*entry.published, *entry.updated))
    # What is left out proves nothing that the rest does not.
    dates = tuple(Dates(tuple(entry.published), tuple(entry.updated)) for entry in entries)
    meant = meant_by(dates, raw.language or language)
    read = tuple(dated(_entry(entry), of, meant) for entry, of in zip(entries, dates, strict=True))
    parsed = Parsed(
        entries=told_apart(read),
        title=read_back(raw.title),
        language=raw.language,
        wishes=raw.wishes,
        site=raw.site,
        hub=raw.hub,
        left_out=left_out + len(raw.entries) - len(entries),
        doubt=BREAKS_OFF if raw.broken or breaks_off(decoded.text) else decoded.doubt,
        times=times_of(dates, meant),
    )
    return Read(parsed, dates, tuple(entry.digest for entry in read), raw.separable and not parsed.left_out)


class Dates(NamedTuple):
    """All dates that an entry gives of itself, as written."""

    published: tuple[str, ...]
    updated: tuple[str, ...]


def meant_by(dates: Sequence[Dates], language: str) -> Mapping[str, str]:
    """What the dates of a document's entries mean, by how they are written: some have two readings."""
    written = [date for one in dates for date in (*one.published, *one.updated)]
    return dict(zip(written, settled(written, language), strict=True))


def dated(entry: Entry, dates: Dates, meant: Mapping[str, str]) -> Entry:
    """An entry with its dates as they are meant."""
    published, updated, others = as_meant(dates, meant)
    return replace(entry, published=published, updated=updated, dates=others)


def as_meant(dates: Dates, meant: Mapping[str, str]) -> tuple[str, str, tuple[str, ...]]:
    """An entry's `published`, `updated` and `dates` as they are meant."""
    published = [meant[date][:_LONGEST_DATE] for date in dates.published]
    updated = [meant[date][:_LONGEST_DATE] for date in dates.updated]
    return published[0] if published else "", updated[0] if updated else "", (*published[1:], *updated)


def times_of(dates: Sequence[Dates], meant: Mapping[str, str]) -> tuple[datetime, ...]:
    """When the entries of a document appeared, of as many as tell its rhythm."""
    written = ((*one.published, *one.updated) for one in _ends(dates))
    return tuple(filter(None, (rough_time(meant[date] for date in some) for some in written)))


def _ends(entries: Sequence[Dates]) -> Sequence[Dates]:
    """The first and last entries of a document: the newest are at one of its ends."""
    return entries if len(entries) <= 2 * _END else [*entries[:_END], *entries[-_END:]]


def _is_rubbish(text: str) -> bool:
    """Whether so much of a long text is no text that to repair it would cost much, for nothing."""
    return len(text) > GLANCED_AT and sum(map(text.count, _NO_TEXT)) > len(text) // 10


def _read(text: str) -> tuple[RawFeed | None, int]:
    """What a document says, and how many of its entries were left out to get at it."""
    fault = None
    if text.lstrip()[:1] in ("{", "["):
        try:
            return read_json(text), 0
        except json.JSONDecodeError as error:  # what is no JSON may be a feed behind something else
            fault = error
    shorter, left_out = without_oldest(text)
    raw = read_xml(repaired(shorter)) or _escaped(text)
    if raw is not None or PAGE.search(text[:GLANCED_AT]):
        return raw, left_out
    if fault is not None:
        raise fault
    with contextlib.suppress(json.JSONDecodeError):
        return read_json(text) if SIGN in text else None, 0
    return None, 0


def _escaped(text: str) -> RawFeed | None:
    """What a document says that stands in another as text: in the answer of a web service, or as a browser shows it."""
    begin, end = _ESCAPED_ROOT.search(text[:GLANCED_AT]), text.rfind("&gt;")
    if begin is None or plain_text(_BEFORE_TEXT.sub("", text[: begin.start()])) or plain_text(text[end + 4 :]):
        return None
    return read_xml(repaired(html.unescape(text[begin.start() : end + 4])))


def _entry(raw: RawEntry) -> Entry:
    """An entry in our words, still without its dates.

    Those do not count for the digest: some feeds rewrite them on every answer.
    """
    texts = {"title": read_back(raw.title), "summary": read_back(raw.summary), "body": read_back(raw.body)}
    words = {"guid": raw.guid, "link": raw.link, **texts}
    kept = {name: _shortened(value, _LONGEST[name]) for name, value in words.items() if name != "link"}
    return Entry(
        digest=hashlib.sha256("\x1f".join(words.values()).encode("utf-8", "replace")).hexdigest()[:32],
        guid=kept["guid"],
        title=kept["title"],
        summary=kept["summary"],
        body=kept["body"],
        language=raw.language,
        author=read_back(raw.author[: _LONGEST["author"]]),
        link=raw.link if len(raw.link) <= _LONGEST_LINK else "",
    )


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else _PICTURE.sub(";base64,", text)[:longest]
