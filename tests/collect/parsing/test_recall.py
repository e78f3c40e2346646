"""Reading only what is new in a document gives what reading the whole gives, whatever publishers write.

docs/decisions/0035.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from feedparser.api import StrictFeedParser

from monitor.collect.parsing.document import Read, read_document
from monitor.collect.parsing.recall import WHOLE_EVERY, Recall, read_new
from monitor.collect.parsing.split import LARGEST, split
from monitor.model import Failed, Fetched, Parsed
from tests.support import publishers
from tests.support.documents import parse_document
from tests.support.fakes.feed_server import FeedEntry
from tests.support.newsroom import newsroom

_URL = "https://wire.example/feed"
_ENTRY = re.compile(rb"<(?:item|entry)\b.*?</(?:item|entry)>", re.DOTALL)


@dataclass
class _Reader:
    """Reads one document after another, and keeps how many entries it was given of each."""

    recall: Recall = field(default_factory=Recall)
    given: list[int] = field(default_factory=list)

    def read(self, body: bytes | Path, *, now: float = 0.0, content_type: str | None = None) -> Parsed | Failed:
        async def read(some: Fetched) -> Read | Failed:
            content = some.body if isinstance(some.body, bytes) else some.body.read_bytes()
            self.given.append(len(_ENTRY.findall(content)))
            return read_document(content, content_type=some.content_type)

        self.given.clear()
        fetched = Fetched(url=_URL, body=body, content_type=content_type)
        return asyncio.run(read_new(self.recall, fetched, read, language="", whole=False, now=now))


def _whole(body: bytes, content_type: str | None = None) -> Parsed | Failed:
    return parse_document(body, content_type=content_type)


def _in_brief(whole: Parsed | Failed, read: Parsed | Failed) -> Parsed | Failed:
    """What was read of the whole document, as it is when the same entries come in brief."""
    if not isinstance(whole, Parsed) or not isinstance(read, Parsed):
        return whole
    left_out = [not (one.summary or one.body) for one in read.entries]
    entries = [
        replace(one, summary="", body="") if one.digest in read.brief and brief else one
        for one, brief in zip(whole.entries, left_out, strict=True)
    ]
    return replace(whole, entries=tuple(entries), brief=read.brief)


def _rss(*items: str, head: str = "<title>Wire</title><language>en</language>", root: str = "", end: str = "") -> bytes:
    beginning = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"{root}><channel>{head}\n'
    return (beginning + "\n".join(items) + f"\n{end}</channel></rss>").encode()


def _item(number: int, more: str = "", *, of: str = "") -> str:
    return (
        f"<item{of}><title>Report {number}</title><link>https://wire.example/{number}</link><guid>{number}</guid>"
        f"<pubDate>Wed, 0{number} Mar 2026 09:05:00 GMT</pubDate><description>What was said: {number}</description>"
        f"{more}</item>"
    )


def test_only_the_new_entries_of_a_changed_document_are_read() -> None:
    reader = _Reader()
    first, second = _rss(_item(2), _item(1)), _rss(_item(4), _item(3), _item(2), _item(1))
    assert reader.read(first) == _whole(first)
    assert reader.given == [2]
    parsed = reader.read(second)
    assert reader.given == [2]
    assert isinstance(parsed, Parsed)
    assert [one.summary for one in parsed.entries] == ["What was said: 4", "What was said: 3", "", ""]
    assert parsed == _in_brief(_whole(second), parsed)


def test_a_document_that_waits_in_a_file_is_read_by_its_new_entries_too(tmp_path: Path) -> None:
    reader, file = _Reader(), tmp_path / "body"
    reader.read(_rss(_item(2), _item(1)))
    file.write_bytes(document := _rss(_item(3), _item(2)))
    parsed = reader.read(file)
    assert (reader.given, parsed) == ([1], _in_brief(_whole(document), parsed))
    file.write_bytes(_rss(_item(3), f"<!--{'-+' * (LARGEST // 2)}-->"))
    reader.read(file)
    assert reader.given == [1], "too large to be split: it is read whole"


def test_a_document_without_a_new_entry_is_not_read_at_all() -> None:
    reader = _Reader()
    reader.read(_rss(_item(2), _item(1), head="<title>Wire</title><lastBuildDate>yesterday</lastBuildDate>"))
    later = _rss(_item(1), head="<title>Wire</title><lastBuildDate>today</lastBuildDate>", end="<!-- 12:00 -->")
    parsed = reader.read(later)
    assert reader.given == []
    assert parsed == _in_brief(_whole(later), parsed)


def test_entries_that_differ_in_their_dates_alone_are_told_apart_however_they_are_read() -> None:
    """And they keep the digests that they had, but that the oldest has that of the words."""
    alerts = [_item(1).replace("01 Mar", f"{day:02} Mar") for day in range(1, 5)]
    reader, digests = _Reader(), list[list[str]]()
    for shown in ((0, 1), (0, 1, 2), (1, 2, 3), (3,)):
        document = _rss(*(alerts[number] for number in reversed(shown)))
        parsed = reader.read(document)
        assert isinstance(parsed, Parsed)
        assert parsed == _in_brief(_whole(document), parsed)
        digests.append([one.digest for one in reversed(parsed.entries)])
    first, second, third, last = digests
    words = first[0]
    assert len({*second}) == 3
    assert second[:2] == first
    assert third == [words, second[2], third[2]]
    assert last == [words]


def test_an_edited_entry_is_read_again() -> None:
    reader = _Reader()
    reader.read(_rss(_item(2), _item(1)))
    parsed = reader.read(_rss(_item(2), _item(1).replace("What was said", "What was really said")))
    assert reader.given == [1]
    assert isinstance(parsed, Parsed)
    assert parsed.entries[1].summary == "What was really said: 1"


def test_once_a_day_the_whole_document_is_read() -> None:
    reader = _Reader()
    reader.read(_rss(_item(2), _item(1)))
    reader.read(_rss(_item(3), _item(2)), now=WHOLE_EVERY.total_seconds() - 1)
    assert reader.given == [1]
    reader.read(_rss(_item(4), _item(3)), now=WHOLE_EVERY.total_seconds())
    assert reader.given == [2]


def test_what_the_dates_of_entries_read_before_prove_holds_for_new_ones() -> None:
    proof = _item(1).replace("Wed, 01 Mar 2026 09:05:00 GMT", "25/02/2026 10:00")
    new = _item(2).replace("Wed, 02 Mar 2026 09:05:00 GMT", "03/04/2026 10:00")
    reader = _Reader()
    reader.read(_rss(proof))
    parsed = reader.read(_rss(new, proof))
    assert reader.given == [1]
    assert isinstance(parsed, Parsed)
    assert parsed.entries[0].published.startswith("2026-04-03")


def test_what_is_not_asked_for_is_forgotten_when_there_is_too_much() -> None:
    reader = _Reader(Recall(most_bytes=0))
    reader.read(_rss(_item(1)))
    reader.read(_rss(_item(2), _item(1)))
    assert reader.given == [2]


_MEDIA = ' xmlns:media="http://search.yahoo.com/mrss/"'
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>W</title>{}</feed>'
UNCERTAIN = {
    "not well-formed": _rss(_item(1, "AT&T"), _item(2)),
    "cut off": _rss(_item(1), _item(2))[:-20],
    "another character set": _rss(_item(1, "<category>caf\u00e9</category>")).decode().encode("cp1252"),
    "wide characters": _rss(_item(1)).decode().encode("utf-16"),
    "a document type": _rss(_item(1)).replace(b"<rss", b'<!DOCTYPE rss [<!ENTITY who "We">]><rss', 1),
    "CDATA that was escaped": _rss(_item(1, "<category>&lt;![CDATA[A]]&gt;<![CDATA[b]]></category>")),
    "a prefix that nobody declared": _rss(_item(1, "<media:title>A</media:title>")),
    "a namespace that an entry declares": _rss(_item(1, f"<media:title{_MEDIA}>A</media:title>"), _item(2)),
    "a namespace that the first entry declares": _rss(_item(1, of=_MEDIA), _item(2)),
    "xml:base in an entry": _rss(_item(1, of=' xml:base="https://other.example/"'), _item(2)),
    "a language of one entry": _rss(_item(1, '<category xml:lang="ru">a</category>'), _item(2)),
    "an entry in an entry": _rss(_item(1, _item(2)), _item(3)),
    "an entry in something of an entry": _rss(_item(1, "<media:group xmlns:media='m'><item/></media:group>")),
    "the feed's title behind the entries": _rss(_item(1), _item(2), head="", end="<title>Wire</title>"),
    "the feed's title between entries": _rss(_item(1), "<title>Wire</title>", _item(2), head=""),
    "text between entries": _rss(_item(1), "and", _item(2)),
    "entries outside the channel": _rss(_item(1), end="</channel>" + _item(2) + "<channel>"),
    "two channels": _rss(_item(1), end="</channel><channel>" + _item(2)),
    "an empty entry": _rss(_item(1), "<item/>"),
    "no entry": _rss(),
    "RDF": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><item><title>A</title></item></rdf:RDF>',
    "a feed in no namespace": b"<feed><entry><title>A</title></entry></feed>",
    "JSON": b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "<item>"}]}',
    "a page": b"<html><body>closed</body></html>",
    "too long": _rss(_item(1), "<!--" + "-+" * (LARGEST // 2) + "-->"),
}


@pytest.mark.parametrize("name", UNCERTAIN)
def test_nothing_is_split_where_it_is_not_certain(name: str) -> None:
    assert split(UNCERTAIN[name]) is None


CERTAIN = {
    "plain": _rss(_item(1), _item(2)),
    "CDATA full of entries": _rss(_item(1, "<content><![CDATA[<item>no</item></channel>]]></content>"), _item(2)),
    "a comment full of entries": _rss(_item(1, "<!-- </item><item> -->"), _item(2)),
    "a bound in an attribute": _rss(_item(1, '<category domain="&lt;/item>">a</category>'), _item(2)),
    "blanks in the end of an entry": _rss(_item(1).replace("</item>", "</item  >"), _item(2)),
    "namespaces of the root": _rss(_item(1, "<media:title>A</media:title>"), _item(2), root=_MEDIA),
    "namespaces of the head": _rss(_item(1), head='<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="self"/>'),
    "what WordPress adds": _rss(_item(1, '<post-id xmlns="com-wordpress:feed-additions:1">1</post-id>'), _item(2)),
    "a mark": b"\xef\xbb\xbf" + _rss(_item(1), _item(2)),
    "letters": _rss(_item(1).replace("said", "\u0441\u043a\u0430\u0437\u0430\u043d\u043e"), _item(2)),
    "statistics at the end": _rss(_item(1), _item(2)) + b"\n<!-- cached 12:00:01 -->\n",
    "Atom": _ATOM.format(
        "<entry><id>1</id><title>A</title></entry> <entry><id>2</id><title>B</title></entry>"
    ).encode(),
    "Atom with a prefix": _ATOM.format("<entry><id>1</id><title>A</title></entry>")
    .replace("<", "<a:").replace("<a:/", "</a:").replace("xmlns=", "xmlns:a=").encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", CERTAIN)
def test_a_split_document_has_all_its_bytes_and_each_of_its_entries(name: str) -> None:
    body = CERTAIN[name]
    parts, whole = split(body), _whole(body)
    assert parts is not None
    assert isinstance(whole, Parsed)
    assert len(parts.entries) == len(whole.entries)
    joined = b"".join([parts.head, *parts.entries, parts.end])
    assert b"".join(joined.split()) == b"".join(body.split())
    for place, entry in enumerate(whole.entries):
        alone = _whole(parts.with_only([place]))
        assert isinstance(alone, Parsed)
        assert alone.entries == (entry,)


@pytest.mark.parametrize("name", CERTAIN)
def test_a_document_is_split_alike_whichever_of_its_entries_are_known(name: str) -> None:
    body = CERTAIN[name].replace(b"</channel>", b"\n".join(_item(n).encode() for n in range(3, 8)) + b"</channel>", 1)
    parts = split(body)
    if parts is None:  # the replacement above fell into a comment or text
        body = CERTAIN[name]
        parts = split(body)
    assert parts is not None
    for chosen in range(1 << len(parts.hashes)):
        known = {one for place, one in enumerate(parts.hashes) if chosen >> place & 1}
        assert split(body, known) == parts


_TWO = _item(1) + _item(2)
HIDDEN = {
    "in a comment of the head": _rss(_item(3), _item(4), head=f"<!-- {_TWO} -->"),
    "in a text of the head": _rss(_item(3), head=f"<title><![CDATA[{_TWO}]]></title>"),
    "in a comment between entries": _rss(_item(3), f"<!-- {_TWO} -->", _item(4)),
    "in a text": _rss(_item(3, f"<content><![CDATA[{_TWO}]]></content>"), _item(4), _item(1), _item(2)),
    "in an instruction": _rss(_item(3), f"<?php {_TWO} ?>", _item(4)),
    "in a comment at the end": _rss(_item(3), _item(1), _item(2), end=f"<!-- {_TWO} -->"),
    "in an entry": _rss(f"<item><title>A</title>{_TWO}</item>", _item(3)),
    "in an element of the head": _rss(_item(3), head=f"<image>{_TWO}</image>"),
    "behind the channel": _rss(_item(3), end=f"</channel>{_TWO}<channel>"),
    "around a comment that ends late": _rss(_item(1), "<!-- " + _item(2), _item(1) + " -->", _item(3)),
    "around a text that ends late": _rss(_item(1), _item(2), f"<item><title><![CDATA[{_TWO}]]></title></item>"),
    "in front of an error": _rss(_item(1), _item(2), _item(3, "AT&T")),
    "in front of text": _rss(_item(1), _item(2), "and", _item(3)),
    "twice": _rss(_item(1), _item(2), _item(1), _item(2)),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_known_entries_are_no_bounds_where_they_are_not_entries(name: str) -> None:
    """A publisher, or what readers may write on its pages, can put any bytes anywhere."""
    known = split(_rss(_item(1), _item(2)))
    assert known is not None
    assert split(HIDDEN[name], set(known.hashes)) in (split(HIDDEN[name]), None)


def test_feedparser_knows_no_namespace_that_a_split_takes_for_unknown() -> None:
    known = StrictFeedParser("", None, "utf-8").namespaces
    assert known
    assert not [address for address in known if address.lower().startswith("com-wordpress:")]


def test_what_one_entry_leaves_behind_for_the_next_is_noticed() -> None:
    """feedparser forgets what is in an entry when it ends; where it does not, nothing of the document is remembered."""
    odd = _item(1, '<image><url>https://wire.example/a.png</url></image><category scheme="a">b</category>')
    reader = _Reader()
    for body in (_rss(odd, _item(2)), _rss(_item(3), odd, _item(2)), _rss(_item(3), odd.replace("a.png", "b.png"))):
        parsed = reader.read(body)
        assert parsed == _in_brief(_whole(body), parsed)


_TWISTS = (
    *[""] * 25,
    "<post-id xmlns='com-wordpress:feed-additions:1'>9</post-id>",
    "<image><url>u</url><title>Picture</title></image>",
    "<content:encoded><![CDATA[<p>a</p>]]></content:encoded>",
    "<textinput><title>Find</title></textinput>",
    '<source url="https://x.example">X</source>',
    "<author>A B</author>",
    "<media:group><media:title>Film</media:title></media:group>",
    "<language>fr</language>",
    "<x>&#0;</x>",
    "<title></title>",
    "<title>Two</title>",
    "<itunes:image href='a.png'/>",
    "<content type='xhtml'><div><p>b</p><svg></svg></div></content>",
    "<a:author><a:name>N</a:name></a:author>",
    "<svg/>",
    "<contributor><name>C</name></contributor>",
    "<item_x/>",
    "<link/>",
    "<category>c</category><dc:date>2026-03-04</dc:date>",
    "<geo:lat>1</geo:lat>",
    "<feed/>",
    "<rss/>",
    "<channel>c</channel>",
    "<guid isPermaLink='true'>https://wire.example/p</guid>",
    "<creativeCommons:license>l</creativeCommons:license>",
    "<body xmlns='http://www.w3.org/1999/xhtml'><p>b</p></body>",
    "<summary type='html'>s</summary><description>d</description>",
)
_SPACES = (
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:a="http://www.w3.org/2005/Atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"'
    ' xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"'
)
_HEADS = (
    "",
    "<title>Wire</title><language>en-us</language><ttl>5</ttl>",
    "<title>W</title><image><url>u</url></image>",
    "<link>https://wire.example</link><lastBuildDate>1 Mar</lastBuildDate><textInput><title>t</title></textInput>",
)


def _generated(seed: int) -> Iterator[bytes]:
    """Documents of one feed one after another: entries with all known faults, and twists, come, change and go."""
    chance = random.Random(seed)
    fault = chance.choice(sorted(publishers.FAULTS))
    sources = [one.body for name in (fault, chance.choice(sorted(publishers.FAULTS))) for one in _documents(name)]
    source = chance.choice(sources)
    pool = [found for one in sources for found in _ENTRY.findall(one) if (b"<entry" in source) == (b"<entry" in one)]
    items = [_item(chance.randrange(1, 9), chance.choice(_TWISTS)).encode() for _ in range(12)]
    entries = [*chance.sample(pool, min(len(pool), chance.randrange(4))), *items] if b"<entry" not in source else pool
    if not entries:
        entries = items
    found = list(_ENTRY.finditer(source))
    if found and chance.random() < 0.6:
        head, end = source[: found[0].start()], source[found[-1].end() :]
    else:
        head, end = _rss(head=chance.choice(_HEADS), root=_SPACES).split(b"\n</channel>")[0], b"</channel></rss>"
        entries = [one for one in entries if not one.startswith(b"<entry")] or items
    for _ in range(3):
        shown = chance.sample(entries, min(len(entries), chance.randrange(1, 7)))
        body = head + b"\n".join(shown) + end
        if chance.random() < 0.05:
            body = body[: chance.randrange(len(body))]
        if chance.random() < 0.05:
            body = body.replace(b"a", b"\xe4", 1)
        yield body


_MADE: dict[str, list[publishers.Document]] = {}


def _documents(name: str) -> list[publishers.Document]:
    if name not in _MADE:
        _MADE[name] = list(publishers.documents(name))
    return _MADE[name]


def _differences(seeds: range) -> tuple[list[int], int]:
    """The generated feeds that are read otherwise in parts than whole; and of how many documents parts were read."""
    wrong, in_parts = [], 0
    for seed in seeds:
        reader = _Reader()
        for body in _generated(seed):
            parsed = reader.read(body)
            in_parts += isinstance(parsed, Parsed) and bool(parsed.brief)
            if parsed != _in_brief(_whole(body), parsed):
                wrong.append(seed)
                break
    return wrong, in_parts


def test_generated_documents_are_read_in_parts_as_they_are_whole() -> None:
    wrong, in_parts = _differences(range(80))
    assert not wrong
    assert in_parts > 10


@pytest.mark.long
def test_ten_thousand_generated_documents_are_read_in_parts_as_they_are_whole() -> None:
    wrong, in_parts = _differences(range(1_000, 4_400))
    assert not wrong
    assert in_parts > 700


async def test_what_was_read_and_yet_is_not_in_the_store_is_read_again() -> None:
    """As when the poll that read it could not be written."""
    entry = FeedEntry("Floods in the valley", "https://wire.example/1", "1", summary="The river rose by two metres.")
    async with newsroom("sqlite://") as first:
        await first.store.upgrade()
        await first.show(entry)
        async with newsroom("sqlite://") as second:
            await second.store.upgrade()
            intake = replace(second.poller.intake, parser=first.poller.intake.parser)
            second.poller = replace(second.poller, intake=intake)
            second.server = first.server
            await second.show(entry)
            assert [one.item.summary for one in second.observations] == ["The river rose by two metres."]
