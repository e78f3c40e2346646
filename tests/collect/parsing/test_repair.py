"""Documents that break off or are not well-formed: no entry is lost, and none is made of half of another."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect.items import MAX_TITLE, item_of
from monitor.model import BREAKS_OFF, Failed, Parsed
from tests.support.builders import NOW
from tests.support.documents import ENTRY, FEED, THREE, parse_document, parsed
from tests.support.fakes.feed_server import FeedEntry, atom, rss


@pytest.mark.parametrize("reference", ["&#1114112;", "&#55296;", "&#x110000;", "&#0;"])
def test_references_to_characters_that_do_not_exist_cost_no_entry(reference: str) -> None:
    (entry,) = parsed(rss(ENTRY).replace("Nine killed", f"Nine {reference} killed")).entries
    assert entry.title.startswith("Nine")


def test_a_document_cut_off_in_the_middle_keeps_what_came() -> None:
    whole = rss(ENTRY, FeedEntry("Second", "https://wire.example/2", "g2"))
    entries = parsed(whole[: whole.index("Second") - 20]).entries
    assert entries[0].title == "Nine killed"


def test_a_bare_ampersand_and_an_unknown_entity_lose_no_text() -> None:
    (entry,) = parsed(rss(ENTRY).replace("Nine killed", "Tom & Ann&nbsp;– nine killed")).entries
    assert entry.title.endswith("nine killed")
    assert entry.title.startswith("Tom & Ann")


@settings(max_examples=60)
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: rss(ENTRY).replace("Nine", text).encode()))
def test_nothing_makes_parsing_raise(body: bytes) -> None:
    assert isinstance(parse_document(body), Parsed | Failed)


RDF = (
    rss(*THREE)
    .replace('<rss version="2.0"', '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"')
    .replace("<item>", "</channel><item>", 1)
    .replace("</channel></rss>", "</rdf:RDF>")
)


@pytest.mark.parametrize("whole", [rss(*THREE), atom(*THREE)], ids=["rss", "atom"])
def test_of_a_document_that_breaks_off_the_whole_entries_are_read(whole: str) -> None:
    """Half a headline says something else, and half an entry has another guid or none."""
    for length in range(whole.index("B is hit"), whole.index("C is hit") + 40):
        cut = whole[:length]
        closed = cut.count("</item>") + cut.count("</entry>")
        titles = [entry.title for entry in parsed(cut, "text/xml").entries]
        assert titles == ["A is hit", "B is hit"][:closed], cut[-30:]


@pytest.mark.parametrize(
    ("document", "entries", "doubt"),
    [
        (rss(*THREE), 3, ""),
        (rss(*THREE).replace("</rss>", ""), 3, ""),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", 0, ""),
        (rss(*THREE)[:-20], 2, BREAKS_OFF),
        (rss(*THREE)[:-20] + " <!-- &lt;/rss> -->", 2, BREAKS_OFF),
        (atom(*THREE)[:-8], 2, BREAKS_OFF),
        # What ends before the entries begin is not the end of the document.
        (rss(*THREE).replace("<item>", "</channel><item>", 1).replace("</item></channel></rss>", "</item>&"), 3, ""),
        (RDF, 3, ""),
        (RDF.replace("</rdf:RDF>", ""), 3, BREAKS_OFF),
        (RDF.replace("</rdf:RDF>", "<item><title>D is h"), 3, BREAKS_OFF),
        (RDF[: RDF.index("<item>") + 60], 1, BREAKS_OFF),
    ],
)
def test_a_document_without_an_end_is_doubted_and_what_is_whole_in_it_read(
    document: str, entries: int, doubt: str
) -> None:
    read = parsed(document, "text/xml")
    assert (len(read.entries), read.doubt) == (entries, doubt)


_TWO = rss(*THREE[:2])
_ESCAPED = html.escape(_TWO, quote=False)
_MENDED = {
    "a CDATA section without an end, in a headline": _TWO.replace(">A is hit", "><![CDATA[A is hit", 1),
    "CDATA sections without an end, and one with": rss(*THREE[:2])
    .replace(">A is hit", "><![CDATA[A is hit", 1)
    .replace(">B is hit", "><![CDATA[B is hit]]>", 1),
    "a CDATA section without an end, in a text": _TWO.replace(">Text.", "><![CDATA[Text.", 1),
    "CDATA in small letters": _TWO.replace(">A is hit", "><![cdata[A is hit]]>", 1),
    "a headline without an end": _TWO.replace("A is hit</title>", "A is hit", 1),
    "a link without an end": _TWO.replace("https://wire.example/A</link>", "https://wire.example/A", 1),
    "nulls within words and tags": _TWO.replace("hit", "h\0it").replace("<item>", "<it\0em>"),
    "an entity that is declared on the line of the document's type": '<!DOCTYPE rss [<!ENTITY hit "is hit">]>'
    + _TWO.replace("is hit", "&hit;"),
    "HTML's namespace for its own": _TWO.replace("<rss", "<rss xmlns='http://www.w3.org/1999/xhtml'", 1),
    "a prefix for its own": re.sub(r"(</?)(?=[a-z])", r"\1r:", _TWO).replace("<r:rss", "<r:rss xmlns:r='urn:rss'", 1),
    "as text on a page, as browsers show it": f"<html><head><title>x</title></head><pre>{_ESCAPED}</pre></html>",
    "as text in what a web service answers": f"<string xmlns='http://tempuri.org/'>{_ESCAPED}</string>",
}


@pytest.mark.parametrize("document", _MENDED.values(), ids=_MENDED)
def test_what_is_not_well_formed_costs_no_entry(document: str) -> None:
    found = [(entry.title, entry.link) for entry in parsed(document, "text/xml").entries]
    assert found == [(f"{name} is hit", f"https://wire.example/{name}") for name in "AB"]


_PIECES = st.sampled_from(
    [
        "&", "&amp;", "&amp;amp;#8217;", "&nbsp;", "&#55296;", "&lang=", "<", ">", "<![CDATA[", "]]>", "&lt;![CDATA[",
        "]]&gt;", "<b>", "</b>", "<UPDATE 2>", "<!--", "-->", "<?php", "?>", "</title>", "</item>", "<item>", "<title>",
        "<link>", "<media:description>", "<ol><li><a href='x'>one two three</a></li>", "\x00", "\x02", "\ufffe", "Удар",
        "قصف", "été", "Ã©", "РЈРґ", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<pubDate>05/11/2024</pubDate>", "{",
        "<guid isPermaLink='true'>x</guid>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "xml:base='//['",
        '"items": [',
    ]
)  # fmt: skip
_SETS = st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1251", "koi8-r", "cp1252", "cp1256"])
_TYPES = st.none() | st.sampled_from(["text/xml; charset=utf-16", "text/html; charset=koi8-r", "application/feed+json"])


@settings(max_examples=300)
@given(st.lists(_PIECES, max_size=25), _SETS, _TYPES, st.integers(0, 2_000), st.booleans())
def test_faults_on_faults_are_read_or_refused(
    pieces: list[str], charset: str, content_type: str | None, cut: int, within: bool
) -> None:
    rubbish = "".join(pieces)
    document = rss(ENTRY).replace("Nine killed", rubbish) if within else rubbish + rss(ENTRY)
    found = parse_document(document.encode(charset, "replace")[: cut or None], content_type)
    assert isinstance(found, Parsed | Failed)
    for entry in found.entries if isinstance(found, Parsed) else ():
        item = item_of(entry, FEED, feed_language="", base_url=FEED.url, seen_at=NOW)
        assert len(item.title) <= MAX_TITLE
        assert item.url == "" or item.url.isascii()


@pytest.mark.parametrize(
    "piece",
    [
        "<a", "&", "&#", "<![CDATA[", "&lt;![CDATA[", "<!--", "</rss>", "<item>", "<?xml ", "]]>", "\u00d0<",
        "<!DOCTYPE [", "<!ENTITY a ", "<b x='", "<media:x>", "&lt;p",
    ],
)  # fmt: skip
def test_what_is_repeated_is_read_in_a_time_that_grows_with_its_length(piece: str) -> None:
    """Eight times as long takes about eight times as long; what looks back at each step takes sixty-four times."""

    def seconds(times: int) -> float:
        body = rss(ENTRY).replace("Nine killed", piece * times).encode("latin-1")
        began = time.process_time()
        parse_document(body)
        return time.process_time() - began

    assert seconds(16_000) < 30 * max(seconds(2_000), 0.01)
