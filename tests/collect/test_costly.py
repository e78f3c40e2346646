"""Documents and texts that would cost much: they cost little, or fail alone. Sizes and results tell it, no seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from monitor.collect.charsets.charset import decode
from monitor.collect.items import MAX_BODY, item_of, title_key
from monitor.collect.parsing.newest import MAX_ENTRIES, newest, without_oldest
from monitor.collect.parsing.parse import Parser
from monitor.model import Entry, Failed, FailureClass, Feed, Fetched, Parsed
from tests.support.builders import NOW
from tests.support.documents import parse_document
from tests.support.fakes.feed_server import FeedEntry, atom, rss

FEED = Feed(id="wire", name="The Wire", url="https://wire.example/rss", family="wire")
NO_FEED = "no RSS, Atom or JSON feed"


def document(inner: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{inner}</channel></rss>'.encode()


# Each took 20 seconds or more, or 2 GB, when it was found; the limit of the tests is what tells if one does again.
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>" + b"<title>" * 28_000, "an HTML page, not a feed"),
        (b"<html>" + b"<title " * 28_000, "an HTML page, not a feed"),
        (b"<html><title>" + b"a" * 300_000, "an HTML page, not a feed"),
        (b"\0" * 20_000_000, "an empty body"),
        (b"\0" * 20_000_000 + b"a", NO_FEED),
        (b"<rss>" + b"\0" * 20_000_000, "control characters, and no text"),
        (b"<rss>" + b"\x01a" * 5_000_000, "control characters, and no text"),
        (b"\xff" * 20_000_000, NO_FEED),
        (b"[" * 1_000_000, "JSON, but no JSON Feed"),
        (b"<?xml " * 200_000, "XML that breaks off before anything is said"),
        (b"<!DOCTYPE " * 50_000, NO_FEED),
    ],
    ids=lambda value: str(value[:30]),
)
def test_what_is_no_feed_is_told_so_at_little_cost(body: bytes, reason: str) -> None:
    assert parse_document(body, content_type=None) == Failed(failure=FailureClass.NOT_A_FEED, reason=reason)


@pytest.mark.parametrize(
    "body",
    [
        document("<item><title>Nine killed</title></item>").replace(
            b"<rss ", b"<rss " + " ".join(f'a{n}="1"' for n in range(100_000)).encode() + b" "
        ),
        document("<item><title>Nine killed</title>" + "<category>a</category>" * 20_000 + "</item>"),
        document("<item><title>Nine killed</title></item>" + " a" * 500_000),
        document("<item><title>Nine killed</title></item>\u00e9" + "a" * 300_000 + "<b/>").replace(
            b"\xc3\xa9", b"\xff"
        ),
        document("<item><title>Nine killed</title></item>" + "<!--" * 50_000),
        document("<item><title>Nine killed</title></item>" + "&lt;![CDATA[" * 50_000 + "]]&"),
    ],
    ids=["attributes", "categories", "words", "one bad byte", "comments", "escaped CDATA"],
)
def test_a_feed_with_much_of_one_thing_is_read(body: bytes) -> None:
    read = parse_document(body, content_type=None)
    assert isinstance(read, Parsed)
    assert read.entries[0].title == "Nine killed"


def test_one_bad_byte_among_long_plain_parts_is_one_bad_character() -> None:
    text = decode(b"<a>\xff</a><b>" + b"x" * 400_000 + b"</b>").text
    assert len(text) == len("<a>?</a><b></b>") + 400_000


# -- more entries than are read ------------------------------------------------------------------------------------


def dated(number: int, moment: datetime) -> FeedEntry:
    return FeedEntry(f"Report {number}", f"https://wire.example/{number}", f"g{number}", format_datetime(moment))


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("write", [rss, atom])
def test_the_newest_entries_are_kept_before_they_are_read(write: object, oldest_first: bool) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    many = [dated(number, start - timedelta(minutes=number)) for number in range(MAX_ENTRIES + 300)]
    text = (rss if write is rss else atom)(*(reversed(many) if oldest_first else many))
    shorter, left_out = without_oldest(text)
    assert left_out == 300
    assert set(map(int, re.findall("Report ([0-9]+)", shorter))) == set(range(MAX_ENTRIES))
    read = parse_document(text.encode(), content_type=None)
    assert isinstance(read, Parsed)
    assert (len(read.entries), read.left_out) == (MAX_ENTRIES, 300)


def test_entries_without_an_end_or_in_comments_are_counted_as_a_reader_does() -> None:
    many = "".join(f"<item><title>R{number}</title>" for number in range(MAX_ENTRIES + 50))
    shorter, left_out = without_oldest(many)
    assert (left_out, shorter.count("<item>")) == (50, MAX_ENTRIES)
    hidden = "<![CDATA[" + "<item>" * 5_000 + "]]><!--" + "<item>" * 5_000 + "-->"
    assert without_oldest(hidden) == (hidden, 0)


def test_a_short_document_stays_as_it_is() -> None:
    text = rss(*(FeedEntry(f"Report {number}") for number in range(40)))
    assert without_oldest(text) == (text, 0)
    assert newest([1, 2, 3], lambda _: ()) == [1, 2, 3]


# -- long texts ----------------------------------------------------------------------------------------------------


def test_characters_that_stand_for_phrases_count_as_what_they_stand_for() -> None:
    """U+FDFA is eighteen letters once it is written out; 24 MB of it kept all other feeds waiting for a minute."""
    item = item_of(
        Entry(digest="d", title="\ufdfa" * 5_000, body="\ufdfa" * 200_000),
        FEED, feed_language="ar", base_url="https://wire.example/", seen_at=NOW,
    )  # fmt: skip
    assert len(item.body) * 18 <= MAX_BODY + 18 * 50
    assert len(item.title) <= 1_000


# Each took minutes, in which nothing else went on; the limit of the tests is what tells if one does again.
@pytest.mark.parametrize(
    ("body", "link"),
    [("\u200b" + "a" * 100_000, "/a"), ("\u0640" * 100_000, "/a"), ("a", "/a" + " " * 1_000_000 + "b")],
    ids=["letters without a blank", "letters that only lengthen", "blanks in a link"],
)
def test_what_is_long_and_hostile_is_an_item_at_once(body: str, link: str) -> None:
    entry = Entry(digest="d", title="A title", body=body, link=link)
    item = item_of(entry, FEED, feed_language="", base_url="https://wire.example/", seen_at=NOW)
    assert item.body == body.strip("\u200b")
    assert item.url == ("https://wire.example/a" if link == "/a" else "")


@pytest.mark.parametrize("text", ["слово и дело " * 7_000, "word… ½ and “more” " * 5_000, "낱말과 글 " * 15_000])
def test_a_usual_text_is_kept_as_long_as_ever(text: str) -> None:
    entry = Entry(digest="d", title="A title", body=text)
    item = item_of(entry, FEED, feed_language="", base_url="https://wire.example/", seen_at=NOW)
    assert item.body == text.strip()


def test_the_key_of_a_long_text_is_made_of_its_beginning() -> None:
    assert title_key("word " * 100_000) == ("word " * 100)[:500]


async def test_a_document_that_needs_too_much_memory_fails_alone() -> None:
    greedy = document("<item><title>x</title><description>" + "& < x" * 4_000_000 + "</description></item>")
    async with Parser() as parser:
        failed = await parser.parse(Fetched(url="https://greedy.example/", body=greedy))
        read = await parser.parse(Fetched(url="https://wire.example/", body=document("<item><title>x</title></item>")))
    assert isinstance(failed, Failed)
    assert failed.failure in (FailureClass.TOO_LARGE, FailureClass.PARSE)
    assert isinstance(read, Parsed)
